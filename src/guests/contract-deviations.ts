import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario, ScenarioParam } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Deviation } from '../subject/verdict.ts'

const bits = (...values: number[]): string => arrayToBits(values, 'float32')

/** One group a record of hyper-parameters; the gradients of each step, null where there is none. */
function scenario(
  rule: string,
  groups: readonly { hyper: HyperValues; params: ScenarioParam[] }[],
  ...gradients: (number[] | null)[][]
): Scenario {
  return {
    name: 'smallest input',
    rule,
    format: 'float32',
    groups: [...groups],
    steps: gradients.length,
    gradients: gradients.map(step => step.map(values => values && bits(...values))),
  }
}

const torch = 'PyTorch 2.15.0'
const paths = [
  'pytorch:live',
  'pytorch:live:ieee',
  'pytorch:live:loop',
  'pytorch:live:foreach',
  'pytorch:foreach',
  'pytorch:live:fused',
  'pytorch:fused',
]
const fusedPaths = ['pytorch:live:fused', 'pytorch:fused']
const fused = ['sgd', 'momentum', 'nesterov', 'adagrad', 'adam', 'adamw'].map(family => `${family}/pytorch`)
const fusedMomentum = ['sgd', 'momentum', 'nesterov'].map(family => `${family}/pytorch`)

const everyPair = (subjects: readonly string[], rules: readonly string[]): [string, string][] =>
  subjects.flatMap(subject => rules.map((rule): [string, string] => [subject, rule]))

/** Six numbers, which the contract lays out with gaps between them. */
const withGaps = (rule: string): Scenario =>
  scenario(rule, [{ hyper: { lr: 1 }, params: [{ name: 'a', value: bits(0, 0, 0, 0, 0, 0) }] }], [[1, 1, 1, 1, 1, 1]])

const secondIsLate = (rule: string): Scenario =>
  scenario(
    rule,
    [
      {
        hyper: { lr: 1, momentum: 0.5 },
        params: [
          { name: 'a', value: bits(0) },
          { name: 'b', value: bits(0) },
        ],
      },
    ],
    [[1], null],
    [[1], null],
    [[1], [1]],
  )

/** Findings of contracts in the frameworks' own optimizers, each reduced to its smallest input. */
export const contractDeviations: readonly Deviation[] = [
  ...['tfjs', 'tfjs:wasm'].map(
    (subject): Deviation => ({
      subject,
      rule: 'adam/tfjs',
      checks: ['a resumed run goes on as before'],
      title: 'TensorFlow.js: Adam is not resumed where it stopped',
      kind: 'limit',
      scenario: scenario(
        'adam/tfjs',
        [{ hyper: { lr: 1 }, params: [{ name: 'a', value: bits(0) }] }],
        [[0]],
        [[0]],
        [[1]],
      ),
      reason:
        'the running products of the betas are not saved: setWeights takes powers instead, which round differently, so that a resumed run takes other steps',
      link: 'tfjs-core/src/optimizers/adam_optimizer.ts: setWeights',
      when: 'TensorFlow.js 4.22.0',
    }),
  ),
  ...everyPair(fusedPaths, fused).map(
    ([subject, rule]): Deviation => ({
      subject,
      rule,
      title: 'PyTorch: fused steps ignore gaps in memory',
      kind: 'bug',
      checks: ['memory beside a parameter is left alone', 'layouts agree'],
      scenario: withGaps(rule),
      reason:
        'fused on the CPU takes a parameter with gaps in memory for one without: it writes to what lies between the elements, and leaves the last ones alone',
      link: 'aten/src/ATen/native/cpu/FusedSGDKernel.cpp, FusedAdamKernel.cpp, FusedAdagradKernel.cpp: data_ptr and numel, no strides',
      when: torch,
    }),
  ),
  ...everyPair(fusedPaths, fusedMomentum).map(
    ([subject, rule]): Deviation => ({
      subject,
      rule,
      title: 'PyTorch: fused SGD refuses a late parameter',
      kind: 'bug',
      checks: ['a late parameter starts afresh'],
      throws: 'but got NoneType',
      scenario: secondIsLate(rule),
      reason:
        'fused SGD with momentum raises a TypeError where a parameter gets its first gradient after another one did: buffers are made in the first step only, for all or for none',
      link: 'torch/optim/sgd.py: _fused_sgd, is_first_step',
      when: torch,
    }),
  ),
  ...paths.map(
    (subject): Deviation => ({
      subject,
      rule: 'adagrad/pytorch',
      title: "PyTorch: Adagrad ignores a group's initial accumulator",
      kind: 'bug',
      checks: ['groups keep their own hyper-parameters'],
      scenario: scenario(
        'adagrad/pytorch',
        [
          { hyper: { lr: 1 }, params: [{ name: 'a', value: bits(0) }] },
          { hyper: { lr: 1, initial_accumulator_value: 4 }, params: [{ name: 'b', value: bits(0) }] },
        ],
        [[1], [1]],
      ),
      reason: 'the initial_accumulator_value of a group is kept and not used: state is made of the constructor’s',
      link: 'torch/optim/adagrad.py: __init__ and _init_group',
      when: torch,
    }),
  ),
  {
    subject: 'optax:live',
    rule: 'adadelta/optax',
    title: 'Optax: adadelta() without a rate ascends',
    kind: 'bug',
    checks: ['defaults are used as they are'],
    scenario: scenario(
      'adadelta/optax',
      [{ hyper: { lr: 1, rho: 0.9, eps: 1e-6, weight_decay: 0 }, params: [{ name: 'a', value: bits(1) }] }],
      [[1]],
    ),
    reason: 'without a learning rate the update keeps the sign of the gradient, and x goes uphill',
    link: 'optax/_src/transform.py: scale_by_learning_rate; optax/_src/alias.py: adadelta',
    when: 'Optax 0.2.8 on JAX 0.10.2',
  },
]

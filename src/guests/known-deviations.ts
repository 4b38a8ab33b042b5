import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import type { Deviation } from '../subject/verdict.ts'
import { contractDeviations } from './contract-deviations.ts'

const values = ['formula', 'closed form'] as const

/** What is on record of a recording shows in the live framework too, and there in what only a live one can be asked. */
const alsoLive = (deviation: Deviation): Deviation[] => [
  deviation,
  {
    ...deviation,
    subject: `${deviation.subject}:live`,
    checks: [...deviation.checks, 'float64 is computed in float64'],
  },
]

/** One element, from x, with one gradient a step: the smallest input that shows a finding. */
function smallest(rule: string, format: Format, hyper: HyperValues, x: number, gradients: readonly number[]): Scenario {
  return {
    name: 'smallest input',
    rule,
    format,
    groups: [{ hyper, params: [{ name: 'a', value: arrayToBits([x], format) }] }],
    steps: gradients.length,
    gradients: gradients.map(gradient => [arrayToBits([gradient], format)]),
  }
}

/** Keras: Python scalars that its optimizers hand to `ops.cast` pass through float32, so that float64 variables lose digits. */
const kerasCasts = (family: string, cast: string, shown: Scenario, more: readonly string[] = []): Deviation => ({
  subject: 'keras',
  rule: `${family}/keras`,
  checks: [...values, ...more],
  formats: ['float64'],
  scenario: shown,
  reason: `float64 variables are updated with ${cast} rounded to float32: ops.cast(0.1, 'float64') is 0.10000000149011612`,
  link: 'keras/src/backend/tensorflow/core.py: cast; keras/src/backend/tensorflow/optimizer.py: _apply_weight_decay',
  when: 'Keras 3.15.1 on TensorFlow 2.21.0',
})

const buffer = (rule: string): Scenario => smallest(rule, 'float64', { lr: 1, momentum: 0.9 }, 0, [1, 0])
const decay = (rule: string): Scenario => smallest(rule, 'float64', { lr: 1, weight_decay: 0.1 }, 1, [0])

/** Findings in the frameworks' own optimizers, each reduced to its smallest input. Checks stand by all of them. */
export const knownDeviations: readonly Deviation[] = [
  {
    subject: 'tfjs',
    rule: 'adadelta/tfjs',
    checks: [...values, 'every hyper-parameter has an effect'],
    scenario: smallest('adadelta/tfjs', 'float32', { lr: 1 }, 1, [1]),
    reason:
      'the step is divided by the accumulator of the step before, so that both accumulators stay equal and AdaDelta is plain gradient descent: rho and eps have no effect',
    link: 'tfjs-core/src/optimizers/adadelta_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  },
  {
    subject: 'tfjs',
    rule: 'rmsprop/tfjs',
    checks: [...values, 'invariant', 'relation'],
    where: { centered: true },
    scenario: smallest('rmsprop/tfjs', 'float32', { lr: 0.1, centered: true }, 1, [0]),
    reason:
      'centered: epsilon is subtracted inside the root, sqrt(v - (m^2 + eps)), which is NaN for zero and small gradients',
    link: 'tfjs-core/src/optimizers/rmsprop_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  },
  ...[
    {
      subject: 'keras',
      rule: 'rmsprop/keras',
      checks: values,
      reason:
        'epsilon is added inside the root, where the documentation says "epsilon hat", which is outside; float64 weight decay passes through float32 besides',
      link: 'https://keras.io/api/optimizers/rmsprop/',
      when: 'Keras 3.15.1 on TensorFlow 2.21.0',
    },
    {
      subject: 'keras',
      rule: 'adagrad/keras',
      checks: values,
      reason:
        'epsilon is added inside the root; the cited paper (Duchi et al. 2011, figure 1, quoted from memory) adds it outside; float64 weight decay passes through float32 besides',
      link: 'https://keras.io/api/optimizers/adagrad/',
      when: 'Keras 3.15.1 on TensorFlow 2.21.0',
    },
    kerasCasts('sgd', 'momentum and weight_decay', buffer('sgd/keras')),
    kerasCasts('momentum', 'momentum and weight_decay', buffer('momentum/keras')),
    kerasCasts('nesterov', 'momentum and weight_decay', buffer('nesterov/keras'), ['look-ahead is a shifted variable']),
    kerasCasts('adadelta', 'weight_decay', decay('adadelta/keras')),
    kerasCasts('adam', 'weight_decay and the betas of the bias corrections', decay('adam/keras'), ['step is bounded']),
    kerasCasts('adamw', 'weight_decay and the betas of the bias corrections', decay('adamw/keras'), [
      'step is bounded',
    ]),
  ].flatMap(alsoLive),
  ...contractDeviations,
]

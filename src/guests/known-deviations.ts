import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import type { Deviation } from '../subject/verdict.ts'
import { contractDeviations } from './contract-deviations.ts'

const values = ['formula', 'closed form'] as const

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

/** The same finding in every path to a framework that has it. */
const of = (subjects: readonly string[], deviation: Omit<Deviation, 'subject'>): Deviation[] =>
  subjects.map(subject => ({ subject, ...deviation }))

const tfjsEverywhere = ['tfjs', 'tfjs:wasm']
/** The recording, and Keras live on each of its backends; the first three compute on TensorFlow. */
const kerasOnTensorflow = ['keras', 'keras:live', 'keras:tensorflow']
const kerasEverywhere = [...kerasOnTensorflow, 'keras:jax', 'keras:torch']

/** Keras: Python scalars that its optimizers hand to `ops.cast` pass through float32, so that float64 variables lose digits. */
const kerasCasts = (family: string, cast: string, shown: Scenario, more: readonly string[] = []): Deviation[] =>
  of(kerasOnTensorflow, {
    rule: `${family}/keras`,
    checks: [...values, 'float64 is computed in float64', ...more],
    formats: ['float64'],
    scenario: shown,
    title: 'Keras: float64 scalars go through float32',
    kind: 'limit',
    reason: `float64 variables are updated with ${cast} rounded to float32: ops.cast(0.1, 'float64') is 0.10000000149011612`,
    link: 'keras/src/backend/tensorflow/core.py: cast',
    when: 'Keras 3.15.1 on TensorFlow 2.21.0',
  })

const buffer = (rule: string): Scenario => smallest(rule, 'float64', { lr: 1, momentum: 0.9 }, 0, [1, 0])
/** Without epsilon the first step is the rate, but for what the averages and their corrections disagree about. */
const unit = (rule: string): Scenario => smallest(rule, 'float64', { lr: 1, eps: 1e-300 }, 0, [1])

/** A claim that a recording cannot be asked about, but a live Keras can. */
const decays = 'momentum decays geometrically'

/** Findings in the frameworks' own optimizers, each reduced to its smallest input. Checks stand by all of them. */
export const knownDeviations: readonly Deviation[] = [
  ...of(tfjsEverywhere, {
    rule: 'adadelta/tfjs',
    checks: [...values, 'every hyper-parameter has an effect'],
    scenario: smallest('adadelta/tfjs', 'float32', { lr: 1 }, 1, [1]),
    title: 'TensorFlow.js: AdaDelta divides by the old accumulator',
    kind: 'bug',
    reason:
      'the step is divided by the accumulator of the step before, so that both accumulators stay equal and AdaDelta is plain gradient descent: rho and eps have no effect',
    link: 'tfjs-core/src/optimizers/adadelta_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  }),
  ...of(tfjsEverywhere, {
    rule: 'rmsprop/tfjs',
    checks: [...values, 'invariant', 'relation'],
    where: { centered: true },
    scenario: smallest('rmsprop/tfjs', 'float32', { lr: 0.1, centered: true }, 1, [0]),
    title: 'TensorFlow.js: centered RMSProp subtracts epsilon',
    kind: 'bug',
    reason:
      'centered: epsilon is subtracted inside the root, sqrt(v - (m^2 + eps)), which is NaN for zero and small gradients',
    link: 'tfjs-core/src/optimizers/rmsprop_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  }),
  ...of(kerasEverywhere, {
    rule: 'rmsprop/keras',
    checks: values,
    scenario: smallest('rmsprop/keras', 'float32', { lr: 1, rho: 0, eps: 1 }, 0, [1]),
    title: 'Keras: RMSprop adds epsilon inside the root',
    kind: 'bug',
    reason:
      'epsilon is added inside the root, where the documentation says "epsilon hat", which is outside (the formula that tf.keras printed up to TensorFlow 2.1 had it inside)',
    link: 'https://keras.io/api/optimizers/rmsprop/',
    when: 'Keras 3.15.1',
  }),
  ...of(kerasEverywhere, {
    rule: 'adagrad/keras',
    checks: [...values, 'float64 is computed in float64'],
    scenario: smallest('adagrad/keras', 'float32', { lr: 1, initial_accumulator_value: 0, eps: 1 }, 0, [1]),
    title: 'Keras: Adagrad adds epsilon inside the root',
    kind: 'convention',
    reason:
      'epsilon is added inside the root; the cited paper (Duchi et al. 2011) adds it outside, and so does the formula that tf.keras printed up to TensorFlow 2.1; on TensorFlow, in float64, initial_accumulator_value passes through float32 besides',
    link: 'https://keras.io/api/optimizers/adagrad/',
    when: 'Keras 3.15.1',
  }),
  ...kerasCasts('sgd', 'momentum', buffer('sgd/keras'), [decays]),
  ...kerasCasts('momentum', 'momentum', buffer('momentum/keras'), [decays]),
  ...kerasCasts('nesterov', 'momentum', buffer('nesterov/keras'), [decays, 'look-ahead is a shifted variable']),
  ...kerasCasts('adam', 'the betas of the bias corrections', unit('adam/keras'), ['step is bounded']),
  ...kerasCasts('adamw', 'weight_decay and the betas of the bias corrections', unit('adamw/keras'), [
    'step is bounded',
  ]),
  ...contractDeviations,
]

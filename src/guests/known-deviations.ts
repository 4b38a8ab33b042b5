import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import type { Deviation } from '../subject/verdict.ts'

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

/** The recording, and Keras live on each of its backends; the first three compute on TensorFlow. */
const kerasOnTensorflow = ['keras', 'keras:live', 'keras:tensorflow'] as const
const kerasEverywhere = [...kerasOnTensorflow, 'keras:jax', 'keras:torch'] as const

/** Keras: Python scalars that its optimizers hand to `ops.cast` pass through float32, so that float64 variables lose digits. */
const kerasCasts = (
  subject: string,
  family: string,
  cast: string,
  shown: Scenario,
  more: readonly string[] = [],
): Deviation => ({
  subject,
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

/** A claim that a recording cannot be asked about, but a live Keras can. */
const decays = 'momentum decays geometrically'
const float32Casts = (subject: string): Deviation[] => [
  kerasCasts(subject, 'sgd', 'momentum and weight_decay', buffer('sgd/keras'), [decays]),
  kerasCasts(subject, 'momentum', 'momentum and weight_decay', buffer('momentum/keras'), [decays]),
  kerasCasts(subject, 'nesterov', 'momentum and weight_decay', buffer('nesterov/keras'), [
    decays,
    'look-ahead is a shifted variable',
  ]),
  kerasCasts(subject, 'adadelta', 'weight_decay', decay('adadelta/keras')),
  kerasCasts(subject, 'adam', 'weight_decay and the betas of the bias corrections', decay('adam/keras'), [
    'step is bounded',
  ]),
  kerasCasts(subject, 'adamw', 'weight_decay and the betas of the bias corrections', decay('adamw/keras'), [
    'step is bounded',
  ]),
]

/** Keras: epsilon is added inside the root where its documentation has it outside. */
function insideTheRoot(subject: string): Deviation[] {
  const onTensorflow = kerasOnTensorflow.some(name => name === subject)
  const besides = onTensorflow ? '; float64 weight decay passes through float32 besides' : ''
  const when = onTensorflow ? 'Keras 3.15.1 on TensorFlow 2.21.0' : 'Keras 3.15.1'
  const one = (family: string, documented: string): Deviation => ({
    subject,
    rule: `${family}/keras`,
    checks: values,
    reason: `epsilon is added inside the root${documented}${besides}`,
    link: `https://keras.io/api/optimizers/${family}/`,
    when,
  })
  return [
    one('rmsprop', ', where the documentation says "epsilon hat", which is outside'),
    one('adagrad', '; the cited paper (Duchi et al. 2011, figure 1, quoted from memory) adds it outside'),
  ]
}

/** TensorFlow.js: what is wrong in the optimizers themselves, on whichever backend. */
const tfjsOptimizers = (subject: string): Deviation[] => [
  {
    subject,
    rule: 'adadelta/tfjs',
    checks: [...values, 'every hyper-parameter has an effect'],
    scenario: smallest('adadelta/tfjs', 'float32', { lr: 1 }, 1, [1]),
    reason:
      'the step is divided by the accumulator of the step before, so that both accumulators stay equal and AdaDelta is plain gradient descent: rho and eps have no effect',
    link: 'tfjs-core/src/optimizers/adadelta_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  },
  {
    subject,
    rule: 'rmsprop/tfjs',
    checks: [...values, 'invariant', 'relation'],
    where: { centered: true },
    scenario: smallest('rmsprop/tfjs', 'float32', { lr: 0.1, centered: true }, 1, [0]),
    reason:
      'centered: epsilon is subtracted inside the root, sqrt(v - (m^2 + eps)), which is NaN for zero and small gradients',
    link: 'tfjs-core/src/optimizers/rmsprop_optimizer.ts: applyGradients',
    when: 'TensorFlow.js 4.22.0',
  },
]

/** Findings in the frameworks' own optimizers, each reduced to its smallest input. Checks stand by all of them. */
export const knownDeviations: readonly Deviation[] = [
  ...['tfjs', 'tfjs:wasm'].flatMap(tfjsOptimizers),
  ...kerasEverywhere.flatMap(insideTheRoot),
  ...kerasOnTensorflow.flatMap(float32Casts),
]

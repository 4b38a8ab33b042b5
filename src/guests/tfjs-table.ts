import type * as Tf from '@tensorflow/tfjs-core'
import type { Feature, HyperValues } from '../subject/subject.ts'

type TfCore = typeof Tf

/** An optimizer of tf.train: its options in our names, its slots as getWeights() names them, and how it is made. */
export interface TfjsOptimizer {
  readonly hyper: readonly string[]
  /** Options that its constructor has no default for. */
  readonly required: readonly string[]
  /** What is no option there, but a number in its source. */
  readonly fixed?: HyperValues
  readonly state: readonly string[]
  readonly features: readonly Feature[]
  readonly make: (tf: TfCore, hyper: HyperValues) => Tf.Optimizer
}

const common: readonly Feature[] = ['absent', 'save', 'shapes', 'spoil']
// SGDOptimizer alone (and Momentum, its subclass) has setLearningRate; elsewhere the rate is a protected field.
const settable: readonly Feature[] = [...common, 'set']
const stateful: readonly Feature[] = [...common, 'state', 'defaults']

const number = (hyper: HyperValues, name: string) => hyper[name] as number
/** Undefined where absent, so that the constructor's own default holds. */
const optional = (hyper: HyperValues, name: string) => hyper[name] as number | undefined

const momentum = (useNesterov: boolean): TfjsOptimizer => ({
  hyper: ['lr', 'momentum'],
  required: ['lr', 'momentum'],
  state: ['momentum'],
  features: [...settable, 'state'],
  make: (tf, hyper) => tf.train.momentum(number(hyper, 'lr'), number(hyper, 'momentum'), useNesterov),
})

/** The optimizers of tf.train by the family of the rule they implement; tfjs-core/src/optimizers, 4.22.0. */
export const tfjsOptimizers: Readonly<Record<string, TfjsOptimizer>> = {
  sgd: {
    hyper: ['lr'],
    required: ['lr'],
    state: [],
    features: settable,
    make: (tf, hyper) => tf.train.sgd(number(hyper, 'lr')),
  },
  momentum: momentum(false),
  nesterov: momentum(true),
  adagrad: {
    hyper: ['lr', 'initial_accumulator_value'],
    required: ['lr'],
    // adagrad_optimizer.ts takes ENGINE.backend.epsilon(), which is 1e-7 for 32-bit floats.
    fixed: { eps: 1e-7 },
    state: ['accumulator'],
    features: stateful,
    make: (tf, hyper) => tf.train.adagrad(number(hyper, 'lr'), optional(hyper, 'initial_accumulator_value')),
  },
  rmsprop: {
    hyper: ['lr', 'alpha', 'momentum', 'eps', 'centered'],
    required: ['lr'],
    state: ['rms', 'momentum', 'mg'],
    features: stateful,
    make: (tf, hyper) =>
      tf.train.rmsprop(
        number(hyper, 'lr'),
        optional(hyper, 'alpha'),
        optional(hyper, 'momentum'),
        optional(hyper, 'eps'),
        hyper.centered as boolean | undefined,
      ),
  },
  adadelta: {
    hyper: ['lr', 'rho', 'eps'],
    required: [],
    state: ['accum_grad', 'accum_var'],
    features: stateful,
    make: (tf, hyper) => tf.train.adadelta(optional(hyper, 'lr'), optional(hyper, 'rho'), optional(hyper, 'eps')),
  },
  adam: {
    hyper: ['lr', 'beta1', 'beta2', 'eps'],
    required: [],
    state: ['m', 'v'],
    features: stateful,
    make: (tf, hyper) =>
      tf.train.adam(optional(hyper, 'lr'), optional(hyper, 'beta1'), optional(hyper, 'beta2'), optional(hyper, 'eps')),
  },
}

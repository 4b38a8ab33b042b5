import type { Row } from './row.ts'
import { parabola, rosenbrock, type Slope } from './slopes.ts'

const version = '0.2.8'
const adam = { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
const rmsprop = { lr: 5e-3, alpha: 0.9, eps: 1e-8, centered: false, nesterov: false }

/** The optimizers that the test goes through, as far as they are rules here; what it does not set is Optax's default. */
const optimizers: readonly (readonly [rule: string, hyper: Row['hyper']])[] = [
  ['adadelta/optax', { lr: 0.1, rho: 0.9, eps: 1e-6, weight_decay: 0 }],
  ['adagrad/optax', { lr: 1, initial_accumulator_value: 0.1, eps: 1e-7 }],
  ['adam/optax', { ...adam, amsgrad: false }],
  ['adam/optax', { ...adam, amsgrad: true }],
  ['adamw/optax', { ...adam, weight_decay: 1e-4 }],
  ['rmsprop/optax', { ...rmsprop, momentum: 0 }],
  ['rmsprop/optax', { ...rmsprop, momentum: 0.9 }],
  ['momentum/optax', { lr: 1e-3, momentum: 0.9 }],
  ['sgd/optax', { lr: 1e-3, momentum: 0.9, nesterov: false }],
]

interface Target {
  readonly name: string
  readonly start: readonly number[]
  readonly end: readonly number[]
  readonly slope: Slope
}

const targets: readonly Target[] = [
  { name: 'parabola', start: [-1, 10, 1], end: [1, -1, 1], slope: parabola([1, -1, 1]) },
  { name: 'rosenbrock', start: [0, 0], end: [1, 1], slope: rosenbrock },
]

/** Optax: after 10,000 steps the iterate is at the minimum. The same with complex numbers is left out. */
export const optax: readonly Row[] = optimizers.flatMap(([rule, hyper]) =>
  targets.map(
    ({ name, start, end, slope }): Row => ({
      project: 'optax',
      version,
      test: `test_optimization, ${name}`,
      source: `https://github.com/google-deepmind/optax/blob/v${version}/optax/_src/alias_test.py#L155`,
      rule,
      hyper,
      format: 'float32',
      x0: [start],
      gradients: slope,
      steps: 10_000,
      tolerance: { rtol: 3e-2, atol: 3e-2 },
      claims: [{ step: 10_000, x: [end] }],
    }),
  ),
)

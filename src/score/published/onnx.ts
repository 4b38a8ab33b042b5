import type { Arrays, Row } from './row.ts'

const version = '1.23.2'
const folder = `https://github.com/onnx/onnx/blob/v${version}/onnx/backend/test/case/node`

/** Every vector has T = 0, where ONNX leaves the bias corrections out: after so many steps 0.95^t is below 2^-53, and they are 1. */
const late = 1000

type Place = readonly [file: string, line: number]
type State = Readonly<Record<string, Arrays>>

interface Vector extends Pick<Row, 'hyper' | 'idle' | 'x0'> {
  readonly penalty: number
  readonly g: Arrays
  readonly before: State
  readonly x: Arrays
  readonly after: State
}

/** One step from a given state; expected is what the function beside the test gives, in float32. */
const row = (test: string, [file, line]: Place, rule: string, { g, before, x, after, ...vector }: Vector): Row => ({
  project: 'onnx',
  version,
  test,
  source: `${folder}/${file}.py#L${line}`,
  rule,
  ...vector,
  format: 'float32',
  start: { clock: rule.startsWith('adam') ? late : 0, state: before },
  gradients: [g],
  steps: 1,
  // onnx/backend/test/case/node/__init__.py: expect.
  tolerance: { rtol: 1e-3, atol: 1e-7 },
  claims: [{ step: 1, x, state: after }],
})

const adagrad = {
  hyper: { lr: 0.1, eps: 1e-5 },
  // At T = 0 the rate has not decayed; the sum of squares is given, whatever it starts at.
  idle: { lr_decay: 0.1, initial_accumulator_value: 0.1 },
  penalty: 0.001,
}

const single = { x0: [[1.2, 2.8]], g: [[-0.94, -2.5]] }
const multiple = { x0: [[1], [1, 2]], g: [[-1], [-1, -3]] }

/** The three momentum vectors, at T = 0, where ONNX takes the gradient undampened whatever its `beta` is. */
const momentum = (family: 'momentum' | 'sgd'): Row[] => [
  row('test_momentum', ['momentum', 40], `${family}/pytorch`, {
    ...single,
    hyper: { lr: 0.1, momentum: 0.95 },
    penalty: 0.001,
    before: { b: [[1.7, 3.6]] },
    x: [[1.13238, 2.70772]],
    after: { b: [[0.67620003, 0.9227998]] },
  }),
  row('test_momentum_multiple', ['momentum', 120], `${family}/pytorch`, {
    ...multiple,
    hyper: { lr: 0.1, momentum: 0.95 },
    penalty: 0.001,
    before: { b: [[2], [4, 1]] },
    x: [[0.9099], [0.7199, 2.2048]],
    after: { b: [[0.90099996], [2.8009999, -2.0479999]] },
  }),
]

const nesterov = (rule: string, options: Row['hyper']): Row =>
  row('test_nesterov_momentum', ['momentum', 80], rule, {
    ...single,
    hyper: { lr: 0.1, momentum: 0.95, ...options },
    penalty: 0.01,
    before: { b: [[1.7, 3.6]] },
    x: [[1.227535, 2.95714]],
    after: { b: [[0.68700004, 0.94799995]] },
  })

/** ONNX's training operators; `norm_coefficient` is an L2 penalty. */
export const onnx: readonly Row[] = [
  ...momentum('momentum'),
  ...momentum('sgd'),
  nesterov('nesterov/pytorch', {}),
  nesterov('sgd/pytorch', { nesterov: true }),
  row('test_adagrad', ['adagrad', 30], 'adagrad/pytorch', {
    ...adagrad,
    x0: [[1]],
    g: [[-1]],
    before: { G: [[2]] },
    x: [[1.0576962]],
    after: { G: [[2.998001]] },
  }),
  row('test_adagrad_multiple', ['adagrad', 71], 'adagrad/pytorch', {
    ...adagrad,
    ...multiple,
    before: { G: [[2], [4, 1]] },
    x: [[1.0576962], [1.0446854, 2.0948617]],
    after: { G: [[2.998001], [4.998001, 9.988004]] },
  }),
  row('test_adam', ['adam', 42], 'adam/pytorch', {
    ...single,
    hyper: { lr: 0.1, beta1: 0.95, beta2: 0.1, eps: 1e-7 },
    penalty: 0.001,
    before: { m: [[1.7, 3.6]], v: [[0.1, 0.1]] },
    x: [[1.0250363, 2.6610327]],
    after: { m: [[1.56806, 3.2951398]], v: [[0.8032108, 5.622407]] },
  }),
  row('test_adam_multiple', ['adam', 86], 'adam/pytorch', {
    ...multiple,
    hyper: { lr: 0.1, beta1: 0.95, beta2: 0.85, eps: 1e-2 },
    penalty: 0.001,
    before: { m: [[2], [4, 1]], v: [[0.5], [1, 10]] },
    x: [[0.75913626], [0.6286528, 1.9745853]],
    after: { m: [[1.85005], [3.75005, 0.80009997]], v: [[0.5747002], [0.9997002, 9.848201]] },
  }),
]

import type { Claim, Row } from './row.ts'
import { sumOfSquares } from './slopes.ts'

const version = '4.22.0'
const folder = `https://github.com/tensorflow/tfjs/blob/tfjs-v${version}/tfjs-core/src/optimizers`

/** What expectArraysClose allows on 32-bit backends; on those of 16 bits it is 0.1. */
const tolerance = { rtol: 0, atol: 1e-3 }
/** Given by the test itself for the second step, with a note that precision is to be mended. */
const loose = { rtol: 0, atol: 1e-2 }

type Place = readonly [file: string, line: number]

/** Two or three steps on the sum of squares. */
const row = (
  test: string,
  [file, line]: Place,
  rule: string,
  hyper: Row['hyper'],
  x0: readonly number[],
  claims: readonly Claim[],
): Row => ({
  project: 'tfjs',
  version,
  test: `${file}: ${test}`,
  source: `${folder}/${file}_optimizer_test.ts#L${line}`,
  rule,
  hyper,
  format: 'float32',
  x0: [x0],
  gradients: sumOfSquares,
  steps: Math.max(...claims.map(({ step }) => step)),
  tolerance,
  claims,
})

const momentum = { lr: 0.1, momentum: 0.5 }
const adagrad = { lr: 0.1, initial_accumulator_value: 0.1, eps: 1e-7 }
const rmsprop = { lr: 0.1, alpha: 0.95, momentum: 0.1, eps: 1e-7, centered: false }
const adadelta = { lr: 0.1, rho: 0.95, eps: 1e-7 }
const adam = { lr: 0.1, beta1: 0.8, beta2: 0.9, eps: 1e-7 }
const resumed = 'Continue training after loading weights'

/**
 * TensorFlow.js. Some of its tests save the state and go on with another optimizer: that is left out here, a rule being what
 * a step does. The cost that `minimize` returns is that before its step: at the iterate of the step before.
 */
export const tfjs: readonly Row[] = [
  row(
    'basic',
    ['sgd', 23],
    'sgd/tfjs',
    { lr: 0.1 },
    [4],
    [
      { step: 1, x: [[3.2]] },
      { step: 2, x: [[2.56]] },
    ],
  ),
  row(
    'Set and get weights: empty',
    ['sgd', 59],
    'sgd/tfjs',
    { lr: 0.1 },
    [4],
    [
      { step: 2, x: [[2.56]] },
      { step: 3, x: [[2.048]] },
    ],
  ),
  row(
    'basic',
    ['momentum', 23],
    'momentum/tfjs',
    momentum,
    [1, 2],
    [
      { step: 1, x: [[0.8, 1.6]] },
      { step: 2, x: [[0.54, 1.08]] },
    ],
  ),
  row(
    'basic - with Nesterov',
    ['momentum', 72],
    'nesterov/tfjs',
    momentum,
    [1, 2],
    [
      { step: 1, x: [[0.7, 1.4]] },
      { step: 2, x: [[0.44, 0.88]] },
    ],
  ),
  row(
    'Save, load weights and conntinue training',
    ['momentum', 125],
    'nesterov/tfjs',
    momentum,
    [1, 2],
    [
      { step: 1, cost: 2.45 },
      { step: 2, x: [[0.44, 0.88]] },
    ],
  ),
  row(
    'basic',
    ['adagrad', 23],
    'adagrad/tfjs',
    adagrad,
    [1, 2],
    [
      { step: 1, x: [[0.9012270405, 1.9003110428]] },
      { step: 2, x: [[0.8347372764, 1.83015597828]], tolerance: loose },
    ],
  ),
  row(resumed, ['adagrad', 74], 'adagrad/tfjs', adagrad, [2, 4], [{ step: 1, cost: 18.82179 }]),
  row(
    'basic',
    ['rmsprop', 23],
    'rmsprop/tfjs',
    rmsprop,
    [1, 2],
    [
      { step: 1, x: [[0.55279, 1.55279]] },
      { step: 2, x: [[0.28745, 1.222943]], tolerance: loose },
    ],
  ),
  row(
    'gradient with centered momentum',
    ['rmsprop', 84],
    'rmsprop/tfjs',
    { ...rmsprop, eps: 1e-8, centered: true },
    [1, 2],
    [
      { step: 1, x: [[0.54117, 1.541169]] },
      { step: 2, x: [[0.267785, 1.2035924]], tolerance: loose },
    ],
  ),
  row(
    'Save and load weights: centered = false',
    ['rmsprop', 153],
    'rmsprop/tfjs',
    rmsprop,
    [1, 2],
    [
      { step: 1, x: [[0.5527865, 1.5527864]] },
      { step: 1, cost: 2.7167187 },
      { step: 2, x: [[0.2874418, 1.2294267]] },
    ],
  ),
  row(
    'Save, load weights and continue training: centered = true',
    ['rmsprop', 179],
    'rmsprop/tfjs',
    { ...rmsprop, centered: true },
    [1, 2],
    [
      { step: 1, x: [[0.5411684, 1.5411685]] },
      { step: 1, cost: 2.668063 },
      { step: 2, x: [[0.2677834, 1.2035918]] },
      { step: 2, cost: 1.520341 },
    ],
  ),
  row(
    'basic',
    ['adadelta', 23],
    'adadelta/tfjs',
    adadelta,
    [1, 2],
    [
      { step: 1, x: [[0.8, 1.6]] },
      { step: 2, x: [[0.64, 1.28]] },
    ],
  ),
  row(
    'Save, load weights and continue training',
    ['adadelta', 80],
    'adadelta/tfjs',
    adadelta,
    [1, 2],
    [
      { step: 1, x: [[0.8, 1.6]] },
      { step: 1, cost: 3.2 },
      { step: 2, x: [[0.64, 1.28]] },
    ],
  ),
  row(
    'basic',
    ['adam', 23],
    'adam/tfjs',
    adam,
    [2, 4],
    [
      { step: 1, x: [[1.9, 3.9]] },
      { step: 2, x: [[1.8000001, 3.8002]] },
    ],
  ),
  row(
    resumed,
    ['adam', 85],
    'adam/tfjs',
    adam,
    [2, 4],
    [
      { step: 1, cost: 18.82 },
      { step: 2, cost: 17.681284 },
    ],
  ),
]

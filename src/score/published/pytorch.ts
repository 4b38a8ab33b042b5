import { values } from './pytorch-values.ts'
import type { Row } from './row.ts'
import { net, rosenbrockByTurns } from './slopes.ts'

const version = '2.15.0'
const folder = `https://github.com/pytorch/pytorch/blob/v${version}/test`

type Setting = keyof typeof values

/** The net's start, as the test writes it out in four decimals. */
const start = [
  -0.2109, -0.4976, -0.1413, -0.342, -0.2524, 0.6976, -0.1085, -0.2979, 0.6892, -0.0508, -0.3941, -0.2843, -0.0711,
]

/** 1001 steps on a net of 13 parameters, looked at after every hundredth, against what torch.optim in Python gives. */
const exact = (rule: string, setting: Setting, hyper: Row['hyper'], penalty?: number): Row => ({
  project: 'pytorch',
  version,
  test: `ProducesPyTorchValues: ${setting}`,
  source: `${folder}/cpp/api/optim.cpp`,
  rule,
  hyper,
  ...(penalty !== undefined && { penalty }),
  format: 'float64',
  x0: [start],
  gradients: net,
  steps: 1001,
  tolerance: { rtol: 1e-3, atol: 5e-4 },
  claims: values[setting].map((line, k) => ({ step: 100 * k + 1, x: [line.split(' ').map(Number)] })),
})

/** 1800 steps on Rosenbrock's valley from (1.5, 1.5), one coordinate at a time: no farther from (1, 1) than before. */
const nearer = (rule: string, hyper: Row['hyper']): Row => ({
  project: 'pytorch',
  version,
  test: 'test_rosenbrock_sparse',
  source: `${folder}/test_optim.py`,
  rule,
  hyper,
  format: 'float32',
  x0: [[1.5, 1.5]],
  gradients: rosenbrockByTurns,
  steps: 1800,
  tolerance: { rtol: 0, atol: 0 },
  claims: [{ step: 1800, nearer: [1, 1] }],
})

const adam = { lr: 1, beta1: 0.9, beta2: 0.999, eps: 1e-8, amsgrad: false }
const adagrad = { lr: 1, lr_decay: 0, initial_accumulator_value: 0, eps: 1e-10 }
const rmsprop = { lr: 0.1, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false }
const sgd = { lr: 0.1, momentum: 0, nesterov: false }

/** PyTorch: its optimizers in C++ against those in Python, and a test of sparse gradients. Others compare paths with one another. */
export const pytorch: readonly Row[] = [
  exact('adam/pytorch', 'adam', adam),
  exact('adam/pytorch', 'adam, weight decay', adam, 1e-2),
  exact('adam/pytorch', 'adam, weight decay, amsgrad', { ...adam, amsgrad: true }, 1e-6),
  exact('adamw/pytorch', 'adamw', { ...adam, weight_decay: 1e-2 }),
  exact('adamw/pytorch', 'adamw, no weight decay', { ...adam, weight_decay: 0 }),
  exact('adamw/pytorch', 'adamw, amsgrad', { ...adam, weight_decay: 1e-2, amsgrad: true }),
  exact('adagrad/pytorch', 'adagrad', adagrad),
  exact('adagrad/pytorch', 'adagrad, weight decay', adagrad, 1e-2),
  exact('adagrad/pytorch', 'adagrad, weight decay, rate decay', { ...adagrad, lr_decay: 1e-3 }, 1e-6),
  exact('rmsprop/pytorch', 'rmsprop', rmsprop),
  exact('rmsprop/pytorch', 'rmsprop, weight decay', rmsprop, 1e-2),
  exact('rmsprop/pytorch', 'rmsprop, weight decay, centered', { ...rmsprop, centered: true }, 1e-6),
  exact(
    'rmsprop/pytorch',
    'rmsprop, weight decay, centered, momentum',
    { ...rmsprop, centered: true, momentum: 0.9 },
    1e-6,
  ),
  exact('sgd/pytorch', 'sgd', sgd),
  exact('sgd/pytorch', 'sgd, weight decay', sgd, 1e-2),
  exact('sgd/pytorch', 'sgd, weight decay, momentum', { ...sgd, momentum: 0.9 }, 1e-2),
  exact('sgd/pytorch', 'sgd, weight decay, nesterov', { ...sgd, momentum: 0.9, nesterov: true }, 1e-6),
  exact('momentum/pytorch', 'sgd, weight decay, momentum', { lr: 0.1, momentum: 0.9 }, 1e-2),
  exact('nesterov/pytorch', 'sgd, weight decay, nesterov', { lr: 0.1, momentum: 0.9 }, 1e-6),
  nearer('sgd/pytorch', { ...sgd, lr: 4.8e-3 }),
  nearer('adagrad/pytorch', { ...adagrad, lr: 0.1 }),
  nearer('adagrad/pytorch', { ...adagrad, lr: 0.1, initial_accumulator_value: 0.1 }),
]

import { type Arithmetic, ieee } from '../language/arithmetic.ts'

/** How the frameworks round, by the name of the recording or subject; each with where it is known from. */
export const arithmetics = {
  'pytorch-ieee': {
    ...ieee,
    name: 'pytorch, IEEE roots and powers',
    evidence:
      'torch/optim/*.py:_single_tensor_* of PyTorch 2.15.0 with foreach=False and ATEN_CPU_CAPABILITY=default, roots and powers answered correctly rounded: the replay of all eight rules is equal in every bit',
  },
  pytorch: {
    ...ieee,
    name: 'pytorch as shipped',
    power: 'library',
    contraction: true,
    ulps: { sqrt: 1, div: 0.5, pow: 1 },
    evidence:
      'PyTorch 2.15.0 from PyPI: AVX2 and AVX-512 kernels contract a*b+c; torch.sqrt is MKL vdSqrt/vsSqrt, measured off by one ulp in 17 % of float32 and 1.3 % of float64 arguments; beta ** step is the pow of the C library',
  },
  keras: {
    ...ieee,
    name: 'keras on tensorflow',
    rounded: ['lr', 't'],
    powers: 'format',
    power: 'library',
    subnormals: 'flushed',
    ulps: { sqrt: 0.5, div: 0.5, pow: 1 },
    evidence:
      'Keras 3.15.1, keras/src/optimizers/adam.py:update_step casts the rate, beta_1, beta_2 and the step to the dtype of the variable before the power, and takes 1 - beta_1 of the averages in binary64; measured on TensorFlow 2.21.0 CPU: root and quotient correctly rounded, power within 0.57 ulp, subnormals flushed',
  },
  'keras-jax': {
    ...ieee,
    name: 'keras on jax',
    rounded: ['lr', 't'],
    powers: 'format',
    power: 'library',
    subnormals: 'flushed',
    ulps: { sqrt: 1, div: 0.5, pow: 1 },
    evidence:
      'Keras 3.15.1, keras/src/optimizers/*.py, as on TensorFlow; measured on JAX 0.10.2 CPU, op by op: ops.power of two floats within 0.502 ulp, root and quotient correctly rounded, lax.rsqrt within 0.942 ulp, subnormals flushed; ops.cast keeps the digits of a Python number in float64',
  },
  'keras-torch': {
    ...ieee,
    name: 'keras on torch',
    rounded: ['lr', 't'],
    powers: 'format',
    power: 'library',
    contraction: true,
    ulps: { sqrt: 1, div: 0.5, pow: 1 },
    evidence:
      'Keras 3.15.1, keras/src/backend/torch/optimizers/*.py: torch._foreach_* kernels with alpha, which contract a*b+c (AVX2 and AVX-512); measured on PyTorch 2.15.0: torch.pow within 0.55 ulp, torch.sqrt is that of MKL, one ulp; ops.cast keeps the digits of a Python number in float64',
  },
  optax: {
    ...ieee,
    name: 'optax on jax',
    powers: 'format',
    power: 'library',
    subnormals: 'flushed',
    ulps: { sqrt: 1, div: 0.5, pow: 1 },
    evidence:
      'Optax 0.2.8, optax/tree_utils/_tree_math.py:tree_bias_correction takes decay**count in JAX, jitted and in the format: measured on JAX 0.10.2 within 0.58 ulp; lax.rsqrt (rmsprop, adagrad) within 0.942 ulp; subnormals flushed',
  },
  jax: {
    ...ieee,
    name: 'jax, op by op',
    powers: 'format',
    power: 'running',
    subnormals: 'flushed',
    ulps: { sqrt: 1, div: 0.5, pow: 1 },
    evidence:
      'JAX 0.10.2 on CPU, as a user may write it: b**count op by op squares repeatedly, measured off by up to 335 ulp in float32 and 1,035 in float64 at count = 3,000, within the (t - 1) roundings of a running product; jitted within 0.51 ulp; jnp.sqrt and quotients correctly rounded, lax.rsqrt within 0.942 ulp; subnormals flushed',
  },
  numpy: {
    ...ieee,
    name: 'numpy',
    power: 'library',
    ulps: { sqrt: 0.5, div: 0.5, pow: 1 },
    evidence:
      'NumPy 2.4.6: sums, products, quotients and numpy.sqrt are one IEEE operation an element, nothing is contracted across ufuncs (measured: a*b + -(a*b) is 0 for 1,000 random pairs in either format); a power of Python floats is the pow of the C library, measured within 0.502 ulp, one of float32 arrays within 0.92',
  },
  tfjs: {
    ...ieee,
    name: 'tfjs on its cpu backend',
    powers: 'format',
    power: 'running',
    evidence:
      'TensorFlow.js 4.22.0, tfjs-core/dist/optimizers/adam_optimizer.js:applyGradients multiplies accBeta1 and accBeta2 by beta in float32 once a step; the kernels of tfjs-backend-cpu compute in binary64 and store float32, which rounds each operation correctly',
  },
  'tfjs-wasm': {
    ...ieee,
    name: 'tfjs on its wasm backend',
    powers: 'format',
    power: 'running',
    evidence:
      'TensorFlow.js 4.22.0, the same optimizers of tfjs-core on tfjs-backend-wasm, whose kernels compute in float32 by the IEEE instructions of WebAssembly; measured: the replay of sgd, momentum, nesterov, adagrad and adam is equal in every bit',
  },
} as const satisfies Record<string, Arithmetic>

import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Normalised, TensorFlow } from '../engine.ts'
import type { Attribute, NativeBackend } from './load.ts'

/** Batch normalization of [batch, height, width, channels]. */
type Normalise = (x: Tensor, scale: Tensor1D, offset: Tensor1D, epsilon: number) => Normalised

/**
 * Batch normalization through TensorFlow's fused kernels, FusedBatchNormV3 and FusedBatchNormGradV3. They take four
 * dimensions; others are reshaped, which moves nothing.
 */
export function fusedNormalise(tf: TensorFlow, backend: NativeBackend): Normalise {
  return (x, scale, offset, epsilon) => {
    const run = () => {
      const channels = x.shape.at(-1)!
      const flat = x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, channels])
      const { y, ...moments } = fused(tf, backend, flat, scale, offset, attributes(backend, epsilon))
      return { y: x.rank === 4 ? y : tf.reshape(y, x.shape), ...moments }
    }
    // The type of a tidy knows no interfaces.
    return tf.tidy(run as () => never) as Normalised
  }
}

/** Attributes of both operations: their definition is that of TensorFlow's nn_ops.cc. */
function attributes({ binding }: NativeBackend, epsilon: number): Attribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ]
}

function fused(
  tf: TensorFlow,
  backend: NativeBackend,
  x: Tensor,
  scale: Tensor1D,
  offset: Tensor1D,
  attributes: readonly Attribute[],
): Normalised {
  // Running averages go in; with a factor of 1 they are replaced by the batch's own moments.
  const factor: Attribute = { name: 'exponential_avg_factor', type: backend.binding.TF_ATTR_FLOAT, value: 1 }
  const none = tf.tensor1d([])
  const inputs = [x, scale, offset, none, none]
  // Run outside of the custom gradient, which gives back one tensor alone.
  const [y, mean, unbiased, ...reserved] = backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    [...attributes, factor],
    inputs,
    6,
  ) as [Tensor, Tensor1D, Tensor1D, ...Tensor[]]
  const graded = tf.customGrad((...given: unknown[]) => {
    const [x, scale, , save] = given as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void]
    save([x, scale, ...reserved])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3)
    return { value: y, gradFunc }
  })
  return { y: graded(x, scale, offset), mean, variance: biased(tf, unbiased, x.size / x.shape.at(-1)!) }
}

/** The kernel divides by one less than the number of elements n, or by n where n is 1. */
const biased = (tf: TensorFlow, unbiased: Tensor1D, n: number): Tensor1D =>
  tf.mul(unbiased, tf.scalar((n - 1) / n) as Scalar)

import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine, TensorFlow } from './engine.ts'

/** `Engine.normalise` out of operations that every backend has, with the gradient that TensorFlow.js derives from them. */
export const composedNormalise =
  (tf: TensorFlow): Engine['normalise'] =>
  (x, scale, offset, epsilon) => {
    const axes = x.shape.slice(0, -1).map((_, axis) => axis)
    const mean = tf.mean(x, axes) as tfjs.Tensor1D
    const centred = tf.sub(x, mean)
    const variance = tf.mean(tf.square(centred), axes) as tfjs.Tensor1D
    const y = tf.add(tf.mul(centred, tf.div(scale, tf.sqrt(tf.add(variance, epsilon)))), offset)
    return { y, mean, variance }
  }

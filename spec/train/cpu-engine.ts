import type * as tfjs from '@tensorflow/tfjs-core'
import { loadCore, setBackend } from '../../src/train/engines/core.ts'
import type { Engine, Normalised } from '../../src/train/engines/engine.ts'

/** TensorFlow.js in plain JavaScript as an engine: slow, and needs nothing. Batch normalization is composed of its operations. */
export async function cpuEngine(): Promise<Engine> {
  const tf = await loadCore()
  await import('@tensorflow/tfjs-backend-cpu')
  await setBackend(tf, 'cpu')
  const normalise = (x: tfjs.Tensor, scale: tfjs.Tensor1D, offset: tfjs.Tensor1D, epsilon: number): Normalised => {
    const axes = x.shape.map((_, axis) => axis).slice(0, -1)
    const { mean, variance } = tf.moments(x, axes)
    const inverse = tf.div(1, tf.sqrt(tf.add(variance, epsilon)))
    const y = tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), scale), offset)
    return { y, mean: mean as tfjs.Tensor1D, variance: variance as tfjs.Tensor1D }
  }
  return {
    description: { engine: 'wasm', device: 'plain JavaScript', versions: { '@tensorflow/tfjs-core': tf.version_core } },
    tf,
    normalise,
    close: () => undefined,
  }
}

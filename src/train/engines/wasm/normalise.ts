import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine, TensorFlow } from '../engine.ts'

/** `Engine.normalise` through our own kernels: in three passes instead of the twenty of the composed gradient. */
export const normaliseOn =
  (tf: TensorFlow): Engine['normalise'] =>
  (x, scale, offset, epsilon) => {
    const run = (name: string, inputs: tfjs.NamedTensorMap, attributes = {}) =>
      tf.engine().runKernel(name, inputs, attributes) as unknown as tfjs.Tensor[]
    const [mean, variance] = run('LockstepMoments', { x }) as [tfjs.Tensor1D, tfjs.Tensor1D]
    const normalised = tf.customGrad((...given) => {
      const [x, scale, offset, save] = given as unknown as [
        tfjs.Tensor,
        tfjs.Tensor1D,
        tfjs.Tensor1D,
        tfjs.GradSaveFunc,
      ]
      save([x, scale, mean, variance])
      const inputs = { x, mean, variance, scale, offset }
      const value = tf.engine().runKernel('LockstepNormalised', inputs, { epsilon }) as tfjs.Tensor
      const gradFunc = (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => {
        const [x, scale, mean, variance] = saved as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor, tfjs.Tensor]
        return run('LockstepNormalisedGradient', { x, dy, mean, variance, scale }, { epsilon })
      }
      return { value, gradFunc }
    })
    return { y: normalised(x, scale, offset), mean, variance }
  }

import type * as tfjs from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../../../src/train/engines/engine.ts'
import { native } from '../../../../src/train/engines/native/index.ts'
import { isNativeHere, nativePlace } from './here.ts'

/** What networks of convolutions, their gradients and optimizers are made of, as TensorFlow.js names its kernels. */
const kernels =
  'Add Sub Multiply RealDiv Sqrt Rsqrt Square Pow Abs Sign Neg Exp Log Maximum Minimum Select Greater GreaterEqual Sum Mean Max ArgMax Cast Reshape Transpose Slice Concat PadV2 Reverse GatherV2 OneHot Identity Fill Relu  Sigmoid Softmax BatchMatMul Conv2D Conv2DBackpropFilter Conv2DBackpropInput MaxPool MaxPoolGrad AvgPool AvgPoolGrad'.split(
    / +/,
  )

describe.skipIf(!isNativeHere)('a network on the native engine', () => {
  let engine: Engine
  let tf: Engine['tf']
  beforeAll(async () => {
    engine = await native({ places: [nativePlace] })
    tf = engine.tf
  })

  test('has every operation', () => {
    const there = new Set(tf.getKernelsForBackend('tensorflow').map(({ kernelName }) => kernelName))
    expect(kernels.filter(name => !there.has(name))).toEqual([])
  })

  /** A 3 x 3 convolution of stride 1 that keeps the size, by its definition: [n, h, w, ci] with [3, 3, ci, co]. */
  function convolved(x: tfjs.Tensor4D, w: tfjs.Tensor4D): { values: Float64Array; magnitudes: Float64Array } {
    const [n, height, width, ci] = x.shape
    const co = w.shape[3]
    const [xs, ws] = [x.dataSync(), w.dataSync()]
    const values = new Float64Array(n * height * width * co)
    const magnitudes = new Float64Array(values.length)
    const at = (b: number, r: number, c: number, k: number) =>
      r < 0 || c < 0 || r >= height || c >= width ? 0 : xs[((b * height + r) * width + c) * ci + k]!
    for (let o = 0; o < values.length; o++) {
      const [f, c, r, b] = [
        o % co,
        Math.floor(o / co) % width,
        Math.floor(o / co / width) % height,
        Math.floor(o / co / width / height),
      ]
      for (let t = 0; t < 9 * ci; t++) {
        const [k, dc, dr] = [t % ci, Math.floor(t / ci) % 3, Math.floor(t / ci / 3)]
        const term = at(b, r + dr - 1, c + dc - 1, k) * ws[((dr * 3 + dc) * ci + k) * co + f]!
        values[o]! += term
        magnitudes[o]! += Math.abs(term)
      }
    }
    return { values, magnitudes }
  }

  test('convolves as the definition says, within the rounding of a sum in any order', () => {
    const x = tf.randomNormal<tfjs.Rank.R4>([2, 7, 6, 3], 0, 1, 'float32', 1)
    const w = tf.randomNormal<tfjs.Rank.R4>([3, 3, 3, 4], 0, 1, 'float32', 2)
    const got = tf.conv2d(x, w, 1, 'same').dataSync()
    const { values, magnitudes } = convolved(x, w)
    // n products, each rounded, and a sum of n terms: n * u of their magnitudes (Higham, 2nd ed., 3.1).
    const n = 9 * 3
    for (const [i, value] of values.entries())
      expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(n * 2 ** -24 * 1.01 * magnitudes[i]!)
  })

  test('learns: a few steps of gradient descent lower the loss, and leave no tensors behind', () => {
    const x = tf.randomNormal<tfjs.Rank.R4>([8, 8, 8, 3], 0, 1, 'float32', 1)
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], 'int32'), 4)
    const shapes = [[3, 3, 3, 8], [8], [8], [128, 4]]
    const weights = shapes.map((shape, k) =>
      tf.variable(tf.randomNormal(shape, k === 1 ? 1 : 0, 0.1, 'float32', k + 3)),
    )
    const loss = (): tfjs.Scalar => {
      const [w, scale, offset, dense] = weights as unknown as [
        tfjs.Tensor4D,
        tfjs.Tensor1D,
        tfjs.Tensor1D,
        tfjs.Tensor2D,
      ]
      const { y } = engine.normalise(tf.conv2d(x, w, 1, 'same'), scale, offset, 1e-3)
      const pooled = tf.maxPool(tf.relu(y) as tfjs.Tensor4D, 2, 2, 'same')
      return tf.losses.softmaxCrossEntropy(labels, tf.matMul(tf.reshape(pooled, [8, 128]), dense)) as tfjs.Scalar
    }
    const step = (): number =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss)
        for (const weight of weights) weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 0.1)))
        return value.dataSync()[0]!
      })
    const first = step()
    const before = tf.memory().numTensors
    const losses = Array.from({ length: 10 }, step)
    expect(losses.at(-1)).toBeLessThan(first / 2)
    expect(tf.memory().numTensors).toBe(before)
  })
})

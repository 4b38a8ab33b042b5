import type * as tfjs from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { onCpu, onWasm, reals, u, type Values } from '../backends.ts'

const epsilon = 1e-3
const shapes = [
  [6, 3],
  // More than one block of rows.
  [300, 9],
  [2, 5, 4, 7],
]

interface Operands {
  readonly x: Values
  readonly scale: Values
  readonly offset: Values
  readonly dy: Values
}
const operands = (shape: number[]): Operands => {
  const channels = [shape.at(-1)!]
  const x = reals(shape, 1)
  // Away from zero, where a variance taken as the mean of squares less the square of the mean would show.
  const moved = { shape, values: x.values.map(value => value + 3) }
  return { x: moved, scale: reals(channels, 2), offset: reals(channels, 3), dy: reals(shape, 4) }
}

/** Algorithm 1 of Ioffe & Szegedy in binary64, one channel: its values, and the sum of dy y, which is differentiated. */
function channelOf(x: readonly number[], scale: number, offset: number, dy: readonly number[]) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length
  const y = x.map(value => ((value - mean) / Math.sqrt(variance + epsilon)) * scale + offset)
  return { mean, variance, y, sum: y.reduce((sum, value, k) => sum + value * dy[k]!, 0) }
}

/** Every `channels`-th value. */
const column = ({ shape, values }: Values, c: number) => [...values].filter((_, k) => k % shape.at(-1)! === c)

const ours = ({ x, scale, offset, dy }: Operands) =>
  onWasm(({ tf, normalise }) =>
    tf.tidy(() => {
      const [xs, scales, offsets] = [x, scale, offset].map(({ shape, values }) => tf.tensor(values, shape))
      const { y, mean, variance } = normalise(xs!, scales as tfjs.Tensor1D, offsets as tfjs.Tensor1D, epsilon)
      const gradients = tf.grads((...[a, b, c]) => normalise(a!, b as tfjs.Tensor1D, c as tfjs.Tensor1D, epsilon).y)(
        [xs!, scales!, offsets!],
        tf.tensor(dy.values, dy.shape),
      )
      const [dx, dScale, dOffset] = gradients.map(gradient => gradient.dataSync() as Float32Array)
      const [values, means, variances] = [y, mean, variance].map(tensor => tensor.dataSync() as Float32Array)
      return { y: values!, mean: means!, variance: variances!, dx: dx!, dScale: dScale!, dOffset: dOffset! }
    }),
  )

describe.each(shapes.map(shape => ({ shape })))('batch normalization of $shape', ({ shape }) => {
  const given = operands(shape)
  const channels = shape.at(-1)!

  test('has the values of the algorithm, within the roundings of its sums and of itself', async () => {
    const { y, mean, variance } = await ours(given)
    for (let c = 0; c < channels; c++) {
      const [x, scale, offset] = [column(given.x, c), given.scale.values[c]!, given.offset.values[c]!]
      const right = channelOf(x, scale, offset, column(given.dy, c))
      // A sum of as many terms as there are rows, each term of up to three roundings, and one of the result.
      const sumError = (x.length + 3) * u
      const away = x.reduce((sum, value) => sum + Math.abs(value - right.mean), 0) / x.length
      const meanError = u * Math.abs(right.mean) + sumError * away
      expect(Math.abs(mean[c]! - right.mean)).toBeLessThanOrEqual(meanError)
      expect(Math.abs(variance[c]! - right.variance)).toBeLessThanOrEqual(sumError * right.variance)
      const factor = Math.abs(scale) / Math.sqrt(right.variance + epsilon)
      for (const [k, value] of column({ shape, values: y }, c).entries()) {
        // The mean; half the variance's, under the root; the factor, the difference and the product; y.
        const share = sumError / 2 + 3 * u
        const allowed = factor * (meanError + share * Math.abs(x[k]! - right.mean)) + u * Math.abs(right.y[k]!)
        expect(Math.abs(value - right.y[k]!)).toBeLessThanOrEqual(allowed)
      }
    }
  })

  test('has the derivatives that differences of the algorithm show', async () => {
    const { dx, dScale, dOffset } = await ours(given)
    for (let c = 0; c < channels; c++) {
      const [x, dy] = [column(given.x, c), column(given.dy, c)]
      const [scale, offset] = [given.scale.values[c]!, given.offset.values[c]!]
      const { mean, variance } = channelOf(x, scale, offset, dy)
      const allowed = allowance(x, dy, mean, variance)
      const byScale = difference(step => channelOf(x, scale + step, offset, dy).sum)
      const byOffset = difference(step => channelOf(x, scale, offset + step, dy).sum)
      expect(Math.abs(dScale[c]! - byScale)).toBeLessThanOrEqual(allowed.scale)
      expect(Math.abs(dOffset[c]! - byOffset)).toBeLessThanOrEqual(allowed.offset)
      for (const [k, value] of column({ shape, values: dx }, c).entries()) {
        const byX = difference(step => channelOf(x.with(k, x[k]! + step), scale, offset, dy).sum)
        expect(Math.abs(value - byX)).toBeLessThanOrEqual(allowed.x(k, scale))
      }
    }
  })

  test('agrees with the gradient that TensorFlow.js composes', async () => {
    const { y } = await ours(given)
    const composed = await onCpu(({ tf, normalise }) =>
      tf.tidy(() => {
        const [x, scale, offset] = [given.x, given.scale, given.offset].map(v => tf.tensor(v.values, v.shape))
        return normalise(x!, scale as tfjs.Tensor1D, offset as tfjs.Tensor1D, epsilon).y.dataSync()
      }),
    )
    // Its moments are float32 sums of as many terms as a channel has, near a mean of 3.
    const terms = y.length / channels
    for (const [k, value] of y.entries()) {
      expect(Math.abs(value - composed[k]!)).toBeLessThanOrEqual(2 * (terms + 4) * u * (3 / Math.sqrt(epsilon)))
    }
  })
})

/** A central difference in binary64; with this step it errs by about 1e-10, far below a float32 rounding of what it is compared with. */
const step = 1e-5
const difference = (f: (step: number) => number) => (f(step) - f(-step)) / (2 * step)
const differenceError = 1e-9

/**
 * Roundings of every term of the formula for the gradient, all terms taken positively, the mean counting as a part of x:
 * those of sums over the rows, and four beside them (mean, variance, a product, the result).
 */
function allowance(x: readonly number[], dy: readonly number[], mean: number, variance: number) {
  const inverse = 1 / Math.sqrt(variance + epsilon)
  const reach = x.map(value => (Math.abs(value - mean) + Math.abs(mean)) * inverse)
  const offset = dy.reduce((sum, value) => sum + Math.abs(value), 0)
  const scale = dy.reduce((sum, value, k) => sum + Math.abs(value) * reach[k]!, 0)
  const roundings = x.length + 4
  const term = (k: number) => Math.abs(dy[k]!) + (offset + reach[k]! * scale) / x.length
  return {
    scale: roundings * u * scale + differenceError,
    offset: roundings * u * offset + differenceError,
    x: (k: number, factor: number) => roundings * u * Math.abs(factor) * inverse * term(k) + differenceError,
  }
}

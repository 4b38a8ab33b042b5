import type * as tfjs from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import type { TensorFlow } from '../../../../src/train/engines/engine.ts'
import { derivatives, magnitudes, onCpu, onWasm, reals, u, type Values, wholeNumbers } from '../backends.ts'

type Padding = 'same' | 'valid' | tfjs.backend_util.ExplicitPadding
type Pair = [number, number]

const strides: Pair[] = [
  [1, 1],
  [2, 2],
  [1, 3],
  [3, 2],
]
const paddings: Padding[] = [
  'same',
  'valid',
  [
    [0, 0],
    [2, 1],
    [0, 3],
    [0, 0],
  ],
]
const kernels: Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [2, 5],
]
/** Below, at and above the widths of the kernels: 4 and 8. */
const channels: Pair[] = [
  [1, 1],
  [3, 8],
  [5, 7],
  [9, 21],
]
const cases = strides.flatMap(stride =>
  paddings.flatMap(padding =>
    kernels.flatMap(kernel => channels.map(([from, to]) => ({ stride, padding, kernel, from, to }))),
  ),
)
type Case = (typeof cases)[number]

const convolution =
  ({ stride, padding }: Pick<Case, 'stride' | 'padding'>) =>
  (tf: TensorFlow, x: tfjs.Tensor, filter: tfjs.Tensor) =>
    tf.conv2d(x as tfjs.Tensor4D, filter as tfjs.Tensor4D, stride, padding)

const images = 3

/** An input, a filter, and a gradient of the result, filled by `fill`. */
async function operands(of: Case, fill: (shape: number[], seed: number) => Values) {
  const [x, filter] = [fill([images, 7, 6, of.from], 1), fill([...of.kernel, of.from, of.to], 2)]
  const shape = await onCpu(({ tf }) =>
    tf.tidy(() => convolution(of)(tf, tf.zeros(x.shape), tf.zeros(filter.shape)).shape),
  )
  return { inputs: [x, filter], dy: fill(shape, 3) }
}

const titled = cases.map(of => ({
  ...of,
  title: `${of.kernel} by ${of.stride}, ${of.padding}, ${of.from} to ${of.to}`,
}))

describe('the gradients of a convolution', () => {
  test.each(titled)('are exact where sums are: $title', async of => {
    const { inputs, dy } = await operands(of, wholeNumbers)
    const [onOurs, onTheirs] = [
      await derivatives(onWasm, convolution(of), inputs, dy),
      await derivatives(onCpu, convolution(of), inputs, dy),
    ]
    expect(onOurs.map(plain)).toEqual(onTheirs.map(plain))
    expect(onTheirs.every(values => values.some(value => value !== 0))).toBe(true)
  })

  test('err by no more than the roundings of their sums', async () => {
    const of = { stride: [1, 1] as Pair, padding: 'same' as const, kernel: [3, 3] as Pair, from: 9, to: 21 }
    const { inputs, dy } = await operands(of, reals)
    const [ours, theirs, sizes] = [
      await derivatives(onWasm, convolution(of), inputs, dy),
      await derivatives(onCpu, convolution(of), inputs, dy),
      await derivatives(onCpu, convolution(of), inputs.map(magnitudes), magnitudes(dy)),
    ]
    // Products that are added up: by x of all positions and outputs, by the filter of all images and places.
    for (const [k, products] of [9 * of.to, images * 7 * 6].entries()) {
      expect(worst(ours[k]!, theirs[k]!, sizes[k]!, products)).toBeLessThanOrEqual(1)
    }
  })

  test('agree with finite differences, which of a bilinear function have no error of truncation', async () => {
    for (const of of cases.filter((_, k) => k % 7 === 0)) {
      const { inputs, dy } = await operands(of, wholeNumbers)
      const step = inputs.map(({ shape }, k) => wholeNumbers(shape, 10 + k))
      const gradients = await derivatives(onWasm, convolution(of), inputs, dy)
      for (const k of [0, 1] as const) {
        const moved = inputs.map((input, i) => (i === k ? plus(input, step[k]!) : input))
        const change = (await pairing(of, moved, dy)) - (await pairing(of, inputs, dy))
        expect(dot(gradients[k]!, step[k]!.values)).toBe(change)
      }
    }
  })

  test('of the format NCHW are refused', async () => {
    await expect(
      onWasm(({ tf }) =>
        tf
          .getKernel('Conv2DBackpropInput', 'wasm')
          .kernelFunc({ inputs: { dy: tf.zeros([1]), filter: tf.zeros([1]) }, backend: tf.backend(), attrs: nchw }),
      ),
    ).rejects.toThrow('Put the channels last')
  })
})

const nchw = { dataFormat: 'NCHW', inputShape: [1, 1, 1, 1], strides: [1, 1], pad: 'same' }

/** -0 and 0 are one value here: which of them a sum of products of zeros is depends on where it starts. */
const plain = (values: Float32Array) => [...values].map(value => value + 0)
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
const plus = (a: Values, b: Values): Values => ({
  shape: a.shape,
  values: a.values.map((value, k) => value + b.values[k]!),
})

/** The sum of dy times the convolution, which the derivatives are those of. */
async function pairing(of: Case, [x, filter]: Values[], dy: Values): Promise<number> {
  const y = await onCpu(({ tf }) =>
    tf.tidy(() =>
      convolution(of)(tf, tf.tensor(x!.values, x!.shape), tf.tensor(filter!.values, filter!.shape)).dataSync(),
    ),
  )
  return dot(y as Float32Array, dy.values)
}

/**
 * The worst difference as a share of what rounding allows: a sum of n products in any order errs by at most (n + 1) u
 * times the sum of their magnitudes, to first order (Higham 2002, section 3.1); both sides may.
 */
const worst = (a: Float32Array, b: Float32Array, magnitude: Float32Array, products: number) =>
  Math.max(...a.map((value, k) => Math.abs(value - b[k]!) / (2 * (products + 1) * u * magnitude[k]!)))

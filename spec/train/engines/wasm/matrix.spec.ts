import type * as tfjs from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { type On, onCpu, onWasm, u, type Values, wholeNumbers } from '../backends.ts'

const lengths = [1, 3, 4, 9, 24]
const products = lengths.flatMap(height =>
  lengths.flatMap(width =>
    (
      [
        [true, false],
        [false, true],
        [true, true],
      ] as const
    ).map(transposed => ({ height, width, transposed })),
  ),
)
const inner = 6

const product = (where: On, a: Values, b: Values, [transposeA, transposeB]: readonly [boolean, boolean]) =>
  where(({ tf }) =>
    tf.tidy(() => {
      const result = tf.matMul(tf.tensor(a.values, a.shape), tf.tensor(b.values, b.shape), transposeA, transposeB)
      return { shape: result.shape, values: [...result.dataSync()] }
    }),
  )

describe('products of transposed matrices', () => {
  test.each(products)('are exact where sums are: $height by $width, transposed: $transposed', async of => {
    const [first, second] = of.transposed
    for (const batch of [[], [1], [2]]) {
      const a = wholeNumbers([...batch, ...(first ? [inner, of.height] : [of.height, inner])], 1)
      const b = wholeNumbers([...batch, ...(second ? [of.width, inner] : [inner, of.width])], 2)
      expect(await product(onWasm, a, b, of.transposed)).toEqual(await product(onCpu, a, b, of.transposed))
    }
  })

  test('are taken of one matrix with each of several', async () => {
    const [a, b] = [wholeNumbers([1, 6, 3], 1), wholeNumbers([4, 6, 5], 2)]
    expect(await product(onWasm, a, b, [true, false])).toEqual(await product(onCpu, a, b, [true, false]))
  })
})

const reduced: [shape: number[], axes: number[]][] = [
  [
    [5, 4, 3, 7],
    [0, 1, 2],
  ],
  [[5, 4, 3, 7], [0]],
  [
    [5, 4, 3, 7],
    [-4, 1],
  ],
  [
    [5, 4, 3, 7],
    [1, 2],
  ],
  [[5, 4, 3, 7], [3]],
  [
    [5, 4, 3, 7],
    [0, 1, 2, 3],
  ],
  [[3000, 9], [0]],
  [[0, 9], [0]],
  [[9], [0]],
]

describe('sums', () => {
  test.each(reduced)('of %j over %j are exact where no rounding is', async (shape, axes) => {
    for (const keepDims of [false, true]) {
      const sum = (where: On, { values }: Values) =>
        where(({ tf }) =>
          tf.tidy(() => {
            // What lies behind x in memory is not zero.
            tf.ones([100_000]).dispose()
            const result = tf.sum(tf.tensor(values, shape), axes, keepDims) as tfjs.Tensor
            return { shape: result.shape, values: [...result.dataSync()] }
          }),
        )
      const x = wholeNumbers(shape, 3)
      expect(await sum(onWasm, x)).toEqual(await sum(onCpu, x))
    }
  })

  test('of many rows are sums of sums, whose error grows with the length of one block', async () => {
    const rows = 100_000
    const x = new Float32Array(rows).fill(0.1)
    const [sum] = await onWasm(({ tf }) => tf.tidy(() => tf.sum(tf.tensor2d(x, [rows, 1]), 0).dataSync()))
    const exact = rows * Math.fround(0.1)
    // Blocks of 1,024 and then 98 of them: (1,024 + 98) u, to first order (Higham 2002, section 4.2). In a row: 8e-4.
    expect(Math.abs(sum! - exact)).toBeLessThanOrEqual(1122 * u * exact)
  })
})

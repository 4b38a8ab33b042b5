import type * as tfjs from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { shuffle, words } from '../../../../src/numbers/random.ts'
import type { TensorFlow } from '../../../../src/train/engines/engine.ts'
import { derivatives, onCpu, onWasm, type Values, wholeNumbers } from '../backends.ts'

type Pair = [number, number]
const shape = [2, 7, 6, 5]
const cases = (['same', 'valid'] as const).flatMap(padding =>
  (
    [
      [2, 2],
      [3, 3],
      [2, 3],
      [1, 1],
    ] as Pair[]
  ).flatMap(size =>
    (
      [
        [1, 1],
        [2, 2],
        [3, 2],
      ] as Pair[]
    ).map(stride => ({ size, stride, padding })),
  ),
)
type Case = (typeof cases)[number]

const pool =
  ({ size, stride, padding }: Case) =>
  (tf: TensorFlow, x: tfjs.Tensor) =>
    tf.maxPool(x as tfjs.Tensor4D, size, stride, padding)

const shapeOf = (of: Case) => onCpu(({ tf }) => tf.tidy(() => pool(of)(tf, tf.zeros(shape)).shape))

describe('the gradient of max pooling', () => {
  test.each(cases)('goes where it goes in plain JavaScript, among equals too: $size by $stride, $padding', async of => {
    // Nine values in 420 places: most windows have several greatest elements.
    const [x, dy] = [wholeNumbers(shape, 1, 4), wholeNumbers(await shapeOf(of), 2)]
    const [ours] = await derivatives(onWasm, pool(of), [x], dy)
    const [theirs] = await derivatives(onCpu, pool(of), [x], dy)
    expect([...ours!].map(value => value + 0)).toEqual([...theirs!].map(value => value + 0))
  })

  test('agrees with finite differences, which are exact where no greatest element changes', async () => {
    for (const of of cases) {
      const [x, step] = [distinct(), wholeNumbers(shape, 3, 1)]
      const dy = wholeNumbers(await shapeOf(of), 2)
      const [gradient] = await derivatives(onWasm, pool(of), [x], dy)
      const moved = { shape, values: x.values.map((value, k) => value + step.values[k]! / 4) }
      const change = ((await pairing(of, moved, dy)) - (await pairing(of, x, dy))) * 4
      expect(gradient!.reduce((sum, value, k) => sum + value * step.values[k]!, 0)).toBe(change)
    }
  })
})

/** Every whole number once: a step of a quarter leaves their order as it is. */
const distinct = (): Values => {
  const order = Uint32Array.from({ length: 2 * 7 * 6 * 5 }, (_, k) => k)
  return { shape, values: Float32Array.from(shuffle(order, words(7))) }
}

/** The sum of dy times the pooled x. */
async function pairing(of: Case, x: Values, dy: Values): Promise<number> {
  const y = await onCpu(({ tf }) => tf.tidy(() => pool(of)(tf, tf.tensor(x.values, x.shape)).dataSync()))
  return (y as Float32Array).reduce((sum, value, k) => sum + value * dy.values[k]!, 0)
}

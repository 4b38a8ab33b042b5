import type * as tfjs from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../../../src/train/engines/engine.ts'
import { native } from '../../../../src/train/engines/native/index.ts'
import { batchNorm, type Expected, type Given, worst } from '../batch-norm.ts'
import { isNativeHere, nativePlace } from './here.ts'

const shapes: readonly (readonly [string, readonly number[]])[] = [
  ['images', [8, 6, 5, 4]],
  ['many images', [64, 16, 16, 8]],
  ['rows', [32, 7]],
  ['sequences', [4, 9, 3]],
  ['volumes', [3, 4, 5, 2, 3]],
  ['a single row', [1, 5]],
]

type Names = keyof Expected

describe.skipIf(!isNativeHere)('the fused batch normalization of the native engine', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await native({ places: [nativePlace] })
  })

  const random = (shape: readonly number[], seed: number, mean = 0): tfjs.Tensor =>
    engine.tf.randomNormal([...shape], mean, 1, 'float32', seed)

  const inputs = (shape: readonly number[]) => ({
    x: random(shape, 1, 0.5),
    dy: random(shape, 2),
    scale: random([shape.at(-1)!], 3, 1) as tfjs.Tensor1D,
    offset: random([shape.at(-1)!], 4) as tfjs.Tensor1D,
  })

  type Inputs = ReturnType<typeof inputs>

  function computed({ x, dy, scale, offset }: Inputs, epsilon: number): Record<Names, tfjs.Tensor> {
    const { tf } = engine
    const loss = (x: tfjs.Tensor, scale: tfjs.Tensor, offset: tfjs.Tensor): tfjs.Scalar =>
      tf.sum(tf.mul(engine.normalise(x, scale as tfjs.Tensor1D, offset as tfjs.Tensor1D, epsilon).y, dy))
    const [dx, dscale, doffset] = tf.grads(loss as never)([x, scale, offset]) as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor]
    return { ...engine.normalise(x, scale, offset, epsilon), dx, dscale, doffset }
  }

  const expected = ({ x, dy, scale, offset }: Inputs, epsilon: number): Expected => {
    const given: Given = {
      x: x.dataSync(),
      dy: dy.dataSync(),
      scale: scale.dataSync(),
      offset: offset.dataSync(),
      epsilon,
    }
    return batchNorm(given)
  }

  const errors = (got: Record<Names, tfjs.Tensor>, wanted: Expected): Record<string, number> =>
    Object.fromEntries(Object.entries(wanted).map(([name, each]) => [name, worst(got[name as Names].dataSync(), each)]))

  describe.each(shapes)('of %s', (_, shape) => {
    test.each([[1e-3], [1e-5], [0.5]])(
      'with epsilon %f is the formula and its gradient, within what float32 allows',
      epsilon => {
        const given = inputs(shape)
        const got = computed(given, epsilon)
        expect(got.y.shape).toEqual(shape)
        expect(got.dx.shape).toEqual(shape)
        for (const [name, error] of Object.entries(errors(got, expected(given, epsilon))))
          expect(error, name).toBeLessThanOrEqual(1)
      },
    )
  })

  test('is told from one with another epsilon, and from a variance divided by one less', () => {
    const given = inputs([8, 6, 5, 4])
    const got = computed(given, 1e-3)
    const off = errors(got, expected(given, 2e-3))
    for (const name of ['y', 'dx']) expect(off[name], name).toBeGreaterThan(1)
    const { variance } = expected(given, 1e-3)
    const n = 8 * 6 * 5
    expect(
      worst(got.variance.dataSync(), { ...variance, value: variance.value.map(v => (v * n) / (n - 1)) }),
    ).toBeGreaterThan(1)
  })

  test('keeps three tensors, and none of its gradient but the gradients', () => {
    const { tf } = engine
    const { x, scale, offset } = inputs([4, 3, 3, 2])
    const before = tf.memory().numTensors
    engine.normalise(x, scale, offset, 1e-3)
    expect(tf.memory().numTensors - before).toBe(3)
    const loss = (x: tfjs.Tensor): tfjs.Scalar => tf.sum(tf.square(engine.normalise(x, scale, offset, 1e-3).y))
    tf.grad(loss as never)(x)
    expect(tf.memory().numTensors - before).toBe(4)
  })

  test('gives moments that carry no gradient', () => {
    const { tf } = engine
    const { x, scale, offset } = inputs([16, 3])
    const loss = (x: tfjs.Tensor): tfjs.Scalar => tf.sum(engine.normalise(x, scale, offset, 1e-3).mean)
    expect(() => tf.grad(loss as never)(x)).toThrow(/gradient/)
  })
})

import type * as tfjs from '@tensorflow/tfjs-core'
import { below, mixed, words } from '../../numbers/random.ts'
import { purposes } from '../data/order.ts'
import type { Engine } from '../engines/engine.ts'
import type { BatchGradient, Gradients } from './gradient.ts'

/** The square of the Euclidean norm of each tensor, read from the engine in one go. */
async function squares({ tf }: Engine, tensors: readonly tfjs.Tensor[]): Promise<Float32Array> {
  const stacked = tf.tidy(() => tf.stack(tensors.map(each => tf.sum(tf.square(each)))))
  const values = await stacked.data<'float32'>()
  stacked.dispose()
  return values
}

/** The Euclidean norm of the gradient of every weight, by name. */
export async function gradientNorms(engine: Engine, gradients: Gradients): Promise<Map<string, number>> {
  const names = [...gradients.keys()].filter(name => name.endsWith('.weight'))
  const values = await squares(
    engine,
    names.map(name => gradients.get(name)!),
  )
  return new Map(names.map((name, k) => [name, Math.sqrt(values[k]!)]))
}

/** How mini-batch gradients scatter at one point: the trace of their covariance, and the square of their mean's norm. */
export interface Noise {
  readonly variance: number
  readonly square: number
}

/**
 * Estimates both from `count` mini-batches drawn with replacement, without bias: sum |g|^2 / k = |mean|^2 + (k - 1) / k of
 * the variance. The square may come out below 0 where the noise is far larger.
 */
export async function gradientNoise(
  engine: Engine,
  gradient: BatchGradient,
  from: Uint32Array,
  { batch, count, seed, between }: { batch: number; count: number; seed: number; between?: () => Promise<void> },
): Promise<Noise> {
  const { tf } = engine
  const next = words(mixed(seed, purposes.noise))
  let total = 0
  let sum: Gradients | undefined
  for (let k = 0; k < count; k++) {
    const indices = Uint32Array.from({ length: batch }, () => from[below(next, from.length)]!)
    const { loss, gradients } = await gradient.of(indices, { maskSeed: next(), learn: false }, between && { between })
    loss.dispose()
    total += (await squares(engine, [...gradients.values()])).reduce((a, b) => a + b, 0)
    const before: Gradients | undefined = sum
    sum = before ? new Map([...gradients].map(([name, g]) => [name, tf.add(before.get(name)!, g)])) : gradients
    if (before) for (const each of [...before.values(), ...gradients.values()]) each.dispose()
  }
  const ofSum = (await squares(engine, [...sum!.values()])).reduce((a, b) => a + b, 0)
  for (const each of sum!.values()) each.dispose()
  const meanSquare = ofSum / count ** 2
  const variance = (total - count * meanSquare) / (count - 1)
  return { variance, square: meanSquare - variance / count }
}

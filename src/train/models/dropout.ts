import { mixed, words } from '../../numbers/random.ts'
import { purposes } from '../data/order.ts'

/** The seed of the mask of the k-th layer that drops units, in a pass whose masks have this seed. */
export const dropoutSeed = (maskSeed: number, k: number): number => mixed(maskSeed, purposes.dropout, k)

/** Whether each of `count` units is kept, one after the other; a unit is dropped with probability `rate`. */
export function* keptUnits(seed: number, rate: number, count: number): Generator<boolean> {
  const next = words(seed)
  for (let i = 0; i < count; i++) yield next() / 2 ** 32 >= rate
}

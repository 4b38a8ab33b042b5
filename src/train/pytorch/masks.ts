import { dropoutSeed, keptUnits } from '../models/dropout.ts'
import { kindOf } from '../models/layers.ts'
import type { Network } from '../models/spec.ts'

/** A layer that drops some of its units in training. */
interface Dropped {
  readonly rate: number
  readonly units: number
}

/** The layers of a network that drop units, in the order in which they run. */
export function droppedBy({ input, layers }: Network): Dropped[] {
  const found: Dropped[] = []
  let shape = input
  for (const layer of layers) {
    if (layer.kind === 'dropout') found.push({ rate: layer.rate, units: shape.reduce((n, each) => n * each, 1) })
    shape = kindOf(layer).output(layer, shape)
  }
  return found
}

/** One gradient: how many images, and the seed of its masks. */
export interface Masked {
  readonly images: number
  readonly seed: number
}

/**
 * The masks of some gradients, drawn as `Model` draws them: by chunk, then by layer, one bit a unit (1: kept), the lowest
 * bit of a byte first; each mask begins with a byte of its own.
 */
export function maskBits(dropped: readonly Dropped[], gradients: readonly Masked[], chunk: number): Uint8Array {
  const parts = gradients.flatMap(({ images, seed }) =>
    Array.from({ length: Math.ceil(images / chunk) }, (_, k) => ({
      seed: seed + k * chunk,
      images: Math.min(chunk, images - k * chunk),
    })),
  )
  const masks = parts.flatMap(part =>
    dropped.map(({ rate, units }, k) => ({
      rate,
      units: part.images * units,
      seed: dropoutSeed(part.seed, k),
    })),
  )
  const bytes = new Uint8Array(masks.reduce((sum, { units }) => sum + Math.ceil(units / 8), 0))
  let at = 0
  for (const { rate, units, seed } of masks) {
    let i = 0
    for (const isKept of keptUnits(seed, rate, units)) {
      if (isKept) bytes[at + (i >> 3)]! |= 1 << (i & 7)
      i += 1
    }
    at += Math.ceil(units / 8)
  }
  return bytes
}

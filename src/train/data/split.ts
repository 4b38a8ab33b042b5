import { mixed, shuffle, words } from '../../numbers/random.ts'
import { purposes } from './order.ts'

/** Indices of images, ascending; no image is in both. */
export interface Split {
  readonly train: Uint32Array
  readonly validation: Uint32Array
}

/** The images of each class, in random order. */
function byClass(labels: Uint8Array, seed: number): Uint32Array[] {
  const members: number[][] = []
  for (const [i, label] of labels.entries()) {
    const own = members[label] ?? []
    members[label] = own
    own.push(i)
  }
  return Array.from(members, (own = [], label) =>
    shuffle(Uint32Array.from(own), words(mixed(seed, purposes.split, label))),
  )
}

/**
 * Sets images aside for validation, the same share of every class (45,000 and 5,000 of CIFAR-10's training images), the
 * same for the same seed on every machine. Shares are rounded so that `validation` images are set aside in all.
 */
export function splitImages(labels: Uint8Array, validation: number, seed: number): Split {
  if (!Number.isInteger(validation) || validation < 0 || validation > labels.length)
    throw new RangeError(`Expected 0 to ${labels.length} images for validation, got ${validation}.`)
  const train: number[] = []
  const aside: number[] = []
  let [seen, taken] = [0, 0]
  for (const members of byClass(labels, seed)) {
    seen += members.length
    // Cumulative, so that roundings do not add up.
    const count = Math.round((validation * seen) / labels.length) - taken
    taken += count
    aside.push(...members.subarray(0, count))
    train.push(...members.subarray(count))
  }
  return { train: Uint32Array.from(train).sort(), validation: Uint32Array.from(aside).sort() }
}

/** So many of the given images, the same share of every class. */
export function subsetOf(indices: Uint32Array, labels: Uint8Array, count: number, seed: number): Uint32Array {
  const own = Uint8Array.from(indices, i => labels[i]!)
  return splitImages(own, Math.min(count, indices.length), seed).validation.map(k => indices[k]!)
}

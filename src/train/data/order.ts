import { mixed, shuffle, words } from '../../numbers/random.ts'

/** What random numbers are for; each purpose has a stream of its own, so that one choice does not move another. */
export const purposes = { order: 1, split: 2, augment: 3, weights: 4, dropout: 5, synthetic: 6, noise: 7 } as const

/**
 * The order in which an epoch (counted from 1) visits its images: the given indices shuffled, the same for the same seed on
 * every machine. Written to a file, it is what PyTorch is trained on.
 */
export const epochOrder = (indices: Uint32Array, seed: number, epoch: number): Uint32Array =>
  shuffle(indices.slice(), words(mixed(seed, purposes.order, epoch)))

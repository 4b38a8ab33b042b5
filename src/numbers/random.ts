/**
 * The next whole number from 0 to 2^32 - 1, again and again: Marsaglia's xorshift (Journal of Statistical Software 8(14),
 * 2003), triple 13, 17, 5.
 */
export function words(seed: number): () => number {
  // Zero is the one state that it never leaves, and small seeds begin with small numbers.
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** A whole number from 0 to count - 1; uneven by less than count / 2^32. */
export const below = (next: () => number, count: number): number => Math.floor((next() / 2 ** 32) * count)

/**
 * One seed of several whole numbers (a run's seed, a purpose, an epoch), so that streams for different uses are unlike:
 * the mixing of MurmurHash3 (Appleby, public domain), 32 bits.
 */
export function mixed(...parts: readonly number[]): number {
  let hash = 0
  for (const part of parts) {
    let word = Math.imul(part | 0, 0xcc9e2d51)
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    hash ^= word
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash = Math.imul(hash ^ (hash >>> 16) ^ parts.length, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Puts whole numbers into a random order, in place (Fisher & Yates; Durstenfeld 1964). */
export function shuffle<A extends Uint32Array>(values: A, next: () => number): A {
  for (let last = values.length - 1; last > 0; last--) {
    const other = below(next, last + 1)
    const value = values[last]!
    values[last] = values[other]!
    values[other] = value
  }
  return values
}

const terms = 12

/**
 * A stream of numbers that are nearly normal, of mean 0 and variance 1: sums of twelve uniform numbers less 6, which need
 * no library function and so are the same on every machine. None is beyond 6.
 */
export function* normals(seed: number): Generator<number, never> {
  const uniform = words(seed)
  for (;;) {
    let sum = -terms / 2
    for (let k = 0; k < terms; k++) sum += uniform() / 2 ** 32
    yield sum
  }
}

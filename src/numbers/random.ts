/** A stream of whole numbers from 0 to 2^32 - 1: Marsaglia's xorshift (Journal of Statistical Software 8(14), 2003), triple 13, 17, 5. */
function* words(seed: number): Generator<number, never> {
  // Zero is the one state that it never leaves, and small seeds begin with small numbers.
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) | 0 || 1
  for (;;) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield state >>> 0
  }
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
    for (let k = 0; k < terms; k++) sum += uniform.next().value / 2 ** 32
    yield sum
  }
}

import { describe, expect, test } from 'vitest'
import { normals } from '../../src/numbers/random.ts'

function taken(seed: number, count: number): number[] {
  const stream = normals(seed)
  return Array.from({ length: count }, () => stream.next().value)
}

describe('nearly normal numbers', () => {
  test('are the same for the same seed, and others for another, 0 and 1 included', () => {
    expect(taken(7, 20)).toEqual(taken(7, 20))
    const firsts = [0, 1, 2, 3, 20_260_101, 0x7fffffff].map(seed => taken(seed, 3).join())
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  // The mean of n has the standard error 1/sqrt(n). A sum of twelve uniform numbers has kurtosis 3 - 1.2/12 = 2.9, so that
  // the mean of squares has the standard error sqrt(1.9/n). Five of each are allowed.
  test.each([1, 2, 3])('seed %i: mean 0 and variance 1 within five standard errors, none beyond 6', seed => {
    const n = 10_000
    const values = taken(seed, n)
    const mean = values.reduce((sum, value) => sum + value, 0) / n
    const square = values.reduce((sum, value) => sum + value * value, 0) / n
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n))
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(1.9 / n))
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(6)
  })
})

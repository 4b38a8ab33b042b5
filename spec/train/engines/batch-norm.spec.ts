import { describe, expect, test } from 'vitest'
import { batchNorm, type Given } from './batch-norm.ts'

/** Numbers without a pattern, from a linear congruence. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed
  return Float64Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state / 2 ** 30 - 1
  })
}

const given: Given = {
  x: numbers(36, 1),
  dy: numbers(36, 2),
  scale: numbers(3, 3),
  offset: numbers(3, 4),
  epsilon: 1e-2,
}
const loss = (changed: Partial<Given>): number =>
  batchNorm({ ...given, ...changed }).y.value.reduce((sum, y, i) => sum + y * given.dy[i]!, 0)

/** The central difference, and how far it is off: its truncation is a third of what doubling the step changes. */
function slope(name: 'x' | 'scale' | 'offset', at: number): { value: number; error: number } {
  const moved = (by: number): number => {
    const changed = Float64Array.from(given[name])
    changed[at]! += by
    return loss({ [name]: changed })
  }
  const difference = (h: number) => (moved(h) - moved(-h)) / (2 * h)
  const h = 1e-4
  const [value, coarse] = [difference(h), difference(2 * h)]
  // A loss of some 100 operations on numbers of about 1, each rounded by 2^-53.
  return { value, error: Math.abs(coarse - value) + (100 * 2 ** -53) / h }
}

describe('the formula that engines are held against', () => {
  test.each([
    ['x', 'dx', 36],
    ['scale', 'dscale', 3],
    ['offset', 'doffset', 3],
  ] as const)('has the gradient with respect to %s that finite differences give', (name, gradient, count) => {
    const expected = batchNorm(given)[gradient].value
    for (let at = 0; at < count; at++) {
      const { value, error } = slope(name, at)
      expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(error)
      expect(error).toBeLessThan(1e-4)
    }
  })

  test('gives the moments of three numbers by hand, the variance divided by their number', () => {
    const { mean, variance } = batchNorm({ x: [1, 2, 6], dy: [0, 0, 0], scale: [1], offset: [0], epsilon: 0 })
    expect([mean.value[0], variance.value[0]]).toEqual([3, 14 / 3])
  })
})

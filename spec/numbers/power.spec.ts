import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correctPower, exactPower } from '../../src/numbers/power.ts'
import { fromDouble, isNearest, partsOf, product, type Rational, scaled } from './rational.ts'

const settings = { seed: 20261123, numRuns: 300 }

function powerOf(base: number, exponent: number): Rational {
  const { significand, exponent: scale } = partsOf(base)
  const power = scaled(significand ** BigInt(Math.abs(exponent)), scale * Math.abs(exponent))
  if (exponent >= 0) return power
  return power.n < 0n ? { n: -power.d, d: -power.n } : { n: power.d, d: power.n }
}

describe('a power is the binary64 nearest to the exact power', () => {
  it.each([0.9, 0.95, 0.99, 0.999, 0.9999])('%d to t for every t up to 3,000', beta => {
    let exact = fromDouble(1)
    const wrong: number[] = []
    for (let t = 1; t <= 3000; t++) {
      exact = product(exact, fromDouble(beta))
      if (!isNearest(correctPower(beta, t), exact)) wrong.push(t)
    }
    expect(wrong).toEqual([])
  })

  it.each([0.9, 0.999])('%d to t from the whole significand at once', beta => {
    for (let t = 1; t <= 3000; t += 41) expect(exactPower(beta, t)).toBe(correctPower(beta, t))
  })

  it("which the host's own power is not, in about one of ten", () => {
    const off = Array.from({ length: 1000 }, (_, t) => t + 1).filter(t => 0.999 ** t !== correctPower(0.999, t))
    expect(off.length).toBeGreaterThan(10)
  })

  it('for any base and whole exponent, of either sign', () => {
    const base = fc.oneof(
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    fc.assert(
      fc.property(base, fc.integer({ min: -40, max: 200 }), (b, n) => {
        fc.pre(b !== 0)
        const got = correctPower(b, n)
        return Number.isFinite(got) ? isNearest(got, powerOf(b, n)) : Math.abs(n * Math.log2(Math.abs(b))) > 1023
      }),
      settings,
    )
  })

  it('also where it is subnormal', () => {
    const rows = [
      [0.1, 310],
      [0.1, 323],
      [0.3, 619],
      [-0.7, 2081],
      [0.9, 7000],
      [0.5, 1074],
      [3, -670],
      [2 ** -1074, 1],
      [1.5e-162, 2],
    ] as const
    for (const [base, n] of rows) expect(isNearest(correctPower(base, n), powerOf(base, n)), `${base}^${n}`).toBe(true)
  })
})

describe('the ends of the scale', () => {
  it.each([
    [0.5, 1075, 0],
    [Math.sqrt(0.5), 2149, 2 ** -1074],
    [-0.5, 1075, -0],
    [-0.5, 2001, -0],
    [2, 1023, 2 ** 1023],
    [2, 1024, Number.POSITIVE_INFINITY],
    [-2, 1025, Number.NEGATIVE_INFINITY],
    [-2, 1024, Number.POSITIVE_INFINITY],
    [-3, 3, -27],
    [-3, 4, 81],
    [-3, -3, -1 / 27],
    [2, -1074, 5e-324],
    [2, -1075, 0],
    [10, 308, 1e308],
    [10, 309, Number.POSITIVE_INFINITY],
    [0.9, 1e15, 0],
    [1.1, 1e15, Number.POSITIVE_INFINITY],
    [-1, 1e15 + 1, -1],
    [-1, 1e15, 1],
    [0, 0, 1],
    [Number.NaN, 0, 1],
    [0, 5, 0],
    [-0, 5, -0],
    [0, -1, Number.POSITIVE_INFINITY],
    [-0, -1, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, -2, 0],
    [Number.NaN, 2, Number.NaN],
    [0.81, 0.5, 0.9],
    [-1, 0.5, Number.NaN],
    [4, 1.5, 8],
    [8, 1 / 3, 2],
  ])('%d to the power %d is %d', (base, exponent, result) => {
    expect(correctPower(base, exponent)).toBe(result)
  })
})

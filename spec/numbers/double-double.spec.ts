import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Big, bigFromDouble } from '../../src/numbers/big.ts'
import * as dd from '../../src/numbers/double-double.ts'
import { fromDouble, product, sum } from './rational.ts'

type DoubleDouble = dd.DoubleDouble

/** Normal numbers far from over- and underflow, over 200 decades. */
const double = fc
  .tuple(
    fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }),
    fc.integer({ min: -330, max: 330 }),
    fc.boolean(),
  )
  .map(([significand, exponent, negative]) => (negative ? -1 : 1) * significand * 2 ** exponent)
const pair = fc
  .tuple(double, fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([hi, part]) => dd.twoSum(hi, hi * 2 ** -53 * part))
const settings = { seed: 20261123, numRuns: 2000 }

const exact = (a: DoubleDouble) => bigFromDouble(a.hi).plus(bigFromDouble(a.lo))

/** The relative error in units of u^2 = 2^-106; Big's own 64 digits are 2^-106 * 1e-32. */
function error(got: DoubleDouble, wanted: Big): number {
  if (wanted.isZero()) return got.hi === 0 && got.lo === 0 ? 0 : Number.POSITIVE_INFINITY
  return exact(got).minus(wanted).div(wanted).abs().times(new Big(2).pow(106)).toNumber()
}

/** Bounds of Joldes, Muller & Popescu 2017, in u^2, with the theorem that states them; for a difference of near numbers of one sign see below. */
const bounds = { add: 3.01, mul: 5, div: 10, sqrt: 3.2 }

describe('sums and products of two doubles are exact', () => {
  const same = (a: { n: bigint; d: bigint }, b: { n: bigint; d: bigint }): boolean => a.n * b.d === b.n * a.d

  it('twoSum', () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const { hi, lo } = dd.twoSum(a, b)
        return hi === a + b && same(sum(fromDouble(hi), fromDouble(lo)), sum(fromDouble(a), fromDouble(b)))
      }),
      settings,
    )
  })

  it('twoProduct', () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const { hi, lo } = dd.twoProduct(a, b)
        return hi === a * b && same(sum(fromDouble(hi), fromDouble(lo)), product(fromDouble(a), fromDouble(b)))
      }),
      settings,
    )
  })
})

describe('operations stay within their published error bounds', () => {
  it.each([
    ['add', (a: Big, b: Big) => a.plus(b), dd.add],
    ['add', (a: Big, b: Big) => a.minus(b), dd.sub],
    ['mul', (a: Big, b: Big) => a.times(b), dd.mul],
    ['div', (a: Big, b: Big) => a.div(b), dd.div],
  ] as const)('%s', (name, wanted, operation) => {
    fc.assert(
      fc.property(pair, pair, (a, b) => error(operation(a, b), wanted(exact(a), exact(b))) <= bounds[name]),
      settings,
    )
  })

  it('a difference of neighbours, where digits cancel', () => {
    const neighbours = fc
      .tuple(pair, fc.integer({ min: 1, max: 1000 }))
      .map(([a, k]) => [a, dd.twoSum(a.hi * (1 + k * 2 ** -52), a.lo)] as const)
    fc.assert(
      fc.property(neighbours, ([a, b]) => error(dd.sub(a, b), exact(a).minus(exact(b))) <= bounds.add),
      settings,
    )
  })

  it('sqrt', () => {
    const positive = pair.map(a => (a.hi < 0 ? dd.neg(a) : a))
    fc.assert(
      fc.property(positive, a => error(dd.sqrt(a), exact(a).sqrt()) <= bounds.sqrt),
      settings,
    )
  })

  it('a power, by 2^-99 for every factor', () => {
    const near = fc.tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -300, max: 300 }))
    fc.assert(
      fc.property(
        near,
        ([base, n]) => error(dd.power(dd.dd(base), n), bigFromDouble(base).pow(n)) <= Math.max(1, Math.abs(n)) * 2 ** 7,
      ),
      settings,
    )
  })

  it('comparison is that of the exact values', () => {
    fc.assert(
      fc.property(pair, pair, (a, b) => dd.compare(a, b) === exact(a).cmp(exact(b)) && dd.compare(a, a) === 0),
      settings,
    )
    expect(dd.compare(dd.dd(1, 2 ** -60), dd.dd(1))).toBe(1)
    expect(dd.compare(dd.dd(Number.NaN), dd.dd(1))).toBeNaN()
  })
})

describe('where doubles end', () => {
  const infinite = dd.dd(Number.POSITIVE_INFINITY)
  it.each([
    ['an overflowing sum', dd.add(dd.dd(Number.MAX_VALUE), dd.dd(Number.MAX_VALUE)), Number.POSITIVE_INFINITY],
    ['an overflowing product', dd.mul(dd.dd(1e200), dd.dd(-1e200)), Number.NEGATIVE_INFINITY],
    ['infinity and a number', dd.add(infinite, dd.dd(1, 1e-20)), Number.POSITIVE_INFINITY],
    ['infinity less infinity', dd.sub(infinite, infinite), Number.NaN],
    ['a quotient by infinity', dd.div(dd.dd(1), infinite), 0],
    ['a quotient by zero', dd.div(dd.dd(-1), dd.dd(0)), Number.NEGATIVE_INFINITY],
    ['zero by zero', dd.div(dd.dd(0), dd.dd(0)), Number.NaN],
    ['a root of a negative number', dd.sqrt(dd.dd(-1)), Number.NaN],
    ['a root of zero', dd.sqrt(dd.dd(0)), 0],
    ['a root of infinity', dd.sqrt(infinite), Number.POSITIVE_INFINITY],
    ['a product beyond the splitter', dd.mul(dd.dd(2 ** 1000), dd.dd(2)), 2 ** 1001],
  ])('%s is what a double gives, without a low part', (_, got, hi) => {
    expect(got).toEqual({ hi, lo: 0 })
  })
})

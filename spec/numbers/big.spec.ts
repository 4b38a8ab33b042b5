import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Big, bigFromDouble, doubleFromBig } from '../../src/numbers/big.ts'
import { agree, fromBig, fromDouble } from './rational.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const settings = { seed: 20261123, numRuns: 2000 }
const awkward = [
  5e-324,
  -5e-324,
  2 ** -1022,
  2 ** -1022 - 2 ** -1074,
  Number.MAX_VALUE,
  1 + 2 ** -52,
  0.1,
  -0.3,
  2 ** 53 + 2,
]

describe('a binary64 as a decimal of 64 digits', () => {
  it('is the number that its bits stand for, to the last of 64 digits', () => {
    const within = (value: number): boolean =>
      value === 0 || agree(fromBig(bigFromDouble(value)), fromDouble(value), 209)
    expect(awkward.filter(value => !within(value))).toEqual([])
    fc.assert(fc.property(finite, within), settings)
  })

  it('is exact where 64 digits are enough, unlike the shortest decimal', () => {
    expect(bigFromDouble(0.1).toString()).toBe('0.1000000000000000055511151231257827021181583404541015625')
    expect(bigFromDouble(0.1).eq(new Big('0.1'))).toBe(false)
    const short = fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -60, max: 60 })).map(([n, e]) => n * 2 ** e)
    fc.assert(
      fc.property(short, value => {
        const [a, b] = [fromBig(bigFromDouble(value)), fromDouble(value)]
        return a.n * b.d === b.n * a.d
      }),
      settings,
    )
  })

  it('goes back to the same bits, subnormals and signed zeros included', () => {
    const back = (value: number): boolean => Object.is(doubleFromBig(bigFromDouble(value)), value)
    const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expect([...awkward, ...special].filter(value => !back(value))).toEqual([])
    fc.assert(fc.property(finite, back), settings)
  })

  it('is rounded to the nearest binary64, ties to even', () => {
    expect(doubleFromBig(new Big(2).pow(53).plus(1))).toBe(2 ** 53)
    expect(doubleFromBig(new Big(2).pow(53).plus(3))).toBe(2 ** 53 + 4)
    expect(doubleFromBig(new Big(2).pow(-1075).times('1.0000001'))).toBe(5e-324)
    expect(doubleFromBig(new Big(2).pow(-1075).times('0.9999999'))).toBe(0)
    expect(doubleFromBig(new Big('1e400'))).toBe(Number.POSITIVE_INFINITY)
  })

  it('compares exactly, where functions with a tolerance would not', () => {
    expect(new Big('1e-20').lt('2e-20')).toBe(true)
    expect(new Big('1').plus('1e-63').gt(1)).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import {
  bestOfK,
  detectable,
  deviation,
  holm,
  median,
  notNegative,
  pairedTest,
  powerOf,
  shares,
  spreadOf,
  tQuantile,
} from '../../../src/train/study/statistics.ts'

describe('Student’s t', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, to its three digits.
  test.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.975, 30, 2.042],
    [0.995, 4, 4.604],
    [0.999, 9, 4.297],
  ])('has the quantile of the table at %d with %d degrees of freedom', (p, freedom, value) => {
    expect(Math.abs(tQuantile(p, freedom) - value)).toBeLessThanOrEqual(0.0005)
  })
})

describe('a spread', () => {
  test('of 1 to 5 is 3, the root of 2.5, and 2.776 times the root of a half around it', () => {
    const { n, mean, deviation: spread, interval } = spreadOf([1, 2, 3, 4, 5])!
    expect([n, mean]).toEqual([5, 3])
    expect(spread).toBeCloseTo(Math.sqrt(2.5), 12)
    // The table's quantile has three digits behind the point.
    expect(Math.abs(interval!.high - (3 + 2.776 * Math.SQRT1_2))).toBeLessThanOrEqual(0.0005 * Math.SQRT1_2)
    expect(interval!.low + interval!.high).toBeCloseTo(6, 12)
  })

  test('has an interval that ends where values do', () => {
    expect(spreadOf([0.1, 0.9], shares)!.interval).toEqual({ low: 0, high: 1 })
    expect(spreadOf([1, 9], notNegative)!.interval!.low).toBe(0)
    expect(spreadOf([1, 9], notNegative)!.interval!.high).toBeGreaterThan(9)
  })

  test('of one value has neither deviation nor interval, of none there is none', () => {
    expect(spreadOf([0.7])).toEqual({ n: 1, mean: 0.7 })
    expect(spreadOf([])).toBeUndefined()
    expect(deviation([0.7])).toBeNaN()
  })
})

describe('the paired test', () => {
  // Student 1908, hours of sleep gained by two drugs (R: data(sleep)); the figures are those of R's documentation of t.test.
  const sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]

  test('gives what Student’s own example gives in R', () => {
    const { mean, interval, p } = pairedTest(sleep)!
    expect(mean).toBeCloseTo(1.58, 12)
    expect(interval!.low).toBeCloseTo(0.7001142, 6)
    expect(interval!.high).toBeCloseTo(2.4598858, 6)
    expect(p).toBeCloseTo(0.002833, 6)
  })

  test('is the same for differences with the other sign', () => {
    expect(pairedTest(sleep.map(x => -x))!.p).toBe(pairedTest(sleep)!.p)
  })

  test('of no difference at all has p = 1, of the same one everywhere none, of one pair there is none', () => {
    expect(pairedTest([0, 0, 0])!.p).toBe(1)
    expect(pairedTest([2, 2, 2])!.p).toBeUndefined()
    expect(pairedTest([2])).toBeUndefined()
  })
})

describe('Holm’s correction', () => {
  test('multiplies the smallest by all, the next by one less, and never falls', () => {
    // By hand: 4 * 0.005, 3 * 0.01, 2 * 0.03, then 0.04 is raised to what is before it.
    const expected = [0.03, 0.06, 0.06, 0.02]
    holm([0.01, 0.04, 0.03, 0.005]).forEach((p, k) => {
      expect(p).toBeCloseTo(expected[k]!, 12)
    })
  })

  test('never exceeds 1, and leaves a single one as it is', () => {
    expect(holm([0.9, 0.8])).toEqual([1, 1])
    expect(holm([0.04])).toEqual([0.04])
    expect(holm([])).toEqual([])
  })
})

describe('power', () => {
  test('is that of R’s examples of power.t.test', () => {
    // power.t.test(n = 20, delta = 1, sd = 1): 38 degrees of freedom, noncentrality sqrt(20 / 2).
    expect(powerOf(Math.sqrt(10), 38, 0.05)).toBeCloseTo(0.8689528, 7)
    // power.t.test(power = .90, delta = 1) gives n = 22.02110.
    expect(powerOf(Math.sqrt(22.0211 / 2), 2 * (22.0211 - 1), 0.05)).toBeCloseTo(0.9, 6)
  })

  test('of half a deviation needs 34 pairs, as G*Power says (Faul et al. 2007)', () => {
    expect(detectable({ n: 34, mean: 0, deviation: 1 })!).toBeLessThan(0.5)
    expect(detectable({ n: 33, mean: 0, deviation: 1 })!).toBeGreaterThan(0.5)
  })

  test('grows with the deviation, falls with more comparisons, and is there for few pairs and many of them', () => {
    const spread = { n: 5, mean: 0, deviation: 1 }
    expect(detectable({ ...spread, deviation: 3 })! / detectable(spread)!).toBeCloseTo(3, 12)
    expect(detectable(spread, 28)!).toBeGreaterThan(detectable(spread)!)
    // With 2 pairs t is the ratio of a normal and the size of another: P(|Z| < d / q) = 0.8 gives d = 1.2816 * q, nearly.
    const q = Math.tan((Math.PI / 2) * (1 - 0.05 / 28))
    expect(detectable({ ...spread, n: 2 }, 28)! / ((1.2816 * q) / Math.SQRT2)).toBeCloseTo(1, 3)
  })

  test('is not told of one pair', () => {
    expect(detectable({ n: 1, mean: 0 })).toBeUndefined()
  })
})

describe('the best of k', () => {
  test('is the mean of the best of all subsets', () => {
    // Of two of three: 2, 4, 4.
    const [one, two, three] = bestOfK([4, 1, 2])
    expect(one).toBeCloseTo(7 / 3, 12)
    expect(two).toBeCloseTo(10 / 3, 12)
    expect(three).toBeCloseTo(4, 12)
  })

  test('of all is the best, however many there are', () => {
    const values = Array.from({ length: 200 }, (_, k) => (k * 37) % 200)
    expect(bestOfK(values).at(-1)).toBeCloseTo(199, 9)
    expect(bestOfK(values)[0]).toBeCloseTo(99.5, 9)
    expect(bestOfK([])).toEqual([])
  })
})

test('the median takes what was never reached as infinity', () => {
  expect(median([3, 1, Number.POSITIVE_INFINITY])).toBe(3)
  expect(median([1, 2, 4, 8])).toBe(3)
  expect(median([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY)
  expect(median([5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(
    Number.POSITIVE_INFINITY,
  )
})

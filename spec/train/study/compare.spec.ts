import { describe, expect, test } from 'vitest'
import { compareBySeed, oriented, pairsOf, type Sample } from '../../../src/train/study/compare.ts'

const sample = (name: string, values: Readonly<Record<number, number>>): Sample => ({
  name,
  bySeed: new Map(Object.entries(values).map(([seed, value]) => [Number(seed), value])),
})

// Student 1908 again, as two samples (R: t.test(extra ~ group, data = sleep, paired = TRUE), p = 0.002833).
const first = sample('first', [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2])
const second = sample('second', [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

describe('pairs', () => {
  test('are all of them, or each with the baseline', () => {
    expect(pairsOf(['a', 'b', 'c'])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ])
    expect(pairsOf(['a', 'b', 'c'], 'b')).toEqual([
      ['a', 'b'],
      ['c', 'b'],
    ])
    expect(pairsOf(['a', 'b'], 'gone')).toEqual([['a', 'b']])
  })
})

describe('a comparison', () => {
  test('is paired by seed, whatever order the seeds come in', () => {
    const turned: Sample = { name: 'second', bySeed: new Map([...second.bySeed].reverse()) }
    const [found] = compareBySeed([first, turned], [['first', 'second']])
    expect(found!.mean).toBeCloseTo(-1.58, 12)
    expect(found!.adjusted).toBeCloseTo(0.002833, 6)
    expect(found!.found).toBe(true)
  })

  test('is of the seeds that both have', () => {
    const { bySeed } = second
    const fewer: Sample = { name: 'second', bySeed: new Map([...bySeed].slice(0, 4)) }
    const [found] = compareBySeed([first, fewer], [['first', 'second']])
    expect(found!.n).toBe(4)
    // -1.2, -2.4, -1.3, -1.3
    expect(found!.mean).toBeCloseTo(-1.55, 12)
  })

  test('with fewer than two seeds in common is left out, and not counted', () => {
    const other = sample('other', { 99: 1 })
    const found = compareBySeed([first, second, other], pairsOf(['first', 'second', 'other']))
    expect(found.map(({ a, b, of }) => [a, b, of])).toEqual([['first', 'second', 1]])
  })

  test('is corrected for the number made together', () => {
    const third = sample('third', [5, -9, 3, 1, -1, 0, 2, 8, -4, 6])
    const found = compareBySeed([first, second, third], pairsOf(['first', 'second', 'third']))
    const pair = found.find(({ a, b }) => a === 'first' && b === 'second')!
    expect(pair.of).toBe(3)
    expect(pair.adjusted).toBeCloseTo(3 * 0.002833, 5)
    expect(pair.detectable!).toBeGreaterThan(compareBySeed([first, second], [['first', 'second']])[0]!.detectable!)
  })

  test('whose differences are all the same is not tested, and finds nothing', () => {
    const shifted: Sample = { name: 'shifted', bySeed: new Map([...first.bySeed.keys()].map(seed => [seed, 1])) }
    const flat: Sample = { name: 'flat', bySeed: new Map([...first.bySeed.keys()].map(seed => [seed, 0.5])) }
    const [found] = compareBySeed([shifted, flat], [['shifted', 'flat']])
    expect(found).toMatchObject({ mean: 0.5, of: 0, found: false })
    expect(found!.adjusted).toBeUndefined()
  })

  test('is turned so that the larger comes first', () => {
    const [found] = compareBySeed([first, second], [['first', 'second']])
    const turned = oriented(found!)
    expect([turned.a, turned.b]).toEqual(['second', 'first'])
    expect(turned.mean).toBeCloseTo(1.58, 12)
    expect(turned.interval!.low).toBeCloseTo(0.7001142, 6)
    expect(turned.adjusted).toBe(found!.adjusted)
    expect(oriented(turned)).toBe(turned)
  })
})

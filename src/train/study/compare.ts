import { conventions, detectable, holm, type PairedTest, pairedTest } from './statistics.ts'

/** One figure of every seed of something that is compared. */
export interface Sample {
  readonly name: string
  readonly bySeed: ReadonlyMap<number, number>
}

/** a against b, by the seeds that both have: same initial weights, same order of data. */
export interface Comparison extends PairedTest {
  readonly a: string
  readonly b: string
  /** p after Holm's correction for all comparisons made together; undefined where no test could be made. */
  readonly adjusted?: number
  /** How many comparisons that were. */
  readonly of: number
  /** The smallest true difference that is found with 80 % power; undefined where no test could be made. */
  readonly detectable?: number
  /** Whether a and b differ at 5 %, all comparisons taken together. */
  readonly found: boolean
}

type Pair = readonly [string, string]

/** Which are compared: all with the baseline where there is one, else each with each. */
export const pairsOf = (names: readonly string[], baseline?: string): Pair[] =>
  baseline !== undefined && names.includes(baseline)
    ? names.filter(name => name !== baseline).map(name => [name, baseline])
    : names.flatMap((a, k) => names.slice(k + 1).map((b): Pair => [a, b]))

/** Paired comparisons with Holm's correction for their number. Pairs with fewer than two seeds in common are left out. */
export function compareBySeed(samples: readonly Sample[], pairs: readonly Pair[]): Comparison[] {
  const byName = new Map(samples.map(sample => [sample.name, sample.bySeed]))
  const tests = pairs.flatMap(([a, b]) => {
    const test = pairedTest(differencesOf(byName.get(a), byName.get(b)))
    return test ? [{ a, b, ...test }] : []
  })
  const adjusted = holm(tests.flatMap(({ p }) => (p === undefined ? [] : [p])))
  const of = adjusted.length
  return tests.map(test => {
    if (test.p === undefined) return { ...test, of, found: false }
    const p = adjusted.shift()!
    const visible = detectable(test, of)
    return {
      ...test,
      of,
      adjusted: p,
      found: p < conventions.alpha,
      ...(visible !== undefined && { detectable: visible }),
    }
  })
}

function differencesOf(a: Sample['bySeed'] = new Map(), b: Sample['bySeed'] = new Map()): number[] {
  return [...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : []))
}

/** The same comparison, seen from the one with the larger figure. */
export function oriented(comparison: Comparison): Comparison {
  const { a, b, interval } = comparison
  if (comparison.mean >= 0) return comparison
  const turned = interval && { low: -interval.high, high: -interval.low }
  return { ...comparison, a: b, b: a, mean: -comparison.mean, ...(turned && { interval: turned }) }
}

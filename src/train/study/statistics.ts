import jstat from 'jstat'
import { remember } from '../../numbers/remember.ts'

const { studentt, lowRegGamma } = jstat.jStat

/** The chance of a difference where there is none, and of seeing one that is as large as the detectable one (Cohen 1988). */
export const conventions = { alpha: 0.05, power: 0.8 } as const

export interface Interval {
  readonly low: number
  readonly high: number
}

/** What values of several seeds come to. One value has no deviation and no interval. */
export interface Spread {
  readonly n: number
  readonly mean: number
  /** With n - 1 below. */
  readonly deviation?: number
  /** In which the mean of all seeds lies with 95 % confidence, where values are normal. */
  readonly interval?: Interval
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

/** The sample standard deviation, with n - 1 below; NaN of fewer than two values. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}

/** The value below which Student's t with so many degrees of freedom lies with probability p. */
export const tQuantile = (p: number, freedom: number): number => studentt.inv(p, freedom)

/** What a share can be, and what a loss or a speed can. */
export const shares: Interval = { low: 0, high: 1 }
export const notNegative: Interval = { low: 0, high: Number.POSITIVE_INFINITY }

/**
 * Mean, deviation and 95 % t-interval (Student 1908); undefined where there is no value. The interval ends where the values
 * `possible` end: normal values would have no such end, and no mean lies beyond it.
 */
export function spreadOf(values: readonly number[], possible?: Interval): Spread | undefined {
  const n = values.length
  if (n === 0) return undefined
  const middle = mean(values)
  if (n === 1) return { n, mean: middle }
  const spread = deviation(values)
  const half = (tQuantile(1 - conventions.alpha / 2, n - 1) * spread) / Math.sqrt(n)
  const low = Math.max(middle - half, possible?.low ?? Number.NEGATIVE_INFINITY)
  const high = Math.min(middle + half, possible?.high ?? Number.POSITIVE_INFINITY)
  return { n, mean: middle, deviation: spread, interval: { low, high } }
}

/** The middle value; of two, their mean. Values that were never reached stand in as infinity. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(half) - 1]!, sorted[Math.floor(half)]!]
  return low === high ? low : (low + high) / 2
}

/** A t-test of differences against 0; p is undefined where they have no spread, so that there is nothing to hold them against. */
export interface PairedTest extends Spread {
  readonly p?: number
}

/** The paired t-test of a - b, two-sided; undefined with fewer than two pairs. */
export function pairedTest(differences: readonly number[]): PairedTest | undefined {
  const spread = spreadOf(differences)
  if (spread?.deviation === undefined) return undefined
  if (differences.every(difference => difference === 0)) return { ...spread, p: 1 }
  if (spread.deviation === 0) return spread
  const t = (spread.mean * Math.sqrt(spread.n)) / spread.deviation
  return { ...spread, p: Math.min(1, 2 * studentt.cdf(-Math.abs(t), spread.n - 1)) }
}

/** Holm's correction (1979) of p-values for their number: whichever is below alpha stays so with all others taken together. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, k) => k).sort((a, b) => ps[a]! - ps[b]!)
  const adjusted: number[] = []
  let largest = 0
  order.forEach((k, rank) => {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[k]!))
    adjusted[k] = largest
  })
  return adjusted
}

/** How far into the tails of the normal distribution sums go, and in how many parts: what is left out is below 1e-15. */
const tails = { reach: 8, parts: 400 } as const

/**
 * The chance that a two-sided t-test sees an effect of this noncentrality: P(Z + noncentrality > q * S), with Z normal and
 * S^2 chi-square over its degrees of freedom, summed over Z. The far tail is left out, as in R's power.t.test. jStat's own
 * noncentral t underflows from a noncentrality of 38 on, which few seeds and many comparisons need.
 */
export function powerOf(noncentrality: number, freedom: number, alpha: number): number {
  const q = tQuantile(1 - alpha / 2, freedom)
  const width = (2 * tails.reach) / tails.parts
  let sum = 0
  for (let k = 0; k <= tails.parts; k++) {
    const z = k * width - tails.reach
    const s = Math.max(0, (noncentrality + z) / q)
    sum += Math.exp((-z * z) / 2) * lowRegGamma(freedom / 2, (freedom * s * s) / 2)
  }
  return (sum * width) / Math.sqrt(2 * Math.PI)
}

/** Halvings after which twelve digits stand. */
const halvings = 40

/** The noncentrality that a test at alpha sees with 80 % power. */
function visibleEffect(freedom: number, alpha: number): number {
  let [low, high] = [0, 1]
  while (powerOf(high, freedom, alpha) < conventions.power) high *= 2
  for (let k = 0; k < halvings; k++) {
    const middle = (low + high) / 2
    if (powerOf(middle, freedom, alpha) < conventions.power) low = middle
    else high = middle
  }
  return high
}

const effects = new Map<string, number>()

/**
 * The smallest true difference that a paired test of n pairs whose differences have this deviation sees with 80 % power.
 * With many comparisons alpha is divided by their number, as Holm's first step does. Undefined with fewer than two pairs.
 */
export function detectable({ n, deviation: spread }: Spread, comparisons = 1): number | undefined {
  if (n < 2 || spread === undefined) return undefined
  const alpha = conventions.alpha / comparisons
  const effect = remember(effects, `${n} ${alpha}`, () => visibleEffect(n - 1, alpha))
  return (effect * spread) / Math.sqrt(n)
}

/**
 * The expected best of k of these values, for k = 1 to their number: sum over i of v_(i) * C(i-1, k-1) / C(N, k), the i-th of
 * the sorted values being the best of k drawn without replacement. The curve of Dodge et al. 2019 ("Show Your Work"), without
 * the bias that drawing with replacement has (Tang et al. 2020).
 */
export function bestOfK(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  return sorted.map((_, at) => {
    const k = at + 1
    // C(i-1, k-1) / C(N, k), from i = N downwards: k / N first, then times (i - k) / (i - 1) a step.
    let weight = k / n
    let sum = 0
    for (let i = n; i >= k; i--) {
      sum += weight * sorted[i - 1]!
      weight *= i > 1 ? (i - k) / (i - 1) : 0
    }
    return sum
  })
}

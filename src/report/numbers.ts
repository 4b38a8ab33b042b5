import type { Format } from '../subject/subject.ts'
import type { Finding } from '../subject/verdict.ts'

const round = { float32: Math.fround, float64: (value: number) => value }

/** The shortest decimal text that is read back as this number of the format. */
export function shortest(value: number, format: Format = 'float64'): string {
  if (Object.is(value, -0)) return '-0'
  if (format === 'float64' || !Number.isFinite(value)) return String(value)
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (round[format](Number(text)) === value) return text
  }
  return String(Number(value.toPrecision(9)))
}

const written = (value: number, digits: number): string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value.toPrecision(digits) : String(value)

/** Two numbers with as few digits as keep them apart, four at least. */
export function apart(a: number, b: number): [string, string] {
  for (let digits = 4; digits < 17; digits++) {
    const pair: [string, string] = [written(a, digits), written(b, digits)]
    if (pair[0] !== pair[1]) return pair
  }
  return [written(a, 17), written(b, 17)]
}

/** The formula's value in as few digits as keep it among what is allowed, eight at most. */
function central({ expected, low, high }: Finding): string {
  const digits =
    [4, 5, 6, 7].find(d => Number(expected.toPrecision(d)) >= low && Number(expected.toPrecision(d)) <= high) ?? 8
  return Number.isFinite(expected) && !Object.is(expected, -0)
    ? String(Number(expected.toPrecision(digits)))
    : written(expected, 8)
}

/** A finding in as few digits as show what is wrong: what came, what the formula gives, and what is allowed. */
export function inWords(finding: Finding): { got: string; expected: string; allowed: string } {
  const { got, low, high } = finding
  const [seen] = apart(got, Number.isNaN(finding.expected) ? low : finding.expected)
  const expected = central(finding)
  if (Object.is(low, high)) return { got: seen, expected, allowed: `exactly ${shortest(low)}` }
  const digits =
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].find(
      d => written(low, d) !== written(high, d) && isOutside(got, low, high, d),
    ) ?? 17
  const [from, to] = [written(low, digits), written(high, digits)]
  const looksAllowed = Number(seen) >= Number(from) && Number(seen) <= Number(to)
  const allowed =
    high === Number.POSITIVE_INFINITY
      ? `at least ${from}`
      : low === Number.NEGATIVE_INFINITY
        ? `at most ${to}`
        : `${from}..${to}`
  return { got: looksAllowed ? written(got, digits) : seen, expected, allowed }
}

function isOutside(got: number, low: number, high: number, digits: number): boolean {
  const [seen, from, to] = [got, low, high].map(value => Number(written(value, digits))) as [number, number, number]
  return Number.isNaN(seen) || seen < from || seen > to
}

/** A count with thousands separated. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** A distance in units in the last place, in words. */
export function ulps(distance: number): string {
  if (Number.isNaN(distance)) return 'not a number'
  if (distance < 1e9) return `${count(distance)} ${distance === 1 ? 'ulp' : 'ulps'}`
  return `${distance.toPrecision(2).replace('e+', 'e')} ulps`
}

/** A share as a percentage; never rounded up to all, nor down to nothing. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${100 * share} %`
  if (share > 0.999) return 'over 99.9 %'
  if (share < 0.001) return 'under 0.1 %'
  return `${Number((100 * share).toPrecision(3))} %`
}

/** A fraction of the bound, to two digits. */
export const fraction = (value: number): string => String(Number(value.toPrecision(2)))

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`

/** Seconds, or minutes where there are many. */
export const duration = (seconds: number): string =>
  seconds < 90 ? `${Number(seconds.toPrecision(2))} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`

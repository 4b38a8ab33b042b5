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

/** The allowed interval in as few digits as tell its ends apart and leave the observed value outside. */
export function interval({ low, high, got }: Pick<Finding, 'low' | 'high' | 'got'>): string {
  if (Object.is(low, high)) return `exactly ${shortest(low)}`
  for (let digits = 5; digits < 17; digits++) {
    const [from, to] = [written(low, digits), written(high, digits)]
    const outside = Number.isNaN(got) || got < Number(from) || got > Number(to)
    if (from !== to && outside) return `${from}..${to}`
  }
  return `${written(low, 17)}..${written(high, 17)}`
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

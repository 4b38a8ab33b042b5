import type { HyperValues } from '../../derive/stepper.ts'
import type { Interval } from '../../train/study/statistics.ts'

/** Digits behind the point that a share or a difference is told with: 0.1 % of 10,000 test images are ten of them. */
const digits = 1

/** A number with a minus sign that is one, and never minus nothing. */
const signed = (text: string): string => (/^-0\.?0*$/.test(text) ? text.slice(1) : text.replace('-', '−'))

const fixed = (value: number): string => signed(value.toFixed(digits))

/** A share from 0 to 1, in percent without the sign: for a column whose head has it. */
export const percentage = (share: number): string => fixed(100 * share)

/** A share from 0 to 1 with its sign. */
export const inPercent = (share: number): string => `${percentage(share)}\u00a0%`

/** A difference of shares in percentage points; of less than a tenth, in hundredths. */
export function inPoints(difference: number): string {
  const points = 100 * difference
  return Math.abs(points) < 0.1 && points !== 0 ? signed(points.toFixed(2)) : fixed(points)
}

/** An interval of shares, in percent or in points. */
export const inRange = ({ low, high }: Interval): string => `${percentage(low)}..${percentage(high)}`

/** A p-value as a sentence has it. */
export const inP = (p: number): string => (p < 0.001 ? 'p\u00a0<\u00a00.001' : `p\u00a0=\u00a0${p.toFixed(3)}`)

/** A p-value in a column. */
export const inColumn = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))

/** Hyper-parameters in one line; those that are as the rule has them are left out. */
export const settings = (hyper: HyperValues): string =>
  Object.entries(hyper)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
    .join(', ')

/** A time in hours, minutes or seconds. */
export function inTime(seconds: number): string {
  if (seconds >= 5400) return `${(seconds / 3600).toFixed(1)} h`
  if (seconds >= 90) return `${Math.round(seconds / 60)} min`
  return `${Number(seconds.toPrecision(2))} s`
}

/** A text whose numbers stay with their signs where lines are broken. */
export const unbroken = (text: string): string => text.replace(/(?<=\d) (?=%)/g, '\u00a0')

/** Names in a sentence. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** A name of several words, told apart from the sentence around it. */
export const named = (name: string): string => (/\s(?!\()/.test(name) ? `“${name}”` : name)

import { RuleError } from './error.ts'
import type { Interval } from './rule.ts'

const pattern = /^([[(])\s*(-?inf|[-+.\deE]+)\s*,\s*(inf|[-+.\deE]+)\s*([\])])$/

/** Reads an interval such as `[0, 1)` or `(0, inf)`. */
export function parseDomain(text: string, field: string): Interval {
  const found = pattern.exec(text.trim())
  const [low, high] = [bound(found?.[2]), bound(found?.[3])]
  const single = low === high && found?.[1] === '[' && found[4] === ']'
  if (!found || !(low < high || single)) {
    throw new RuleError(`${field}: '${text}' is not an interval.`, 'Write for example [0, 1), (0, inf) or [0, inf).')
  }
  return { low, high, lowClosed: found[1] === '[', highClosed: found[4] === ']', text: text.trim() }
}

const bound = (text = ''): number =>
  text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text || 'NaN')

/** Whether a number lies in an interval; NaN lies in none. */
export function contains(domain: Interval, value: number): boolean {
  const above = domain.lowClosed ? value >= domain.low : value > domain.low
  const below = domain.highClosed ? value <= domain.high : value < domain.high
  return above && below
}

import type { Interval } from '../subject/vectors.ts'

/**
 * An interval of float32 in ten digits, so that files stay small. Each end is rounded outwards, so that the interval never
 * shrinks: by a unit of the tenth digit at most, which is below 1e-9 of the value and 1/59 of an ulp of float32.
 */
export function inTenDigits(interval: Interval): Interval {
  return interval && [-above(-interval[0]), above(interval[1])]
}

/** The smallest number of ten digits that is not below a value. */
function above(value: number): number {
  const nearest = value.toExponential(9)
  if (Number(nearest) >= value) return Number(nearest)
  const [digits, exponent] = nearest.replace('.', '').split('e') as [string, string]
  return Number(`${Number(digits) + 1}e${Number(exponent) - 9}`)
}

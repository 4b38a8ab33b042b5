import type { Range } from './study.ts'

/** Digits of a searched value, so that it can be written down. */
const digits = 3

/** The bases of the radical inverse, one a dimension after the first. */
const primes = [2, 3, 5, 7, 11, 13]

/**
 * Points of a search space: Hammersley's set (1960), whose first coordinate is equally spaced and whose others are radical
 * inverses. As evenly spread as a grid in every coordinate, for any number of points, and without a seed. The first of the
 * space is its first coordinate: name the learning rate first.
 */
export function pointsOf(space: Readonly<Record<string, Range>>, budget: number): Record<string, number>[] {
  const ranges = Object.entries(space)
  return Array.from({ length: budget }, (_, k) =>
    Object.fromEntries(
      ranges.map(([name, range], dimension) => {
        const first = budget === 1 ? 0.5 : k / (budget - 1)
        return [name, at(range, dimension === 0 ? first : radicalInverse(k + 1, primes[dimension - 1]!))]
      }),
    ),
  )
}

/** The digits of a number mirrored at the point: van der Corput's sequence, in 0 to 1. */
function radicalInverse(number: number, base: number): number {
  let [left, scale, sum] = [number, 1 / base, 0]
  while (left > 0) {
    sum += (left % base) * scale
    left = Math.floor(left / base)
    scale /= base
  }
  return sum
}

function at(range: Range, share: number): number {
  if ('values' in range)
    return range.values[Math.min(range.values.length - 1, Math.floor(share * range.values.length))]!
  const [low, high] = 'log' in range ? range.log : range.linear
  const value = 'log' in range ? low * (high / low) ** share : low + (high - low) * share
  return Number(value.toPrecision(digits))
}

/** How many hyper-parameters a space may have. */
export const mostSearched = primes.length + 1

import { bothNames } from '../derive/compare/facts.ts'
import { isNeutral } from '../guests/match-hyper.ts'
import { count } from '../report/numbers.ts'
import type { Witness } from '../score/diff/apart.ts'
import type { RuleDiff } from '../score/diff/diff.ts'
import { type Descent, type Distance, type FirstStep, ratioOf, type Training } from '../score/diff/distance.ts'

/** What the two rules are called. */
export interface Labels {
  readonly a: string
  readonly b: string
  /** What asks for every number. */
  readonly command: string
}

/** How many times as far, in three digits. */
export function times(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'one of them does not move'
  if (ratio < 999.5) return `${ratio.toPrecision(3)} x`
  return ratio < 1e7 ? `${count(Number(ratio.toPrecision(3)))} x` : `${Number(ratio.toPrecision(3))} x`
}

/** The hyper-parameters of a witness: those of both, with two values where they differ, and those that only one has. */
export function hyperWords({ hyper }: Witness, { a, b, names }: RuleDiff): { both: string; only: string } {
  const both = [...names].map(([mine, theirs]) => {
    const [left, right] = [hyper.a[mine]!, hyper.b[theirs]!]
    return `${bothNames(mine, theirs)} = ${left === right ? left : `${left} / ${right}`}`
  })
  // What is switched off needs no mention.
  const only = [
    ...Object.values(a.hyper).filter(each => !names.has(each.name) && !isNeutral(each)),
    ...Object.values(b.hyper).filter(each => ![...names.values()].includes(each.name) && !isNeutral(each)),
  ]
  return { both: both.join(', '), only: only.map(({ name, text }) => `${name} = ${text}`).join(', ') }
}

/** How far two rules come apart, in one sentence without its full stop. */
export function distanceWords({ first, training, eps }: Distance): string {
  const [unit, ...small] = training
  return [
    firstWords(first, eps),
    `${relative(unit!)} after ${count(unit!.steps)} steps at unit scale`,
    ...small.map(each => `${relative(each)} at |g| near ${size(each.scale)}`),
  ].join('; ')
}

/** What it means that gradients are taken at different points, as a sentence. */
export const descentWords = ({ steps, iterates, points }: Descent): string =>
  `Down a quadratic in ${count(steps)} steps, each with the gradient at its own point: the iterates come ${share(iterates)} relative apart, the points where the gradients are taken ${share(points)}.`

const share = (distance: number): string => size(Number(distance.toPrecision(2)))

/** A number of few digits, with an exponent where it is small. */
const size = (value: number): string =>
  value > 0 && value < 1e-3 ? value.toExponential() : value < 1e7 ? count(value) : String(value)

const relative = ({ distance }: Training): string =>
  distance === 0
    ? 'no bit differs'
    : Number.isFinite(distance)
      ? `${share(distance)} relative`
      : 'one of them leaves the finite numbers'

interface Ratio {
  readonly g: number
  readonly ratio: number
}

/** The largest ratio of the first steps, where it is, and what it is at epsilon. */
function firstWords(first: readonly FirstStep[], eps: number): string {
  const ratios = first.map(({ g, a, b }): Ratio => ({ g, ratio: ratioOf(a, b) })).filter(({ ratio }) => ratio >= 1)
  const largest = Math.max(1, ...ratios.map(({ ratio }) => ratio))
  if (largest < 1.0005) return 'the first step is the same to three digits'
  const at = ratios.find(({ g }) => g === eps)
  const beside = at && at.ratio < 0.9 * largest ? `, ${times(at.ratio)} at |g| = ${size(eps)}` : ''
  const most = Number.isFinite(largest) && ratios.some(({ ratio }) => ratio < 0.9 * largest) ? 'up to ' : ''
  return `${most}${times(largest)} at the first step ${where(ratios, largest)}${beside}`
}

/** The sizes of gradients for which a ratio is within a tenth of the largest. */
function where(ratios: readonly Ratio[], largest: number): string {
  const near = ratios.map(({ ratio }) => ratio >= 0.9 * largest)
  const [from, to] = [near.indexOf(true), near.lastIndexOf(true)]
  const last = ratios.length - 1
  const apart = near.slice(from, to).includes(false)
  if (near.every(Boolean)) return 'for every |g|'
  if (from === 0 && to === 0) return `at |g| = ${size(ratios[0]!.g)}, and more below`
  if (from === last) return `at |g| = ${size(ratios[last]!.g)}, and more above`
  if (apart || (from > 0 && to < last))
    return `at |g| = ${size(ratios.find(({ ratio }) => ratio === largest)!.g)}, among others`
  return from === 0 ? `for |g| up to ${size(ratios[to]!.g)}` : `for |g| from ${size(ratios[from]!.g)} on`
}

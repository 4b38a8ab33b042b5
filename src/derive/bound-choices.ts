import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'
import { type Bounded, given, type Outcome, size, type Tally } from './bounded.ts'
import type { Operations } from './meaning.ts'

type Choices = Pick<
  Operations<Bounded, Outcome>,
  'min' | 'max' | 'sign' | 'cond' | 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne' | 'and' | 'or' | 'not'
>

/** One of two values, with the room for it to be the other. */
const chosen = (value: DoubleDouble, error: number, nonnegative: boolean, mayBeNaN: boolean): Bounded => ({
  ...given(value),
  error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error,
  nonnegative,
  mayBeNaN,
})

/** The operations that choose: where their operands are within their errors of a tie, both outcomes are allowed. */
export function choices(tally: Tally): Choices {
  const tie = (difference: DoubleDouble, error: number): boolean => {
    tally.asked += 1
    const close = error > 0 && !(Math.abs(difference.hi) > error)
    if (close) tally.undecided += 1
    return close
  }

  const extreme = (a: Bounded, b: Bounded, larger: boolean): Bounded => {
    const order = Number.isNaN(a.value.hi) ? 1 : dd.compare(a.value, b.value)
    const first = larger ? order >= 0 : order <= 0
    tie(dd.sub(a.value, b.value), a.error + b.error)
    const nonnegative = larger ? a.nonnegative || b.nonnegative : a.nonnegative && b.nonnegative
    // max and min are 1-Lipschitz, so that the larger error holds on either side of a tie.
    return chosen((first ? a : b).value, Math.max(a.error, b.error), nonnegative, a.mayBeNaN || b.mayBeNaN)
  }

  const comparison =
    (decide: (order: number) => boolean) =>
    (a: Bounded, b: Bounded): Outcome =>
      tie(dd.sub(a.value, b.value), a.error + b.error) ? undefined : decide(dd.compare(a.value, b.value))

  return {
    min: (a, b) => extreme(a, b, false),
    max: (a, b) => extreme(a, b, true),
    sign: a => {
      const value = dd.dd(Math.sign(a.value.hi) || 0)
      return chosen(value, tie(a.value, a.error) ? 1 + Math.abs(value.hi) : 0, a.nonnegative, a.mayBeNaN)
    },
    cond: (test, a, b) => {
      if (test !== undefined) return test ? a : b
      const gap = size({ value: dd.sub(a.value, b.value), error: 0 })
      const error = Math.max(a.error, gap + b.error)
      return chosen(a.value, error, a.nonnegative && b.nonnegative, a.mayBeNaN || b.mayBeNaN)
    },
    lt: comparison(order => order < 0),
    le: comparison(order => order <= 0),
    gt: comparison(order => order > 0),
    ge: comparison(order => order >= 0),
    eq: comparison(order => order === 0),
    ne: comparison(order => order !== 0),
    and: (a, b) => (a === false || b === false ? false : a === undefined || b === undefined ? undefined : true),
    or: (a, b) => (a === true || b === true ? true : a === undefined || b === undefined ? undefined : false),
    not: a => (a === undefined ? undefined : !a),
  }
}

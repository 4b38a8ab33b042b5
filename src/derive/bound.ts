import type { Arithmetic } from '../language/arithmetic.ts'
import type { Kind } from '../language/tree.ts'
import * as dd from '../numbers/double-double.ts'
import type { DoubleDouble } from '../numbers/double-double.ts'
import { formats } from '../numbers/formats.ts'
import { linkClosures } from './closures.ts'
import { fromText, pow } from './double-double.ts'
import type { Meaning, Operations } from './meaning.ts'

/** An exact value, and how far from it a correct implementation may be. */
export interface Bounded {
  /** The exact value, to about 30 digits. */
  readonly value: DoubleDouble
  /** A running first-order bound on |computed - exact|; infinite where nothing can be said. */
  readonly error: number
  /** Known from the structure of the formula (squares, roots, and their sums) to be computed as zero or above. */
  readonly nonnegative: boolean
  /** A correct implementation may take the root of a negative number on the way here. */
  readonly mayBeNaN: boolean
}

/** The outcome of a comparison; `undefined` where the operands are within their errors of a tie. */
export type Outcome = boolean | undefined

/** How many conditions, signs and maxima were asked for, and how many were within rounding of a tie. */
export interface Tally {
  asked: number
  undecided: number
}

/** An exact input. */
export const given = (value: DoubleDouble): Bounded => ({ value, error: 0, nonnegative: value.hi >= 0, mayBeNaN: false })

const binary64 = formats.float64.unit
const size = (a: Bounded): number => Math.abs(a.value.hi)

/**
 * How far a correct implementation in this format and arithmetic may be from the exact value, whatever correct order of
 * evaluation it chose. Charges per operation (docs/numerics.md derives them; Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., 2002, section 3.3): a sum of tensors u(|a| + |b|), which does not change under reordering and
 * distribution; products, quotients and roots u|z| and half the smallest subnormal; a power one rounding a factor; a
 * scalar one rounding more where it meets a tensor. Flushed subnormals are charged the smallest normal number.
 */
export function boundOperations(format: 'float32' | 'float64', arithmetic: Arithmetic, tally: Tally): Operations<Bounded, Outcome> {
  const spec = formats[format]
  const flushes = arithmetic.subnormals === 'flushed'
  const tiny = flushes ? spec.minNormal : spec.underflow
  const unit = (kind: Kind): number => (kind === 'scalar' ? binary64 : spec.unit)
  const smallest = (kind: Kind): number => (kind === 'scalar' ? formats.float64.underflow : tiny)

  /** An operand as the operation sees it: a subnormal one may count as zero. */
  const operand = (a: Bounded, kind: Kind): Bounded =>
    flushes && kind !== 'scalar' && size(a) !== 0 && size(a) - a.error < spec.minNormal
      ? { ...a, error: a.error + Math.min(size(a) + a.error, spec.minNormal) }
      : a

  const result = (value: DoubleDouble, error: number, nonnegative: boolean, mayBeNaN: boolean, kind: Kind): Bounded => {
    const limit = kind === 'scalar' ? Number.MAX_VALUE : spec.max
    const finite = Number.isFinite(value.hi) && Math.abs(value.hi) + error <= limit
    return { value, error: finite ? error : Number.POSITIVE_INFINITY, nonnegative, mayBeNaN }
  }

  /** One rounding of a result of this size; nothing where the result is exactly zero. */
  const rounding = (magnitude: number, kind: Kind, ulps = 0.5): number =>
    magnitude === 0 ? 0 : 2 * ulps * unit(kind) * magnitude + smallest(kind)

  const sum = (x: Bounded, y: Bounded, kind: Kind, sign: 1 | -1): Bounded => {
    const [a, b] = [operand(x, kind), operand(y, kind)]
    const value = sign === 1 ? dd.add(a.value, b.value) : dd.sub(a.value, b.value)
    const propagated = a.error + b.error
    const majorant = kind === 'tensor' ? size(a) + size(b) + propagated : Math.abs(value.hi) + propagated
    const error = propagated + unit(kind) * majorant + (flushes && kind !== 'scalar' && value.hi !== 0 ? tiny : 0)
    return result(value, error, sign === 1 && a.nonnegative && b.nonnegative, a.mayBeNaN || b.mayBeNaN, kind)
  }

  const product = (x: Bounded, y: Bounded, kind: Kind, square = false): Bounded => {
    const [a, b] = [operand(x, kind), operand(y, kind)]
    const value = dd.mul(a.value, b.value)
    const propagated = times(size(a), b.error) + times(size(b), a.error) + times(a.error, b.error)
    const nonnegative = square || (a.nonnegative && b.nonnegative)
    return result(value, propagated + rounding(Math.abs(value.hi) + propagated, kind), nonnegative, a.mayBeNaN || b.mayBeNaN, kind)
  }

  const quotient = (x: Bounded, y: Bounded, kind: Kind): Bounded => {
    const [a, b] = [operand(x, kind), operand(y, kind)]
    const value = dd.div(a.value, b.value)
    const least = size(b) - b.error
    const propagated = least > 0 ? (a.error + times(Math.abs(value.hi), b.error)) / least : Number.POSITIVE_INFINITY
    const error = propagated + rounding(Math.abs(value.hi) + propagated, kind, arithmetic.ulps.div)
    return result(value, error, a.nonnegative && b.nonnegative, a.mayBeNaN || b.mayBeNaN || (least <= 0 && a.error >= size(a)), kind)
  }

  const root = (x: Bounded, kind: Kind): Bounded => {
    const a = operand(x, kind)
    const value = dd.sqrt(a.value)
    const least = a.value.hi - a.error
    const propagated =
      a.error === 0 ? 0 : least > 0 ? a.error / (Math.sqrt(least) + value.hi) : Math.max(Math.sqrt(a.value.hi + a.error) - value.hi, value.hi)
    const mayBeNaN = a.mayBeNaN || (least < 0 && !a.nonnegative)
    const error = mayBeNaN ? Number.POSITIVE_INFINITY : propagated + rounding(value.hi + propagated, kind, arithmetic.ulps.sqrt)
    return result(value, error, true, mayBeNaN, kind)
  }

  const powerOf = (a: Bounded, b: Bounded, kind: Kind): Bounded => {
    const value = pow(a.value, b.value)
    const exponent = Math.abs(b.value.hi)
    const magnitude = Math.abs(value.hi)
    // d(a^b) = |a^b| (|b| da / a + |ln a| db), and one rounding a factor, since running products are legitimate.
    const spread = size(a) === 0 ? 0 : (exponent * a.error) / size(a) + Math.abs(Math.log(size(a))) * b.error
    const propagated = magnitude * (spread + spread * spread)
    const roundings = arithmetic.power === 'running' || kind === 'scalar' ? Math.max(1, exponent) : 1
    const own = magnitude === 0 ? 0 : roundings * unit(kind) * Math.max(1, 2 * arithmetic.ulps.pow) * (magnitude + propagated) + smallest(kind)
    return result(value, propagated + own, a.nonnegative, a.mayBeNaN || b.mayBeNaN, kind)
  }

  const extreme = (a: Bounded, b: Bounded, larger: boolean): Bounded => {
    const order = Number.isNaN(a.value.hi) ? 1 : dd.compare(a.value, b.value)
    const first = larger ? order >= 0 : order <= 0
    tie(dd.sub(a.value, b.value), a.error + b.error)
    // max and min are 1-Lipschitz, so that the larger error holds on either side of a tie.
    return {
      value: first ? a.value : b.value,
      error: Math.max(a.error, b.error),
      nonnegative: larger ? a.nonnegative || b.nonnegative : a.nonnegative && b.nonnegative,
      mayBeNaN: a.mayBeNaN || b.mayBeNaN,
    }
  }

  const tie = (difference: DoubleDouble, error: number): boolean => {
    tally.asked += 1
    const close = error > 0 && !(Math.abs(difference.hi) > error)
    if (close) tally.undecided += 1
    return close
  }

  const comparison = (decide: (order: number) => boolean) => (a: Bounded, b: Bounded): Outcome =>
    tie(dd.sub(a.value, b.value), a.error + b.error) ? undefined : decide(dd.compare(a.value, b.value))

  return {
    num: text => {
      const value = fromText(text)
      return { ...given(value), error: value.lo === 0 ? 0 : binary64 * Math.abs(value.hi) }
    },
    toTensor: a => result(a.value, a.error + rounding(size(a) + a.error, 'format'), a.nonnegative, a.mayBeNaN, 'format'),
    fl: a => result(a.value, a.error + rounding(size(a) + a.error, 'format'), a.nonnegative, a.mayBeNaN, 'format'),
    power: (a, exponent, kind) => {
      let z = product(a, a, kind, true)
      for (let k = 2; k < exponent; k++) z = product(z, a, kind, k % 2 === 1)
      return z
    },
    cond: (test, a, b) => {
      if (test !== undefined) return test ? a : b
      const gap = Math.abs(dd.sub(a.value, b.value).hi)
      return {
        value: a.value,
        error: Math.max(a.error, gap + b.error),
        nonnegative: a.nonnegative && b.nonnegative,
        mayBeNaN: a.mayBeNaN || b.mayBeNaN,
      }
    },
    neg: a => ({ ...a, value: dd.neg(a.value), nonnegative: size(a) === 0 && a.error === 0 }),
    abs: a => ({ ...a, value: a.value.hi < 0 ? dd.neg(a.value) : a.value, nonnegative: true }),
    sign: a => {
      const value = dd.dd(Math.sign(a.value.hi) || 0)
      const undecided = tie(a.value, a.error)
      return { value, error: undecided ? 1 + Math.abs(value.hi) : 0, nonnegative: a.nonnegative, mayBeNaN: a.mayBeNaN }
    },
    sqrt: root,
    add: (a, b, kind) => sum(a, b, kind, 1),
    sub: (a, b, kind) => sum(a, b, kind, -1),
    mul: product,
    div: quotient,
    min: (a, b) => extreme(a, b, false),
    max: (a, b) => extreme(a, b, true),
    pow: powerOf,
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

/** 0 * inf is 0 here: an exact zero stays zero whatever it is multiplied by. */
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b)

/** Value and running error bound of a rule; `tally` counts what was within rounding of a tie. */
export function bound(format: 'float32' | 'float64', arithmetic: Arithmetic, tally: Tally = { asked: 0, undecided: 0 }): Meaning<Bounded, Outcome> {
  const operations = boundOperations(format, arithmetic, tally)
  return {
    operations,
    read: value => given(dd.dd(value)),
    store: length => new Array(length),
    link: program => linkClosures(program, operations),
  }
}

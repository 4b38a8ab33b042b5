import type { Arithmetic } from '../language/arithmetic.ts'
import type { Kind } from '../language/tree.ts'
import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'
import { formats } from '../numbers/formats.ts'
import { choices } from './bound-choices.ts'
import {
  type Bounded,
  differenceOf,
  given,
  hidden,
  isSquare,
  multipleOf,
  type Outcome,
  size,
  type Tally,
  times,
} from './bounded.ts'
import { linkClosures } from './closures.ts'
import { fromText, pow } from './double-double.ts'
import type { Meaning, Operations } from './meaning.ts'

export type { Bounded, Outcome, Tally } from './bounded.ts'
export { given } from './bounded.ts'

const binary64 = formats.float64.unit

/**
 * How far a correct implementation in this format and arithmetic may be from the exact value, whatever correct order of
 * evaluation it chose. Charges per operation (docs/numerics.md derives them; Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., 2002, section 3.3): a sum of tensors u(2|a| + |b|), which does not change under reordering and
 * distribution; products, quotients and roots u|z| and half the smallest subnormal; a power one rounding a factor; a
 * scalar one rounding more where it meets a tensor. Flushed subnormals are charged the smallest normal number.
 *
 * The left term of a sum is charged twice because it is what is updated: x*(1 - lr*decay) - lr*g, which is
 * x - lr*(g + decay*x), multiplies x once more than is written. A weighted mean is charged as an interpolation besides
 * (`hidden`): three roundings of a term that the written form does not have.
 */
export function boundOperations(
  format: 'float32' | 'float64',
  arithmetic: Arithmetic,
  tally: Tally,
): Operations<Bounded, Outcome> {
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

  // Spreading would be shorter; one shape for all objects makes the bound six times as fast.
  const result = (
    value: DoubleDouble,
    error: number,
    nonnegative: boolean,
    mayBeNaN: boolean,
    kind: Kind,
    multiple?: Bounded['multiple'],
    difference?: Bounded['difference'],
  ): Bounded => {
    const limit = kind === 'scalar' ? Number.MAX_VALUE : spec.max
    const finite = Number.isFinite(value.hi) && Math.abs(value.hi) + error <= limit
    return {
      value,
      error: finite ? error : Number.POSITIVE_INFINITY,
      nonnegative: nonnegative || (finite && value.hi >= 2 * error),
      mayBeNaN,
      scalar: kind === 'format',
      multiple,
      difference,
    }
  }

  /** One rounding of a result of this size; nothing where the result is exactly zero. */
  const rounding = (magnitude: number, kind: Kind, ulps = 0.5): number =>
    magnitude === 0 ? 0 : 2 * ulps * unit(kind) * magnitude + smallest(kind)

  const sum = (x: Bounded, y: Bounded, kind: Kind, sign: 1 | -1): Bounded => {
    const a = operand(x, kind)
    const b = operand(y, kind)
    const value = sign === 1 ? dd.add(a.value, b.value) : dd.sub(a.value, b.value)
    const propagated = a.error + b.error
    const majorant = kind === 'tensor' ? 2 * size(a) + size(b) + 3 * hidden(x, y, sign) : Math.abs(value.hi)
    const flush = flushes && kind !== 'scalar' && value.hi !== 0 ? tiny : 0
    const error = propagated + unit(kind) * (majorant + propagated) + flush
    const nonnegative = sign === 1 && a.nonnegative && b.nonnegative
    const difference = sign === -1 && kind === 'tensor' ? differenceOf(x, y) : undefined
    return result(value, error, nonnegative, a.mayBeNaN || b.mayBeNaN, kind, undefined, difference)
  }

  const product = (x: Bounded, y: Bounded, kind: Kind): Bounded => {
    const a = operand(x, kind)
    const b = operand(y, kind)
    const value = dd.mul(a.value, b.value)
    const propagated = times(size(a), b.error) + times(size(b), a.error) + times(a.error, b.error)
    const nonnegative = isSquare(x, y) || (a.nonnegative && b.nonnegative)
    const error = propagated + rounding(Math.abs(value.hi) + propagated, kind)
    return result(value, error, nonnegative, a.mayBeNaN || b.mayBeNaN, kind, multipleOf(x, y))
  }

  const quotient = (x: Bounded, y: Bounded, kind: Kind): Bounded => {
    const a = operand(x, kind)
    const b = operand(y, kind)
    const value = dd.div(a.value, b.value)
    const least = size(b) - b.error
    const propagated = least > 0 ? (a.error + times(Math.abs(value.hi), b.error)) / least : Number.POSITIVE_INFINITY
    const error = propagated + rounding(Math.abs(value.hi) + propagated, kind, arithmetic.ulps.div)
    return result(
      value,
      error,
      a.nonnegative && b.nonnegative,
      a.mayBeNaN || b.mayBeNaN || (least <= 0 && a.error >= size(a)),
      kind,
    )
  }

  const root = (x: Bounded, kind: Kind): Bounded => {
    const a = operand(x, kind)
    const value = dd.sqrt(a.value)
    const least = a.value.hi - a.error
    const propagated =
      a.error === 0
        ? 0
        : least > 0
          ? a.error / (Math.sqrt(least) + value.hi)
          : Math.max(Math.sqrt(a.value.hi + a.error) - value.hi, value.hi)
    const mayBeNaN = a.mayBeNaN || (least < 0 && !a.nonnegative)
    const error = mayBeNaN
      ? Number.POSITIVE_INFINITY
      : propagated + rounding(value.hi + propagated, kind, arithmetic.ulps.sqrt)
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
    const own =
      magnitude === 0
        ? 0
        : roundings * unit(kind) * Math.max(1, 2 * arithmetic.ulps.pow) * (magnitude + propagated) + smallest(kind)
    return result(value, propagated + own, a.nonnegative, a.mayBeNaN || b.mayBeNaN, kind)
  }

  return {
    ...choices(tally),
    num: text => {
      const value = fromText(text)
      return { ...given(value), error: value.lo === 0 ? 0 : binary64 * Math.abs(value.hi) }
    },
    toTensor: a =>
      result(a.value, a.error + rounding(size(a) + a.error, 'format'), a.nonnegative, a.mayBeNaN, 'format'),
    fl: a => result(a.value, a.error + rounding(size(a) + a.error, 'format'), a.nonnegative, a.mayBeNaN, 'format'),
    power: (a, exponent, kind) => {
      let z = product(a, a, kind)
      for (let k = 2; k < exponent; k++) z = product(z, a, kind)
      return exponent % 2 === 0 ? { ...z, nonnegative: true } : z
    },
    neg: (a, kind) => result(dd.neg(a.value), a.error, false, a.mayBeNaN, kind),
    abs: (a, kind) => result(a.value.hi < 0 ? dd.neg(a.value) : a.value, a.error, true, a.mayBeNaN, kind),
    sqrt: root,
    add: (a, b, kind) => sum(a, b, kind, 1),
    sub: (a, b, kind) => sum(a, b, kind, -1),
    mul: product,
    div: quotient,
    pow: powerOf,
  }
}

/** Value and running error bound of a rule; `tally` counts what was within rounding of a tie. */
export function bound(
  format: 'float32' | 'float64',
  arithmetic: Arithmetic,
  tally: Tally = { asked: 0, undecided: 0 },
): Meaning<Bounded, Outcome> {
  const operations = boundOperations(format, arithmetic, tally)
  return {
    operations,
    read: value => given(dd.dd(value)),
    store: length => new Array(length),
    link: program => linkClosures(program, operations),
  }
}

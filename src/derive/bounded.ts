import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'

/** A value to about 30 digits, and a running first-order bound on |computed - exact|; infinite where nothing can be said. */
interface Known {
  readonly value: DoubleDouble
  readonly error: number
}

/** An exact value, and how far from it a correct implementation may be. */
export interface Bounded extends Known {
  /** Known to be computed as zero or above: by the structure of the formula (squares, roots, their sums), or by its distance from zero. */
  readonly nonnegative: boolean
  /** A correct implementation may take the root of a negative number on the way here. */
  readonly mayBeNaN: boolean
  /** One number a step, in the tensor's format. */
  readonly scalar: boolean
  /** The scalar and the tensor that this is the product of. */
  readonly multiple: Multiple | undefined
  /** The two tensors that this is the difference of. */
  readonly difference: Difference | undefined
}

/** Copies of the operands, not references: those would keep every earlier step in memory. */
interface Multiple {
  readonly by: number
  readonly of: Known
  readonly difference: Difference | undefined
}
interface Difference {
  readonly from: Known
  readonly of: Known
}

/** The outcome of a comparison; `undefined` where the operands are within their errors of a tie. */
export type Outcome = boolean | undefined

/** How many conditions, signs and maxima were asked for, and how many were within rounding of a tie. */
export interface Tally {
  asked: number
  undecided: number
}

/** An exact input. */
export const given = (value: DoubleDouble): Bounded => ({
  value,
  error: 0,
  nonnegative: value.hi >= 0,
  mayBeNaN: false,
  scalar: false,
  multiple: undefined,
  difference: undefined,
})

export const size = (a: Known): number => Math.abs(a.value.hi)

/** 0 * inf is 0 here: an exact zero stays zero whatever it is multiplied by. */
export const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b)

const known = (a: Known): Known => ({ value: a.value, error: a.error })
const same = (a: Known, b: Known): boolean =>
  a.value.hi === b.value.hi && a.value.lo === b.value.lo && a.error === b.error

export const differenceOf = (a: Bounded, b: Bounded): Difference => ({ from: known(a), of: known(b) })

/** A product as a scalar times a tensor, where it is one; (s * d) * e is s times d * e, in the order of PyTorch's formulas. */
export function multipleOf(a: Bounded, b: Bounded): Multiple | undefined {
  if (!a.scalar && !b.scalar && a.multiple) {
    const { by, of } = a.multiple
    const error = times(size(of), b.error) + times(size(b), of.error) + times(of.error, b.error)
    return { by, of: { value: dd.mul(of.value, b.value), error }, difference: undefined }
  }
  if (a.scalar === b.scalar) return undefined
  const tensor = a.scalar ? b : a
  return { by: (a.scalar ? a : b).value.hi, of: known(tensor), difference: tensor.difference }
}

/** Whether a product is a square by its structure: d * d, or (s * d) * d with s >= 0. */
export const isSquare = (a: Bounded, b: Bounded): boolean =>
  same(a, b) || (a.multiple !== undefined && a.multiple.by >= 0 && same(a.multiple.of, b))

/**
 * A weighted mean b*A + (1 - b)*B of an old value and a new one is also taken as A + (1 - b)*(B - A) (Keras does so),
 * which rounds (1 - b)*A although the other form never has it: the size of (1 - b)*A, and 0 for other sums. The old value
 * is the left term, or what the right one brings the left one near to, as in B - b*(B - A).
 */
export function hidden(a: Bounded, b: Bounded, sign: 1 | -1): number {
  const p = a.multiple
  const q = b.multiple
  if (!q) return 0
  if (sign === 1) return p && Math.abs(p.by + q.by - 1) < 1e-6 ? Math.abs(q.by) * size(p.of) : 0
  return q.difference && same(q.difference.from, a) ? Math.abs(1 - q.by) * size(q.difference.of) : 0
}

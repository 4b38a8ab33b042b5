import { Big, bigFromDouble, doubleFromBig } from '../numbers/big.ts'
import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'
import { linkClosures } from './closures.ts'
import type { Meaning, Operations } from './meaning.ts'

/** A decimal text as the two binary64 numbers nearest to it. */
export function fromText(text: string): DoubleDouble {
  const hi = Number(text)
  return /^\d{1,15}$/.test(text) ? dd.dd(hi) : dd.dd(hi, doubleFromBig(new Big(text).minus(bigFromDouble(hi))))
}

/** A scalar power; whole exponents by squaring, others through 64 digits. */
export function pow(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  if (b.lo === 0 && Number.isInteger(b.hi)) return dd.power(a, b.hi)
  const big = (x: DoubleDouble): Big => bigFromDouble(x.hi).plus(bigFromDouble(x.lo))
  const value = big(a).pow(big(b))
  const hi = doubleFromBig(value)
  return dd.dd(hi, Number.isFinite(hi) ? doubleFromBig(value.minus(bigFromDouble(hi))) : 0)
}

const operations: Operations<DoubleDouble, boolean> = {
  num: fromText,
  toTensor: a => a,
  fl: a => a,
  power: (a, exponent) => dd.power(a, exponent),
  cond: (test, a, b) => (test ? a : b),
  neg: dd.neg,
  sqrt: dd.sqrt,
  abs: a => (a.hi < 0 ? dd.neg(a) : a),
  sign: a => dd.dd(a.hi > 0 ? 1 : a.hi < 0 ? -1 : 0),
  add: dd.add,
  sub: dd.sub,
  mul: dd.mul,
  div: dd.div,
  min: (a, b) => (Number.isNaN(a.hi) || dd.compare(b, a) >= 0 ? a : b),
  max: (a, b) => (Number.isNaN(a.hi) || dd.compare(b, a) <= 0 ? a : b),
  pow,
  lt: (a, b) => dd.compare(a, b) < 0,
  le: (a, b) => dd.compare(a, b) <= 0,
  gt: (a, b) => dd.compare(a, b) > 0,
  ge: (a, b) => dd.compare(a, b) >= 0,
  eq: (a, b) => dd.compare(a, b) === 0,
  ne: (a, b) => dd.compare(a, b) !== 0,
  and: (a, b) => a && b,
  or: (a, b) => a || b,
  not: a => !a,
}

/** `exact` to about 30 digits, for everyday runs; spec/derive/double-double.spec.ts holds it against `exact`. */
export const doubleDouble: Meaning<DoubleDouble, boolean> = {
  operations,
  read: value => dd.dd(value),
  store: length => new Array(length),
  link: program => linkClosures(program, operations),
}

import { Big, bigFromDouble } from '../numbers/big.ts'
import { linkClosures } from './closures.ts'
import type { Meaning, Operations } from './meaning.ts'

const one = new Big(1)

const operations: Operations<Big, boolean> = {
  num: text => new Big(text),
  toTensor: a => a,
  fl: a => a,
  power: (a, exponent) => a.pow(exponent),
  cond: (test, a, b) => (test ? a : b),
  neg: a => a.neg(),
  sqrt: a => a.sqrt(),
  abs: a => a.abs(),
  sign: a => (a.isZero() || a.isNaN() ? new Big(0) : new Big(a.isNeg() ? -1 : 1)),
  add: (a, b) => a.plus(b),
  sub: (a, b) => a.minus(b),
  mul: (a, b) => a.times(b),
  div: (a, b) => a.div(b),
  min: (a, b) => (a.isNaN() || b.gte(a) ? a : b),
  max: (a, b) => (a.isNaN() || b.lte(a) ? a : b),
  pow: (a, b) => (b.isZero() ? one : a.pow(b)),
  lt: (a, b) => a.lt(b),
  le: (a, b) => a.lte(b),
  gt: (a, b) => a.gt(b),
  ge: (a, b) => a.gte(b),
  eq: (a, b) => a.eq(b),
  ne: (a, b) => !a.eq(b),
  and: (a, b) => a && b,
  or: (a, b) => a || b,
  not: a => !a,
}

/** What mathematics gives, in 64 decimal digits: every rounding of the formula is the identity. */
export const exact: Meaning<Big, boolean> = {
  operations,
  read: bigFromDouble,
  store: length => new Array(length),
  link: program => linkClosures(program, operations),
}

import { ieee } from '../language/arithmetic.ts'
import type { Binary, Compare, Kind } from '../language/tree.ts'
import { float } from './float.ts'
import type { Operations } from './meaning.ts'

/**
 * The few operations on tensors that a rule needs; TensorFlow.js has them under these names, so that its namespace can be
 * given as it is. Comparisons give tensors of truth values; shapes are brought together as NumPy does it.
 */
export interface TensorLibrary<T> {
  scalar(value: number): T
  add(a: T, b: T): T
  sub(a: T, b: T): T
  mul(a: T, b: T): T
  div(a: T, b: T): T
  neg(a: T): T
  sqrt(a: T): T
  abs(a: T): T
  less(a: T, b: T): T
  lessEqual(a: T, b: T): T
  greater(a: T, b: T): T
  greaterEqual(a: T, b: T): T
  equal(a: T, b: T): T
  notEqual(a: T, b: T): T
  logicalAnd(a: T, b: T): T
  logicalOr(a: T, b: T): T
  logicalNot(a: T): T
  where(test: T, a: T, b: T): T
}

/** A scalar of the step as a binary64 number, or a tensor. */
export type Value<T> = number | T
/** A condition on scalars, which is settled, or one on every element. */
export type Truth<T> = boolean | T

const compared = {
  lt: 'less',
  le: 'lessEqual',
  gt: 'greater',
  ge: 'greaterEqual',
  eq: 'equal',
  ne: 'notEqual',
} as const satisfies Record<Compare, keyof TensorLibrary<unknown>>

/**
 * The meaning of a rule on float32 tensors: scalars in binary64 on the host, rounded once where they meet a tensor, and
 * tensor operations in the order written. `lift` makes a tensor of a rounded scalar; a caller may keep those it made.
 */
export function tensor<T extends object>(
  library: TensorLibrary<T>,
  lift: (value: number) => T = value => library.scalar(value),
): Operations<Value<T>, Truth<T>> {
  const scalars = float('float32', ieee)
  const whole = (value: Value<T>): T => (typeof value === 'number' ? lift(value) : value)
  const truth = (value: Truth<T>): T => {
    if (typeof value === 'boolean') throw new TypeError('conditions on scalars are settled before tensors are touched')
    return value
  }
  const binary =
    (op: Exclude<Binary, 'pow'>, onTensors: (a: T, b: T) => T) =>
    (a: Value<T>, b: Value<T>, kind: Kind): Value<T> =>
      kind === 'tensor' ? onTensors(whole(a), whole(b)) : scalars[op](a as number, b as number, kind)
  const compare =
    (op: Compare) =>
    (a: Value<T>, b: Value<T>, kind: Kind): Truth<T> =>
      kind === 'tensor' ? library[compared[op]](whole(a), whole(b)) : scalars[op](a as number, b as number, kind)
  const unary =
    (op: 'neg' | 'sqrt' | 'abs' | 'sign', onTensors: (a: T) => T) =>
    (a: Value<T>, kind: Kind): Value<T> =>
      typeof a === 'number' ? scalars[op](a, kind) : onTensors(a)
  return {
    num: scalars.num,
    toTensor: a => scalars.toTensor(a as number),
    fl: a => scalars.fl(a as number),
    power: (a, exponent, kind) => {
      if (typeof a === 'number') return scalars.power(a, exponent, kind)
      let product = a
      for (let k = 1; k < exponent; k++) product = library.mul(product, a)
      return product
    },
    pow: (a, b, kind) => scalars.pow(a as number, b as number, kind),
    cond: (test, a, b) => (typeof test === 'boolean' ? (test ? a : b) : library.where(test, whole(a), whole(b))),
    neg: unary('neg', a => library.neg(a)),
    sqrt: unary('sqrt', a => library.sqrt(a)),
    abs: unary('abs', a => library.abs(a)),
    sign: unary('sign', a => signum(library, lift, a)),
    add: binary('add', (a, b) => library.add(a, b)),
    sub: binary('sub', (a, b) => library.sub(a, b)),
    mul: binary('mul', (a, b) => library.mul(a, b)),
    div: binary('div', (a, b) => library.div(a, b)),
    min: binary('min', (a, b) => chosen(library, 'greater', a, b)),
    max: binary('max', (a, b) => chosen(library, 'less', a, b)),
    lt: compare('lt'),
    le: compare('le'),
    gt: compare('gt'),
    ge: compare('ge'),
    eq: compare('eq'),
    ne: compare('ne'),
    and: (a, b) => library.logicalAnd(truth(a), truth(b)),
    or: (a, b) => library.logicalOr(truth(a), truth(b)),
    not: a => library.logicalNot(truth(a)),
  }
}

/** The second where the comparison favours it or where it is NaN, else the first: `maximum` and `minimum` of float.ts. */
function chosen<T>(library: TensorLibrary<T>, compare: 'less' | 'greater', a: T, b: T): T {
  const second = library.logicalOr(library[compare](a, b), library.notEqual(b, b))
  return library.where(second, b, a)
}

/** 1 above zero, -1 below, and 0 of zeros and NaN: `signum` of float.ts. */
function signum<T>(library: TensorLibrary<T>, lift: (value: number) => T, a: T): T {
  const zero = lift(0)
  return library.where(library.greater(a, zero), lift(1), library.where(library.less(a, zero), lift(-1), zero))
}

import type { Arithmetic } from '../language/arithmetic.ts'
import type { Kind } from '../language/tree.ts'
import { formats } from '../numbers/formats.ts'
import { correctPower } from '../numbers/power.ts'
import type { Operations } from './meaning.ts'

/** The larger of two numbers as PyTorch takes it (at::maximum): NaN if either is NaN, the first of equal ones. */
export const maximum = (a: number, b: number): number => (a < b || Number.isNaN(b) ? b : a)
/** The smaller of two numbers as PyTorch takes it (at::minimum). */
export const minimum = (a: number, b: number): number => (a > b || Number.isNaN(b) ? b : a)
/** The sign as PyTorch takes it (at::sign): (0 < a) - (a < 0), so that NaN and -0 give 0. */
export const signum = (a: number): number => (a > 0 ? 1 : a < 0 ? -1 : 0)

/**
 * The bits that a formula gives in a format under an arithmetic: scalars in binary64, everything else rounded after every
 * operation. For `+ - * /` and roots, rounding the binary64 result to binary32 is exact binary32 arithmetic (Figueroa
 * 1995: 53 >= 2 * 24 + 2).
 */
export function float(format: 'float32' | 'float64', arithmetic: Arithmetic): Operations<number, boolean> {
  const { round: nearest, minNormal } = formats[format]
  const kept = arithmetic.subnormals === 'kept'
  const flush = (value: number): number => (Math.abs(value) < minNormal ? 0 * value : value)
  const round = kept ? nearest : (value: number): number => flush(nearest(flush(value)))
  const at = (kind: Kind, value: number): number => (kind === 'scalar' ? value : round(value))
  const operations: Operations<number, boolean> = {
    num: Number,
    toTensor: round,
    fl: round,
    power: (a, exponent, kind) => {
      let product = a
      for (let k = 1; k < exponent; k++) product = at(kind, product * a)
      return product
    },
    cond: (test, a, b) => (test ? a : b),
    neg: a => -a,
    sqrt: (a, kind) => at(kind, Math.sqrt(a)),
    abs: Math.abs,
    sign: signum,
    add: (a, b, kind) => at(kind, a + b),
    sub: (a, b, kind) => at(kind, a - b),
    mul: (a, b, kind) => at(kind, a * b),
    div: (a, b, kind) => at(kind, a / b),
    min: minimum,
    max: maximum,
    pow: (a, b, kind) =>
      arithmetic.power === 'running' && kind === 'format' && Number.isInteger(b) && b >= 0
        ? runningPower(a, b, round)
        : at(kind, correctPower(a, b)),
    lt: (a, b) => a < b,
    le: (a, b) => a <= b,
    gt: (a, b) => a > b,
    ge: (a, b) => a >= b,
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    and: (a, b) => a && b,
    or: (a, b) => a || b,
    not: a => !a,
  }
  return kept ? operations : flushing(operations, flush)
}

/** The same operations where subnormal operands count as zero, too. */
function flushing(operations: Operations<number, boolean>, flush: (value: number) => number): typeof operations {
  const { power, sqrt, add, sub, mul, div } = operations
  const seen = (a: number, kind: Kind): number => (kind === 'scalar' ? a : flush(a))
  return {
    ...operations,
    power: (a, exponent, kind) => power(seen(a, kind), exponent, kind),
    sqrt: (a, kind) => sqrt(seen(a, kind), kind),
    add: (a, b, kind) => add(seen(a, kind), seen(b, kind), kind),
    sub: (a, b, kind) => sub(seen(a, kind), seen(b, kind), kind),
    mul: (a, b, kind) => mul(seen(a, kind), seen(b, kind), kind),
    div: (a, b, kind) => div(seen(a, kind), seen(b, kind), kind),
  }
}

/** A power as a product that grows by one factor a step, rounded each time. */
function runningPower(base: number, exponent: number, round: (value: number) => number): number {
  let product = 1
  for (let k = 0; k < exponent; k++) product = round(product * base)
  return product
}

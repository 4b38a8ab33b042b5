import * as dd from '../../../src/numbers/double-double.ts'
import { formats } from '../../../src/numbers/formats.ts'

/** The operations of a format, each rounded once, for implementations written by hand. */
export interface Tools {
  readonly round: (value: number) => number
  readonly add: (a: number, b: number) => number
  readonly sub: (a: number, b: number) => number
  readonly mul: (a: number, b: number) => number
  readonly div: (a: number, b: number) => number
  readonly sqrt: (a: number) => number
  /** a * b + c, rounded once. */
  readonly fma: (a: number, b: number, c: number) => number
}

/** float32's product is exact in binary64; rounding its sum twice moves the result by 2^-29 of an ulp at most. */
const fused: Readonly<Record<'float32' | 'float64', Tools['fma']>> = {
  float32: (a, b, c) => Math.fround(a * b + c),
  float64: (a, b, c) => dd.add(dd.twoProduct(a, b), dd.dd(c)).hi,
}

export function toolsOf(format: 'float32' | 'float64'): Tools {
  const { round } = formats[format]
  return {
    round,
    add: (a, b) => round(a + b),
    sub: (a, b) => round(a - b),
    mul: (a, b) => round(a * b),
    div: (a, b) => round(a / b),
    sqrt: a => round(Math.sqrt(a)),
    fma: fused[format],
  }
}

export type Numbers = Readonly<Record<string, number>>

/** One element's update: its iterate, gradient, step count (1 is the first) and a memory that starts at zero; gives the new iterate. */
export type Update = (x: number, g: number, t: number, memory: number[]) => number

/** An implementation of a rule by hand, for the values that its hyper-parameters have. */
export interface Implementation {
  readonly rule: string
  readonly name: string
  /** Options that it implements; all other hyper-parameters are drawn. */
  readonly options?: Readonly<Record<string, number | boolean>>
  make(hyper: Numbers, tools: Tools): Update
}

/** A table of implementations of one rule. */
export const of = (
  rule: string,
  options: Implementation['options'],
  makers: Readonly<Record<string, Implementation['make']>>,
): Implementation[] => Object.entries(makers).map(([name, make]) => ({ rule, name, ...(options && { options }), make }))

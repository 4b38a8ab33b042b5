import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from './scenario.ts'
import type { Format, HyperValues } from './values.ts'

/** What one element may be, ends included; null where the rule allows anything. */
export type Interval = readonly [low: number, high: number] | null

/** One parameter of a vector. Numbers are those of float32, so that both formats start from the same. */
export interface VectorParameter {
  readonly x0: readonly number[]
  /** `[step][element]`, null for a step in which the parameter has no gradient; absent where it follows a quadratic. */
  readonly gradients?: readonly (readonly number[] | null)[]
  /** The gradient of each element is its curvature times the point where the rule takes its gradient. */
  readonly curvature?: readonly number[]
  /** The iterates that are allowed in each format: `[step][element]`. */
  readonly float32: readonly (readonly Interval[])[]
  readonly float64: readonly (readonly Interval[])[]
}

/** One input with all that a correct implementation may make of it. */
export interface Vector {
  readonly name: string
  /** What it needs beside stepping: `absent` gradients, `changes` on the way, a `point` ahead of the iterate. */
  readonly needs: readonly ('absent' | 'changes' | 'point')[]
  /** The value of every hyper-parameter, a binary64 number; those of `defaults` are the rule's own defaults. */
  readonly hyper: HyperValues
  readonly defaults: readonly string[]
  readonly steps: number
  /** Hyper-parameters that change: from this step on (1 is the first) they have these values. */
  readonly changes?: readonly { readonly step: number; readonly hyper: HyperValues }[]
  readonly parameters: readonly VectorParameter[]
  /** The wrong variants that leave what is allowed here, in words and as they are written. */
  readonly kills: readonly { readonly says: string; readonly now: string }[]
}

/** Conformance vectors of one rule, for any language (docs/vectors.md). */
export interface VectorFile {
  readonly schema: 'lockstep/vectors/1'
  readonly rule: string
  readonly source: string
  readonly formula: readonly string[]
  readonly vectors: readonly Vector[]
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A vector as a scenario in a format, every hyper-parameter with its value. */
export function scenarioOf({ rule }: VectorFile, vector: Vector, format: Format): Scenario {
  const bits = (values: readonly number[]): string => arrayToBits(values, format)
  const { hyper, steps, parameters, changes } = vector
  const curved = parameters.some(({ curvature }) => curvature)
  return {
    name: vector.name,
    rule,
    format,
    groups: [{ hyper: { ...hyper }, params: parameters.map(({ x0 }, k) => ({ name: letters[k]!, value: bits(x0) })) }],
    steps,
    gradients: curved
      ? { problem: 'quadratic', coefficients: parameters.map(({ curvature = [] }) => bits(curvature)) }
      : Array.from({ length: steps }, (_, s) =>
          parameters.map(({ gradients = [] }) => {
            const given = gradients[s]
            return given ? bits(given) : null
          }),
        ),
    ...(changes && { changes: changes.map(change => ({ ...change, hyper: { ...change.hyper }, group: 0 })) }),
  }
}

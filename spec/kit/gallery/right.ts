import type { UserFunction } from '../../../src/kit/index.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import type { Format, HyperValues, Subject } from '../../../src/subject/subject.ts'
import { rightAdams } from '../../derive/gallery/right-adam.ts'
import { rightOthers } from '../../derive/gallery/right-others.ts'
import { type Implementation, type Numbers, type Tools, toolsOf } from '../../derive/gallery/tools.ts'

/** A correct implementation in an order of evaluation that is not the one written. */
export interface Right {
  readonly rule: string
  readonly name: string
  /** Options that it does not have, held where they do nothing. */
  readonly hyper: HyperValues
  readonly create: (format: Format) => UserFunction | Subject
}

/** The options of a rule, as they are by default. */
const optionsOf = (rule: string): HyperValues =>
  Object.fromEntries(
    Object.values(findRule(rule).hyper).flatMap(({ name, default: usual }) =>
      typeof usual === 'boolean' ? [[name, usual]] : [],
    ),
  )

/**
 * Values outside of which an arrangement is none of the formula's: `d - dampening * d` cancels where (1 - dampening) * d does
 * not, so that at 0.99 it has lost two digits (docs/numerics.md, "The limit of every order").
 */
const held: Readonly<Record<string, HyperValues>> = { 'dampening subtracted, fused': { dampening: 0.5 } }

/** One of the gallery of the bound, whose elements are updated one by one, as a function over arrays. */
const lifted = ({ rule, name, options = {}, make }: Implementation): Right => ({
  rule,
  name,
  hyper: { ...optionsOf(rule), ...options, ...held[name] },
  create: format => (hyper: Numbers, x: Float64Array) => {
    const tools: Tools = toolsOf(format)
    const elements = Array.from(x, () => ({ update: make(hyper, tools), memory: [0, 0, 0, 0, 0, 0] }))
    let t = 0
    return {
      step(gradient: Float64Array): Float64Array {
        t += 1
        for (const [i, { update, memory }] of elements.entries()) x[i] = update(x[i]!, gradient[i]!, t, memory)
        return x
      },
    }
  },
})

/** The gallery of the bound: other formulas for the same numbers. */
export const rightFormulas: readonly Right[] = [...rightAdams, ...rightOthers].map(lifted)

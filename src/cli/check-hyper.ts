import type { Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import type { HyperValues } from '../subject/subject.ts'

/** The hyper-parameters of a trace in the names of a rule, and what of them was left out or filled in. */
export class HyperNames {
  readonly #rule: Rule
  readonly #held: HyperValues
  readonly #known = new WeakMap<HyperValues, HyperValues>()
  /** What the trace has and the formula has not, with its first value. */
  readonly leftOut = new Map<string, number | boolean>()
  /** What the formula has and the trace has not: taken at the rule's default. */
  readonly defaults = new Set<string>()

  constructor(rule: Rule, held: HyperValues) {
    this.#rule = rule
    this.#held = held
  }

  /** The values of one group. The same record gives the same record, which is then known to be legal. */
  of(values: HyperValues): HyperValues {
    return remember(this.#known, values, () => {
      const { hyper } = this.#rule
      for (const [name, value] of Object.entries(values))
        if (!Object.hasOwn(hyper, name) && !this.leftOut.has(name)) this.leftOut.set(name, value)
      const given = { ...values, ...this.#held }
      for (const name of Object.keys(hyper)) if (!Object.hasOwn(given, name)) this.defaults.add(name)
      return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(hyper, name)))
    })
  }
}

import { isNeutral } from '../guests/match-hyper.ts'
import type { Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import type { HyperValues } from '../subject/subject.ts'

/** Options of a library that make one optimizer another one: at these values, they are what the family is. */
const parts: Readonly<Record<string, HyperValues>> = {
  adam: { decoupled_weight_decay: false },
  adamw: { decoupled_weight_decay: true },
}

/** The hyper-parameters of a trace in the names of a rule, and what of them was left out or filled in. */
export class HyperNames {
  readonly #rule: Rule
  readonly #held: HyperValues
  readonly #dialect: Rule | undefined
  readonly #known = new WeakMap<HyperValues, HyperValues>()
  /** What the trace has and the formula has not, with its first value. */
  readonly leftOut = new Map<string, number | boolean>()
  /** What the formula has and the trace has not: taken at the rule's default. */
  readonly defaults = new Set<string>()

  /** The library's own formula tells which of its options are off. */
  constructor(rule: Rule, held: HyperValues, dialect: Rule | undefined) {
    this.#rule = rule
    this.#held = held
    this.#dialect = dialect
  }

  /** The values of one group. The same record gives the same record, which is then known to be legal. */
  of(values: HyperValues): HyperValues {
    return remember(this.#known, values, () => {
      const { hyper } = this.#rule
      for (const [name, value] of Object.entries(values))
        if (!Object.hasOwn(hyper, name) && !this.leftOut.has(name) && !this.#saysNothing(name, value))
          this.leftOut.set(name, value)
      const given = { ...values, ...this.#held }
      for (const name of Object.keys(hyper)) if (!Object.hasOwn(given, name)) this.defaults.add(name)
      return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(hyper, name)))
    })
  }

  /** Whether without this option the optimizer is the same. */
  #saysNothing(name: string, value: number | boolean): boolean {
    const part = parts[this.#rule.family]?.[name]
    const option = this.#dialect?.hyper[name]
    return value === part || (option !== undefined && isNeutral(option) && value === option.default)
  }
}

import type { Rule } from '../language/rule.ts'
import type { Moment, RecordedStep } from '../subject/recorded-trace.ts'
import type { StateValues } from '../subject/subject.ts'

/** The state of a trace in the names of a rule. */
export class StateNames {
  readonly #names: ReadonlyMap<string, string>
  readonly #taken: ReadonlySet<string>
  /** By the rule's names, those of the trace that were read for them. */
  readonly read = new Map<string, string>()

  /** By the rule's names, those that the library of the trace has for the same variables. */
  constructor({ state }: Rule, names: ReadonlyMap<string, string>) {
    this.#names = names
    this.#taken = new Set(Object.values(state).flatMap(({ name, as }) => [name, as]))
  }

  /** A step under the rule's names; what the trace shows under them already stays as it is. */
  of(record: RecordedStep): RecordedStep {
    if (this.#names.size === 0) return record
    const { before, after } = record
    return { ...record, after: this.#moment(after), ...(before && { before: this.#moment(before) }) }
  }

  #moment(moment: Moment): Moment {
    return { ...moment, state: moment.state.map(values => values && this.#renamed(values)) }
  }

  #renamed(values: StateValues): StateValues {
    const renamed = { ...values }
    for (const [as, own] of this.#names) {
      const shown = values[own]
      if (shown === undefined || this.#taken.has(own) || values[as] !== undefined) continue
      renamed[as] = shown
      delete renamed[own]
      this.read.set(as, own)
    }
    return renamed
  }
}

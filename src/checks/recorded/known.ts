import type { Bounded } from '../../derive/bound.ts'
import type { Store } from '../../derive/meaning.ts'
import type { Rule } from '../../language/rule.ts'
import type { Moment, RecordedParameter, RecordedStep } from '../../subject/recorded-trace.ts'

/** Observed arrays of one parameter: `x`, and its state by the rule's names. */
export type Shown = ReadonlyMap<string, Float64Array>

/** A variable that is not shown is carried along from where it was: its replay, and the bound around its exact value. */
export interface Carried {
  readonly float: Float64Array
  readonly bounded: Store<Bounded>
}

/** What is known of a parameter before a step. */
export interface Known {
  readonly shown: Shown
  readonly carried: ReadonlyMap<string, Carried>
  /** Which update of the parameter the step is; undefined where the trace does not tell. */
  readonly t: number | undefined
}

/** Why a parameter could not be checked in a step, in words. */
export interface Unchecked {
  readonly unchecked: string
}

/** What a moment shows of a parameter; a state variable by the framework's name for it, or by the rule's. */
export function shownOf({ state }: Rule, moment: Moment, k: number): Map<string, Float64Array> {
  const shown = new Map<string, Float64Array>()
  const x = moment.x[k]
  if (x) shown.set('x', x)
  const values = moment.state[k] ?? {}
  for (const { name, as } of Object.values(state)) {
    const seen = Object.hasOwn(values, as) ? values[as] : Object.hasOwn(values, name) ? values[name] : undefined
    if (seen) shown.set(name, seen)
  }
  return shown
}

/** State that a moment shows under names that the rule does not have. */
export function strangersIn({ state }: Rule, moment: Moment, k: number): string[] {
  const known = new Set(Object.values(state).flatMap(({ name, as }) => [name, as]))
  return Object.keys(moment.state[k] ?? {}).filter(name => !known.has(name))
}

/** Follows one parameter through the records: what is known before each step. */
export class Memory {
  readonly #rule: Rule
  readonly #param: RecordedParameter
  #last: { readonly step: number; readonly shown: Shown; readonly t: number | undefined } | undefined
  #carried: ReadonlyMap<string, Carried> = new Map()

  constructor(rule: Rule, param: RecordedParameter) {
    this.#rule = rule
    this.#param = param
  }

  /** What is known before a step of this parameter, the `k`-th. */
  before(record: RecordedStep, k: number): Known | Unchecked {
    const follows = this.#last?.step === record.step - 1
    const t = this.#count(record, k, follows)
    const carried = follows ? this.#carried : new Map<string, Carried>()
    if (record.before) {
      const shown = shownOf(this.#rule, record.before, k)
      if (!shown.has('x') && record.step === 1 && this.#param.value) shown.set('x', this.#param.value)
      return { shown, carried, t }
    }
    if (follows) return { shown: this.#last!.shown, carried, t }
    const { value } = this.#param
    if (record.step === 1) return { shown: new Map(value ? [['x', value]] : []), carried, t }
    return { unchecked: 'the step before it is not recorded, and it has no `before`' }
  }

  /** How many elements lie otherwise before this step than after the last one: something beside the optimizer moved them. */
  moved(record: RecordedStep, k: number): number {
    if (!record.before || this.#last?.step !== record.step - 1) return 0
    const now = shownOf(this.#rule, record.before, k)
    let moved = 0
    for (const [name, then] of this.#last.shown) {
      const seen = now.get(name)
      if (seen) moved += then.reduce((count, value, i) => count + (Object.is(value, seen[i]) ? 0 : 1), 0)
    }
    return moved
  }

  /** Keeps what a step left behind. */
  after(record: RecordedStep, k: number, carried: ReadonlyMap<string, Carried>): void {
    const t = this.#count(record, k, this.#last?.step === record.step - 1)
    const updated = record.gradients[k] || this.#rule.clock === 'optimizer'
    const shown = shownOf(this.#rule, record.after, k)
    this.#last = { step: record.step, shown, t: updated || t === undefined ? t : t - 1 }
    this.#carried = carried
  }

  /** Which update a step is: as the trace says, else counted from the first step on. */
  #count(record: RecordedStep, k: number, follows: boolean): number | undefined {
    const given = record.t[k]
    if (given !== undefined) return given ?? undefined
    if (this.#rule.clock === 'optimizer') return record.step
    if (follows) return this.#last!.t === undefined ? undefined : this.#last!.t + 1
    return record.step === 1 ? 1 : undefined
  }
}

import { completeHyper } from '../derive/hyper.ts'
import type { Cell, Stepper } from '../derive/stepper.ts'
import { replayStepper } from '../derive/steppers.ts'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Bits } from './scenario.ts'
import type { Group, HyperValues, Json, Offer, Run, Setup, Start, StateValues, Subject } from './subject.ts'

/** A rule's own replay as a subject: what a correct implementation in this arithmetic does. */
export function ruleSubject(rule: Rule, arithmetic: Arithmetic = ieee, name = rule.id): Subject {
  const offer: Offer = {
    rule: rule.id,
    hyper: Object.keys(rule.hyper),
    state: Object.values(rule.state).map(state => state.as),
    features: ['groups', 'absent', 'set', 'add', 'save', 'state', 'point', 'defaults'],
    defaults: Object.fromEntries(Object.values(rule.hyper).map(({ name: id, default: value }) => [id, value])),
  }
  return {
    name,
    formats: ['float32', 'float64'],
    arithmetic,
    offers: asked => (asked === '*' ? { ...offer, rule: '*' } : offer),
    open: (setup, saved) => new RuleRun(rule, arithmetic, setup, saved),
    openAt: (setup, start) => new RuleRun(rule, arithmetic, setup, savedAt(start, setup.format)),
  }
}

interface Member {
  readonly cell: Cell<number>
  readonly group: number
}

class RuleRun implements Run {
  readonly #rule: Rule
  readonly #stepper: Stepper<number, boolean>
  readonly #format: Setup['format']
  #hyper: HyperValues[] = []
  #members: Member[] = []
  #clock = 0

  constructor(rule: Rule, arithmetic: Arithmetic, setup: Setup, saved?: Json) {
    this.#rule = rule
    this.#format = setup.format
    this.#stepper = replayStepper(rule, setup.format, arithmetic)
    for (const group of setup.groups) this.add(group)
    if (saved !== undefined) this.#restore(saved as unknown as Saved)
  }

  step(gradients: (Float64Array | null)[]): Float64Array[] {
    this.#clock += 1
    for (const [k, { cell, group }] of this.#members.entries()) {
      const gradient = gradients[k]
      if (gradient) this.#stepper.step(cell, gradient, this.#hyper[group]!, this.#clock)
    }
    return this.#members.map(({ cell }) => Float64Array.from(cell.x))
  }

  /** Where the rule takes its next gradient, in the numbers of the format. */
  point(): Float64Array[] {
    return this.#members.map(({ cell, group }) => Float64Array.from(this.#stepper.point(cell, this.#hyper[group]!)))
  }

  set(group: number, hyper: HyperValues): void {
    this.#hyper[group] = completeHyper(this.#rule, { ...this.#hyper[group], ...hyper })
  }

  add(group: Group): void {
    const hyper = completeHyper(this.#rule, group.hyper)
    this.#hyper.push(hyper)
    for (const param of group.params)
      this.#members.push({ cell: this.#stepper.begin(param.value, hyper), group: this.#hyper.length - 1 })
  }

  observe(): { state: StateValues[] } {
    return { state: this.#members.map(({ cell }) => this.#visible(cell)) }
  }

  #visible(cell: Cell<number>): StateValues {
    const written = Object.values(this.#rule.state).filter(({ name }) => cell.written.has(name))
    return Object.fromEntries(written.map(({ name, as }) => [as, Float64Array.from(cell.state.get(name)!)]))
  }

  save(): Json {
    const cells = this.#members.map(({ cell }) => ({
      t: cell.t,
      written: [...cell.written],
      state: Object.fromEntries([...cell.state].map(([name, values]) => [name, arrayToBits(values, this.#format)])),
    }))
    return { clock: this.#clock, cells } satisfies Saved as unknown as Json
  }

  #restore({ clock, cells }: Saved): void {
    this.#clock = clock
    for (const [k, saved] of cells.entries()) {
      const { cell } = this.#members[k]!
      cell.t = saved.t
      for (const name of saved.written) cell.written.add(name)
      for (const [name, values] of Object.entries(saved.state))
        cell.state.set(name, this.#stepper.read(arrayFromBits(values, this.#format)))
    }
  }
}

/** What a run would have saved there; a variable that is not given starts as it does at the beginning. */
function savedAt({ clock, state }: Start, format: Setup['format']): Json {
  const cells = state.map(values => ({
    t: clock,
    written: Object.keys(values),
    state: Object.fromEntries(Object.entries(values).map(([name, of]) => [name, arrayToBits(of, format)])),
  }))
  return { clock, cells } satisfies Saved as unknown as Json
}

interface Saved {
  clock: number
  cells: { t: number; written: string[]; state: Record<string, Bits> }[]
}

import { allowance } from '../checks/conditions.ts'
import type { Bounded } from '../derive/bound.ts'
import { completeHyper, holds, isLegal } from '../derive/hyper.ts'
import type { Cell } from '../derive/stepper.ts'
import { boundStepper } from '../derive/steppers.ts'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule, State } from '../language/rule.ts'
import * as dd from '../numbers/double-double.ts'
import { formats } from '../numbers/formats.ts'
import type { Format, Gradients, HyperValues, Played } from '../subject/subject.ts'
import type { Ground, Match } from './match-hyper.ts'
import { isRole, isSameWord } from './synonyms.ts'

/** What is played to see which variable holds which values: gradients that fall so far that averages of squares do, too. */
const gradients = [
  [3, -0.5, 0.02],
  [0.05, 0.01, -0.0004],
  [-0.02, 0.002, 0.0003],
]
export const trialStart = [1, -2, 0.5]
export const trialGradients = (format: Format): Gradients[] =>
  gradients.map(step => [Float64Array.from(step, formats[format].round)])

/** Values at which as much of the state as possible exists, then plainer ones; each is legal. */
export function trialHypers(rule: Rule, accepted: ReadonlySet<string>): HyperValues[] {
  const base = completeHyper(rule, {})
  const on = (names: readonly string[], value: number | boolean): HyperValues =>
    Object.fromEntries(names.filter(name => name in base && accepted.has(name)).map(name => [name, value]))
  const all = { ...base, ...on(['momentum'], 0.9), ...on(['centered', 'amsgrad'], true) }
  return [all, { ...base, ...on(['momentum'], 0.9) }, base].filter(values => isLegal(rule, values))
}

/** Which of the guest's state variables are the rule's, and which of the rule's look like one but hold other values. */
export interface StateMatch extends Match {
  readonly unlike: ReadonlyMap<string, string>
  /** The rule's variables that were not found, although these options have them. */
  readonly missing: readonly string[]
}

/**
 * By the user's map and by name, however that is spelt; what is left, by value: what the rule holds after each step of a trial, within its
 * bound. A synonym alone is trusted only where the optimizer itself is off, so that a deviation is named by its variable.
 */
export function matchState(
  rule: Rule,
  arithmetic: Arithmetic,
  format: Format,
  hyper: HyperValues,
  played: readonly Played[],
  map: Readonly<Record<string, string>> = {},
): StateMatch {
  const trial = new Trial(rule, arithmetic, format, hyper, played)
  const [own, ground, unlike] = [new Map<string, string>(), new Map<string, Ground>(), new Map<string, string>()]
  const take = (as: string, found: string | undefined, why: Ground): void => {
    if (found === undefined || own.has(as) || [...own.values()].includes(found)) return
    own.set(as, found)
    ground.set(as, why)
  }
  const states = Object.values(rule.state)
  const shown = trial.shown
  for (const { name, as } of states) take(as, map[as] ?? map[name], 'map')
  for (const { as } of states)
    take(
      as,
      shown.find(each => each === as),
      'name',
    )
  for (const { name, as } of states)
    take(
      as,
      shown.find(each => each === name),
      'name',
    )
  // The same letters in another case may be another variable; the same word is not.
  for (const { name, as } of states)
    take(
      as,
      shown.find(each => [as, name].some(known => isSameWord(each, known))),
      'synonym',
    )
  const free = () => shown.filter(each => ![...own.values()].includes(each))
  const alike = ({ name, as }: State): string[] => free().filter(each => isRole(each, [name, as]))
  for (const state of states)
    take(
      state.as,
      alike(state).find(each => trial.holds(state, each)),
      'synonym',
    )
  for (const state of states) {
    const equal = free().filter(each => trial.holds(state, each))
    if (equal.length === 1) take(state.as, equal[0], 'value')
  }
  for (const state of states.filter(({ as }) => !own.has(as))) {
    const [found] = alike(state)
    if (found === undefined) continue
    if (trial.follows) unlike.set(state.as, found)
    else take(state.as, found, 'synonym')
  }
  const values = completeHyper(rule, hyper)
  const missing = states
    .filter(({ as }) => !own.has(as) && !unlike.has(as))
    .filter(({ when }) => !when || holds({ test: when, text: '' }, values))
    .map(({ as }) => as)
  return { own, ground, unlike, missing }
}

/** By the rule's names of state, the shown ones that alone have its values throughout a trial at its defaults. */
export function stateByValue(rule: Rule, format: Format, played: readonly Played[]): Map<string, string> {
  const trial = new Trial(rule, ieee, format, {}, played)
  const found = Object.values(rule.state).flatMap((state): [string, string][] => {
    const [own, ...others] = trial.shown.filter(each => trial.holds(state, each))
    return own === undefined || others.length > 0 ? [] : [[state.as, own]]
  })
  return new Map(found)
}

/** A short run beside what the rule gives. */
class Trial {
  readonly #played: readonly Played[]
  readonly #expected: { readonly x: Bounded[]; readonly state: ReadonlyMap<string, Bounded[]> }[]

  constructor(rule: Rule, arithmetic: Arithmetic, format: Format, hyper: HyperValues, played: readonly Played[]) {
    this.#played = played
    const { bound } = boundStepper(rule, format, arithmetic)
    const values = completeHyper(rule, hyper)
    const cell: Cell<Bounded> = bound.begin(Float64Array.from(trialStart), values)
    this.#expected = trialGradients(format).map(([gradient], s) => {
      bound.step(cell, bound.read(gradient!), values, s + 1)
      return {
        x: Array.from(cell.x),
        state: new Map([...cell.written].map(name => [name, Array.from(cell.state.get(name)!)])),
      }
    })
  }

  /** The names of the state that was seen at all. */
  get shown(): string[] {
    return [...new Set(this.#played.flatMap(({ state }) => Object.keys(state?.[0] ?? {})))]
  }

  /** Whether the iterates are the rule's. */
  get follows(): boolean {
    return this.#played.every(({ x }, s) => x !== undefined && within(x[0]!, this.#expected[s]!.x))
  }

  /** Whether an own variable has the values of one of the rule's after every step in which that exists. */
  holds({ name }: State, own: string): boolean {
    const seen = this.#expected.map(({ state }, s): [Bounded[] | undefined, Float64Array | undefined] => [
      state.get(name),
      this.#played[s]?.state?.[0]?.[own],
    ])
    const both = seen.filter(([expected]) => expected !== undefined)
    return both.length > 0 && both.every(([expected, values]) => values !== undefined && within(values, expected!))
  }
}

const within = (values: ArrayLike<number>, expected: readonly Bounded[]): boolean =>
  expected.every(({ value, error }, i) => {
    const distance = Math.abs(dd.sub(dd.dd(values[i]!), value).hi)
    return distance <= allowance * error
  })

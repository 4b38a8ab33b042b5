import type { Arithmetic } from '../language/arithmetic.ts'
import { fold, foldTest } from '../language/fold.ts'
import type { Rule } from '../language/rule.ts'
import type { Statement, Test } from '../language/tree.ts'
import { remember } from '../numbers/remember.ts'
import { arrange, arrangeTest } from './arrange.ts'
import { type Code, lift, Slots } from './closures.ts'
import { float } from './float.ts'
import { type Straight, scalarTests, straighten } from './straight.ts'

/** What a step depends on besides its elements. */
export interface Situation {
  readonly hyper: Readonly<Record<string, number | boolean>>
  readonly t: number
  /** Whether a state variable was written in an earlier step. */
  written(state: string): boolean
}

interface Part {
  readonly statement: Statement
  readonly tests: readonly { test: Test; code: Code<boolean, number> }[]
  readonly scalar: { slot: number; code: Code<number, number> } | undefined
}

/**
 * Settles the conditions of a rule's step on scalars, and gives the straight program that is left. They are settled in
 * the numbers of the implementation (format and arithmetic), so that all meanings of one step take the same branches.
 */
export class Decider {
  readonly #parts: Part[]
  readonly #when: { state: string; exists: Code<boolean, number> }[]
  readonly #inputs: { id: string; slot: number }[]
  readonly #programs = new Map<string, Straight>()
  readonly #step: readonly Statement[]
  #situation!: Situation
  #assigned = new Set<string>()

  constructor(rule: Rule, format: 'float32' | 'float64', arithmetic: Arithmetic) {
    const slots = new Slots()
    const ask = {
      flag: (id: string) => this.#situation.hyper[id] === true,
      first: (id: string) => !this.#assigned.has(id) && !this.#situation.written(id),
    }
    const algebra = lift(float(format, arithmetic), slots.of, ask, value => value)
    this.#inputs = [...Object.keys(rule.hyper), 't'].map(id => ({ id, slot: slots.of(id) }))
    this.#when = Object.values(rule.state).map(state => ({
      state: state.name,
      exists: state.when ? foldTest(arrangeTest(state.when, arithmetic), algebra) : () => true,
    }))
    this.#step = arrange(rule.step, arithmetic)
    this.#parts = this.#step.map(statement => ({
      statement,
      tests: scalarTests(statement.value).map(test => ({ test, code: foldTest(test, algebra) })),
      scalar:
        statement.value.kind === 'tensor'
          ? undefined
          : { slot: slots.of(statement.target), code: fold(statement.value, algebra) },
    }))
  }

  /** The straight program of a step in this situation; the same object for the same outcome of all conditions. */
  decide(situation: Situation): Straight {
    this.#situation = situation
    this.#assigned = new Set()
    const frame: number[] = []
    for (const { id, slot } of this.#inputs) frame[slot] = Number(id === 't' ? situation.t : situation.hyper[id])
    const present = new Set(this.#when.filter(({ exists }) => exists(frame)).map(({ state }) => state))
    const decided = new Map<Test, boolean>()
    for (const { statement, tests, scalar } of this.#parts) {
      if (statement.role === 'state' && !present.has(statement.target)) continue
      for (const { test, code } of tests) decided.set(test, code(frame))
      if (scalar) frame[scalar.slot] = scalar.code(frame)
      this.#assigned.add(statement.target)
    }
    const key = `${[...present].join()}:${[...decided.values()].map(Number).join('')}`
    return remember(this.#programs, key, () => straighten(this.#step, decided, state => present.has(state)))
  }
}

import type { Arithmetic } from '../language/arithmetic.ts'
import { fold, foldTest } from '../language/fold.ts'
import type { Rule } from '../language/rule.ts'
import type { Statement, Test } from '../language/tree.ts'
import { childrenOf, type Node } from '../language/walk.ts'
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
  /** Which state variable is assigned, by its place among them. */
  readonly state: number | undefined
  readonly target: string
  readonly tests: readonly { test: Test; code: Code<boolean, number> }[]
  /** Computes a local that a later condition reads. */
  readonly local: { slot: number; code: Code<number, number> } | undefined
}

/**
 * Settles the conditions of a rule's step on scalars, and gives the straight program that is left. They are settled in
 * the numbers of the implementation (format and arithmetic), so that all meanings of one step take the same branches.
 */
export class Decider {
  readonly #parts: Part[]
  readonly #states: { id: string; exists: Code<boolean, number> }[]
  readonly #inputs: { id: string; slot: number }[]
  readonly #programs = new Map<string, Straight>()
  readonly #step: readonly Statement[]
  readonly #assigned = new Set<string>()
  readonly #asked: Asked
  #situation!: Situation
  #last: { readonly answers: readonly unknown[]; readonly program: Straight } | undefined

  constructor(rule: Rule, format: 'float32' | 'float64', arithmetic: Arithmetic) {
    const slots = new Slots()
    const ask = {
      flag: (id: string) => this.#situation.hyper[id] === true,
      first: (id: string) => !this.#assigned.has(id) && !this.#situation.written(id),
    }
    const algebra = lift(float(format, arithmetic), slots.of, ask, value => value)
    const states = Object.keys(rule.state)
    this.#inputs = [...Object.keys(rule.hyper), 't'].map(id => ({ id, slot: slots.of(id) }))
    this.#states = Object.values(rule.state).map(({ name, when }) => ({
      id: name,
      exists: when ? foldTest(arrangeTest(when, arithmetic), algebra) : () => true,
    }))
    this.#step = arrange(rule.step, arithmetic)
    this.#asked = asked(rule, this.#step)
    this.#parts = this.#step.map(({ target, role, value }) => ({
      state: role === 'state' ? states.indexOf(target) : undefined,
      target,
      tests: scalarTests(value).map(test => ({ test, code: foldTest(test, algebra) })),
      local:
        this.#asked.names.has(target) && value.kind !== 'tensor'
          ? { slot: slots.of(target), code: fold(value, algebra) }
          : undefined,
    }))
  }

  /** The straight program of a step in this situation; the same object for the same outcome of all conditions. */
  decide(situation: Situation): Straight {
    const { inputs, firsts } = this.#asked
    const answers: unknown[] = []
    for (const id of inputs) answers.push(id === 't' ? situation.t : situation.hyper[id])
    for (const id of firsts) answers.push(situation.written(id))
    const last = this.#last
    if (last && answers.every((answer, k) => Object.is(answer, last.answers[k]))) return last.program
    const program = this.#settle(situation)
    this.#last = { answers, program }
    return program
  }

  #settle(situation: Situation): Straight {
    this.#situation = situation
    this.#assigned.clear()
    const frame: number[] = []
    for (const { id, slot } of this.#inputs) frame[slot] = Number(id === 't' ? situation.t : situation.hyper[id])
    const outcomes = this.#states.map(({ exists }) => exists(frame))
    for (const { state, target, tests, local } of this.#parts) {
      if (state !== undefined && !outcomes[state]) continue
      for (const { code } of tests) outcomes.push(code(frame))
      if (local) frame[local.slot] = local.code(frame)
      this.#assigned.add(target)
    }
    return remember(this.#programs, outcomes.map(Number).join(''), () => this.#straighten(outcomes))
  }

  #straighten(outcomes: readonly boolean[]): Straight {
    const decided = new Map<Test, boolean>()
    let next = this.#states.length
    for (const { state, tests } of this.#parts) {
      if (state !== undefined && !outcomes[state]) continue
      for (const { test } of tests) decided.set(test, outcomes[next++]!)
    }
    const present = new Set(this.#states.filter((_, k) => outcomes[k]).map(({ id }) => id))
    return straighten(this.#step, decided, id => present.has(id))
  }
}

/** All that conditions on scalars depend on: steps in which it is the same are one program. */
interface Asked {
  /** Names that they read, directly or through locals. */
  readonly names: ReadonlySet<string>
  /** Those of hyper-parameters and `t`. */
  readonly inputs: readonly string[]
  /** State variables of which they ask whether they were written. */
  readonly firsts: readonly string[]
}

function asked(rule: Rule, step: readonly Statement[]): Asked {
  const names = new Set<string>()
  const firsts = new Set<string>()
  const read = (node: Node): void => {
    if (node.op === 'name' || node.op === 'flag') names.add(node.id)
    if (node.op === 'first') firsts.add(node.id)
    for (const [, child] of childrenOf(node)) read(child)
  }
  for (const { when } of Object.values(rule.state)) if (when) read(when)
  for (const { target, value } of step.toReversed()) {
    scalarTests(value).forEach(read)
    if (names.has(target)) read(value)
  }
  return { names, inputs: [...Object.keys(rule.hyper), 't'].filter(id => names.has(id)), firsts: [...firsts] }
}

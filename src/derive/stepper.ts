import { fold } from '../language/fold.ts'
import type { Rule } from '../language/rule.ts'
import type { Expr } from '../language/tree.ts'
import { remember } from '../numbers/remember.ts'
import type { Decider } from './decide.ts'
import type { Meaning, Runner, Store } from './meaning.ts'
import type { Straight } from './straight.ts'

export type HyperValues = Readonly<Record<string, number | boolean>>

/** One parameter under a rule: its iterate, its state, and how often it was updated. */
export interface Cell<R> {
  x: Store<R>
  readonly state: Map<string, Store<R>>
  readonly written: Set<string>
  t: number
  readonly length: number
}

/**
 * Runs a rule under any meaning: one step of one parameter at a time, with its clock, its options and the state variables
 * that these options have. What t counts is the rule's: the updates of this parameter, or the steps of the optimizer.
 */
export class Stepper<R, B> {
  readonly rule: Rule
  readonly meaning: Meaning<R, B>
  readonly #decider: Decider
  readonly #runners = new Map<Straight, Runner<R>>()

  constructor(rule: Rule, meaning: Meaning<R, B>, decider: Decider) {
    this.rule = rule
    this.meaning = meaning
    this.#decider = decider
  }

  /** A fresh parameter at these values. */
  begin(x0: ArrayLike<number>, hyper: HyperValues): Cell<R> {
    const state = new Map<string, Store<R>>()
    for (const variable of Object.values(this.rule.state)) {
      state.set(variable.name, this.#filled(x0.length, this.#scalar(variable.init, hyper)))
    }
    return { x: this.read(x0), state, written: new Set(), t: 0, length: x0.length }
  }

  /** Given numbers, read exactly. */
  read(values: ArrayLike<number>): Store<R> {
    const store = this.meaning.store(values.length)
    for (let i = 0; i < values.length; i++) store[i] = this.meaning.read(values[i]!)
    return store
  }

  /** One update of a parameter; `clock` is how many steps the optimizer has made, this one included. */
  step(cell: Cell<R>, gradient: Store<R>, hyper: HyperValues, clock: number): void {
    cell.t += 1
    const t = this.rule.clock === 'optimizer' ? clock : cell.t
    const program = this.#decider.decide({ hyper, t, written: state => cell.written.has(state) })
    const run = remember(this.#runners, program, () => this.meaning.link(program))
    const { read } = this.meaning
    run(
      id => read(id === 't' ? t : Number(hyper[id])),
      id => (id === 'x' ? cell.x : id === 'g' ? gradient : cell.state.get(id)!),
      cell.length,
    )
    for (const { id } of program.stores) if (id !== 'x') cell.written.add(id)
  }

  /** Where the rule takes the next gradient of a parameter: the iterate, or a point ahead of it. */
  point(cell: Cell<R>, hyper: HyperValues): Store<R> {
    const { read } = this.meaning
    const points = this.meaning.store(cell.length)
    for (let i = 0; i < cell.length; i++) {
      const name = (id: string): R =>
        id === 'x' ? cell.x[i]! : (cell.state.get(id)?.[i] ?? read(id === 't' ? cell.t + 1 : Number(hyper[id])))
      points[i] = this.#value(this.rule.at, name, hyper)
    }
    return points
  }

  #filled(length: number, value: R): Store<R> {
    const store = this.meaning.store(length)
    for (let i = 0; i < length; i++) store[i] = value
    return store
  }

  /** A scalar of hyper-parameters alone, such as the initial value of a state variable, as it enters a tensor. */
  #scalar(expr: Expr, hyper: HyperValues): R {
    const { operations, read } = this.meaning
    return operations.toTensor(this.#value(expr, id => read(Number(hyper[id])), hyper))
  }

  /** An expression outside the step, where no state is asked for. */
  #value(expr: Expr, name: (id: string) => R, hyper: HyperValues): R {
    const { operations } = this.meaning
    const zero = operations.num('0')
    const flag = (id: string): B => operations[hyper[id] === true ? 'eq' : 'ne'](zero, zero, 'scalar')
    const first = (id: string): never => {
      throw new TypeError(`first(${id}) is asked in a step only`)
    }
    return fold(expr, { ...operations, name, flag, first })
  }
}

import { fold } from '../language/fold.ts'
import type { Rule } from '../language/rule.ts'
import type { Algebra, Expr } from '../language/tree.ts'
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

const noCondition = (id: string): never => {
  throw new TypeError(`initial values and points are numbers; one asks the condition ${id}`)
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
    const arrays: Record<string, Store<R>> = { ...Object.fromEntries(cell.state), x: cell.x, g: gradient }
    const { read } = this.meaning
    run(id => read(id === 't' ? t : Number(hyper[id])), arrays, cell.length)
    for (const { id } of program.stores) if (id !== 'x') cell.written.add(id)
  }

  /** Where the rule takes the next gradient of a parameter: the iterate, or a point ahead of it. */
  point(cell: Cell<R>, hyper: HyperValues): Store<R> {
    const { operations, read } = this.meaning
    const points = this.meaning.store(cell.length)
    for (let i = 0; i < cell.length; i++) {
      const name = (id: string): R =>
        id === 'x' ? cell.x[i]! : (cell.state.get(id)?.[i] ?? read(id === 't' ? cell.t + 1 : Number(hyper[id])))
      points[i] = fold(this.rule.at, { ...operations, name, flag: noCondition, first: noCondition })
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
    const algebra: Algebra<R, B> = {
      ...operations,
      name: id => read(Number(hyper[id])),
      flag: noCondition,
      first: noCondition,
    }
    return operations.toTensor(fold(expr, algebra))
  }
}

import type { Bounded, Outcome } from '../../derive/bound.ts'
import { Decider } from '../../derive/decide.ts'
import type { Store } from '../../derive/meaning.ts'
import type { Cell, HyperValues, Stepper } from '../../derive/stepper.ts'
import { boundStepper, replayStepper } from '../../derive/steppers.ts'
import type { Arithmetic } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import type { Format } from '../../subject/values.ts'
import type { Carried, Known, Shown, Unchecked } from './known.ts'

/** So many elements at once: their bounds are objects, which must not all be there together. */
const chunk = 4096

/** Everything that one step of one parameter depends on. */
export interface LocalStep {
  readonly known: Known
  /** Null where the parameter had no gradient: then nothing may move. */
  readonly gradient: Float64Array | null
  readonly hyper: HyperValues
  readonly after: Shown
  readonly length: number
}

/** One variable over a stretch of elements; `got` is absent where it is not shown. */
export interface Stretch {
  /** By the framework's name. */
  readonly variable: string
  readonly got: Float64Array | undefined
  readonly expected: ArrayLike<number>
  readonly before: Float64Array
  readonly bounded: Store<Bounded>
  /** Where the value before the step is known from. */
  readonly known: 'recorded' | 'carried' | 'initial'
  /** Whether this is the state with which a fresh parameter begins, and not what the step made of it. */
  readonly initial: boolean
}

/** All variables of some elements of a parameter, state first: a wrong iterate is then traced to what went wrong. */
export interface Block {
  /** The element that it begins with. */
  readonly from: number
  readonly t: number
  readonly stretches: readonly Stretch[]
}

/** A step that is ready to be taken: where each variable comes from. */
interface Start {
  readonly shown: Shown
  readonly carried: ReadonlyMap<string, Carried>
  readonly t: number
  readonly written: ReadonlySet<string>
  /** State that the step reads or writes. */
  readonly needed: ReadonlySet<string>
}

/** Takes single steps of a rule from what was observed before them. */
export class LocalStepper {
  readonly #rule: Rule
  readonly #floats: Stepper<number, boolean>
  readonly #bounds: Stepper<Bounded, Outcome>
  readonly #decider: Decider
  readonly #readsClock: boolean
  readonly tally: { asked: number; undecided: number }

  constructor(rule: Rule, format: Format, arithmetic: Arithmetic) {
    this.#rule = rule
    this.#floats = replayStepper(rule, format, arithmetic)
    const { bound, tally } = boundStepper(rule, format, arithmetic)
    this.#bounds = bound
    this.tally = tally
    this.#decider = new Decider(rule, format, arithmetic)
    this.#readsClock = mentionsClock(rule.step)
  }

  /** Takes a step beside what was recorded of it, and fills `left` with what is not shown after it; or says why it cannot. */
  take(step: LocalStep, left: Map<string, Carried>): Iterable<Block> | Unchecked {
    const start = this.#start(step)
    return 'unchecked' in start ? start : this.#blocks(step, start, left)
  }

  #start({ known, gradient, hyper, after }: LocalStep): Start | Unchecked {
    const { shown, carried } = known
    const has = (name: string): boolean => shown.has(name) || carried.has(name)
    if (!has('x')) return { unchecked: 'x is not recorded before it' }
    if (gradient && known.t === undefined && this.#readsClock)
      return { unchecked: 'which update it is (`t`) is not recorded, and the formula needs it' }
    // A formula that does not read t only asks whether a variable was written.
    const t = known.t ?? 2
    // A fresh parameter has the state that the rule begins with, whatever is shown of it.
    const written = new Set(t === 1 ? [] : Object.keys(this.#rule.state).filter(has))
    if (!gradient) return { shown, carried, t, written, needed: new Set() }
    const program = this.#decider.decide({ hyper, t, written: name => written.has(name) })
    const needed = new Set([...program.loads, ...program.stores.map(({ id }) => id)])
    const missing = Object.values(this.#rule.state).find(
      ({ name }) => t > 1 && needed.has(name) && !has(name) && !after.has(name),
    )
    return missing
      ? { unchecked: `state ${missing.as} is not recorded before it` }
      : { shown, carried, t, written, needed }
  }

  *#blocks(step: LocalStep, start: Start, left: Map<string, Carried>): Generator<Block> {
    for (let from = 0; from < step.length; from += chunk) {
      const range = { from, to: Math.min(step.length, from + chunk) }
      const float = cellOf(this.#floats, step, start, range, held => held.float)
      const bounded = cellOf(this.#bounds, step, start, range, held => held.bounded)
      const before = new Map([...variables(float)].map(([name, values]) => [name, Float64Array.from(values)]))
      const initial = start.t === 1 ? this.#initial(start, range, float, bounded) : []
      if (step.gradient) {
        const gradient = step.gradient.subarray(range.from, range.to)
        this.#floats.step(float, gradient, step.hyper, start.t)
        this.#bounds.step(bounded, this.#bounds.read(gradient), step.hyper, start.t)
      }
      const names = [...Object.keys(this.#rule.state).filter(name => float.written.has(name)), 'x']
      const stretches = names.map((name): Stretch => {
        const [expected, bounds] = [variables(float).get(name)!, variables(bounded).get(name)!]
        const got = step.after.get(name)?.subarray(range.from, range.to)
        if (!got) keep(left, name, step.length, from, expected, bounds)
        const known =
          name !== 'x' && !start.written.has(name) ? 'initial' : start.shown.has(name) ? 'recorded' : 'carried'
        return {
          variable: this.#nameOf(name),
          got,
          expected,
          before: before.get(name)!,
          bounded: bounds,
          known,
          initial: false,
        }
      })
      yield { from, t: start.t, stretches: [...initial, ...stretches] }
    }
  }

  /** The state that is shown of a fresh parameter, beside what the rule begins with. */
  #initial({ shown, needed }: Start, { from, to }: Range, float: Cell<number>, bounded: Cell<Bounded>): Stretch[] {
    return [...float.state.keys()]
      .filter(name => needed.has(name) && shown.has(name))
      .map(name => {
        const expected = Float64Array.from(float.state.get(name)!)
        const bounds = Array.from(bounded.state.get(name)!)
        const got = shown.get(name)!.subarray(from, to)
        return {
          variable: this.#nameOf(name),
          got,
          expected,
          before: expected,
          bounded: bounds,
          known: 'initial',
          initial: true,
        }
      })
  }

  #nameOf(name: string): string {
    return this.#rule.state[name]?.as ?? name
  }
}

interface Range {
  readonly from: number
  readonly to: number
}

const mentionsClock = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('id' in node && node.id === 't') || Object.values(node).some(mentionsClock))

const variables = <R>(cell: Cell<R>): Map<string, Store<R>> => new Map([['x', cell.x], ...cell.state])

/** A stretch of a parameter as it was before the step: what was shown is exact, what was not is carried along. */
function cellOf<R, B>(
  stepper: Stepper<R, B>,
  { hyper }: LocalStep,
  { shown, carried, t, written }: Start,
  { from, to }: Range,
  pick: (carried: Carried) => Store<number> | Store<Bounded>,
): Cell<R> {
  const read = (name: string): Store<R> | undefined => {
    const seen = shown.get(name)
    if (seen) return stepper.read(seen.subarray(from, to))
    const held = carried.get(name)
    return held && copied(pick(held) as Store<R>, stepper, from, to)
  }
  const cell = stepper.begin(new Float64Array(to - from), hyper)
  cell.x = read('x')!
  for (const name of written) {
    cell.state.set(name, read(name)!)
    cell.written.add(name)
  }
  cell.t = t - 1
  return cell
}

function copied<R, B>(values: Store<R>, stepper: Stepper<R, B>, from: number, to: number): Store<R> {
  const copy = stepper.meaning.store(to - from)
  for (let i = from; i < to; i++) copy[i - from] = values[i]!
  return copy
}

function keep(
  left: Map<string, Carried>,
  name: string,
  length: number,
  from: number,
  float: Store<number>,
  bounded: Store<Bounded>,
): void {
  const held = left.get(name) ?? { float: new Float64Array(length), bounded: new Array<Bounded>(length) }
  left.set(name, held)
  for (let i = 0; i < float.length; i++) {
    held.float[from + i] = float[i]!
    held.bounded[from + i] = bounded[i]!
  }
}

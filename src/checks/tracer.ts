import type { Bounded } from '../derive/bound.ts'
import { completedHyper } from '../derive/hyper.ts'
import type { Cell, Stepper } from '../derive/stepper.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import type { Trace, TraceStep } from '../subject/scenario.ts'

/** One observed array beside what the rule says of it. */
export interface Comparison {
  readonly step: number
  readonly parameter: string
  readonly variable: string
  readonly got: ArrayLike<number>
  readonly expected: ArrayLike<number>
  readonly before: ArrayLike<number>
  readonly bounded: ArrayLike<Bounded> | undefined
}

/** What runs along: the replay, and the bound where bits were not enough. */
interface Tracks {
  readonly floats: Stepper<number, boolean>
  readonly bounds: Stepper<Bounded, boolean | undefined> | undefined
}

interface Pair {
  float: Cell<number>
  bounded: Cell<Bounded> | undefined
}

/** Replays a trace under its rule, and lists what can be compared. */
export class Tracer {
  readonly #trace: Trace
  readonly #tracks: Tracks
  readonly #names: { name: string; group: number }[]
  readonly #pairs: Pair[]
  #clock = 0

  constructor(trace: Trace, tracks: Tracks) {
    this.#trace = trace
    this.#tracks = tracks
    const { groups, format } = trace.scenario
    this.#names = groups.flatMap(({ params }, group) => params.map(({ name }) => ({ name, group })))
    this.#pairs = groups.flatMap(({ hyper, params }) =>
      params.map(({ value }) => this.#begin(arrayFromBits(value, format), completedHyper(this.#rule, hyper))),
    )
  }

  get #rule(): Rule {
    return this.#tracks.floats.rule
  }

  #begin(x0: Float64Array, hyper: Record<string, number | boolean>): Pair {
    return { float: this.#tracks.floats.begin(x0, hyper), bounded: this.#tracks.bounds?.begin(x0, hyper) }
  }

  *comparisons(): Generator<Comparison> {
    let previous: TraceStep | undefined
    for (const step of this.#trace.steps) {
      this.#clock += 1
      for (const [k, { name, group }] of this.#names.entries()) {
        const gradient = step.gradients[k]
        const hyper = completedHyper(this.#rule, step.hyper[group]!)
        const pair = this.#pairs[k]!
        const local = this.#tracks.bounds && gradient ? this.#observed(k, pair, previous) : undefined
        const before = snapshot(pair.float)
        if (gradient) this.#advance(pair, gradient, hyper)
        yield* compare(step, k, this.#clock, name, this.#rule, pair, before)
        if (local && gradient) {
          const localBefore = snapshot(local.float)
          this.#advance(local, gradient, hyper)
          yield* compare(step, k, this.#clock, name, this.#rule, local, localBefore)
        }
      }
      previous = step
    }
  }

  #advance(pair: Pair, gradient: Float64Array, hyper: Record<string, number | boolean>): void {
    const { floats, bounds } = this.#tracks
    floats.step(pair.float, gradient, hyper, this.#clock)
    if (pair.bounded && bounds) bounds.step(pair.bounded, bounds.read(gradient), hyper, this.#clock)
  }

  /** A parameter as it was observed after the previous step; undefined unless the iterate and all its state were. */
  #observed(k: number, pair: Pair, previous: TraceStep | undefined): Pair | undefined {
    const x = previous?.x?.[k]
    const state = previous?.state?.[k]
    if (!x || !state) return undefined
    const values = new Map<string, Float64Array>()
    for (const { name, as } of Object.values(this.#rule.state)) {
      if (!pair.float.written.has(name)) continue
      const seen = state[as] ?? state[name]
      if (!seen) return undefined
      values.set(name, seen)
    }
    const fresh = {
      float: this.#copy(pair.float, x, values, this.#tracks.floats),
      bounded: undefined as Cell<Bounded> | undefined,
    }
    if (pair.bounded && this.#tracks.bounds) fresh.bounded = this.#copy(pair.bounded, x, values, this.#tracks.bounds)
    return fresh
  }

  #copy<R, B>(
    cell: Cell<R>,
    x: Float64Array,
    values: ReadonlyMap<string, Float64Array>,
    stepper: Stepper<R, B>,
  ): Cell<R> {
    const state = new Map(cell.state)
    for (const [name, seen] of values) state.set(name, stepper.read(seen))
    for (const [name, store] of state) if (!values.has(name)) state.set(name, copyStore(store, stepper))
    return { x: stepper.read(x), state, written: new Set(cell.written), t: cell.t, length: cell.length }
  }
}

function copyStore<R, B>(store: ArrayLike<R>, stepper: Stepper<R, B>): ReturnType<Stepper<R, B>['read']> {
  const copy = stepper.meaning.store(store.length)
  for (let i = 0; i < store.length; i++) copy[i] = store[i]!
  return copy
}

const snapshot = (cell: Cell<number>): Map<string, Float64Array> =>
  new Map([
    ['x', Float64Array.from(cell.x)],
    ...[...cell.state].map(([name, values]): [string, Float64Array] => [name, Float64Array.from(values)]),
  ])

/** State first: a wrong iterate is then traced to the variable that went wrong. */
function* compare(
  step: TraceStep,
  k: number,
  at: number,
  parameter: string,
  rule: Rule,
  pair: Pair,
  before: Map<string, Float64Array>,
): Generator<Comparison> {
  for (const { name, as } of Object.values(rule.state)) {
    const got = step.state?.[k]?.[as] ?? step.state?.[k]?.[name]
    if (!got || !pair.float.written.has(name)) continue
    yield {
      step: at,
      parameter,
      variable: as,
      got,
      expected: pair.float.state.get(name)!,
      before: before.get(name)!,
      bounded: pair.bounded?.state.get(name),
    }
  }
  const x = step.x?.[k]
  if (x)
    yield {
      step: at,
      parameter,
      variable: 'x',
      got: x,
      expected: pair.float.x,
      before: before.get('x')!,
      bounded: pair.bounded?.x,
    }
}

import type { Bounded } from '../derive/bound.ts'
import { completedHyper } from '../derive/hyper.ts'
import type { Cell, Stepper } from '../derive/stepper.ts'
import { boundStepper, replayStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, sameBits, ulpsBetween } from '../numbers/bits.ts'
import * as dd from '../numbers/double-double.ts'
import type { Trace, TraceStep } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import type { Judgement } from './judgement.ts'

/** Twice the bound: an implementation may round once more per operation than the formula as written (docs/numerics.md). */
const allowance = 2

/** One observed array beside what the rule says of it. */
interface Comparison {
  readonly step: number
  readonly parameter: string
  readonly variable: string
  readonly got: ArrayLike<number>
  readonly expected: ArrayLike<number>
  readonly before: ArrayLike<number>
  readonly bounded: ArrayLike<Bounded> | undefined
}

interface Tracks {
  readonly floats: Stepper<number, boolean>
  readonly bounds: Stepper<Bounded, boolean | undefined> | undefined
}

interface Pair {
  float: Cell<number>
  bounded: Cell<Bounded> | undefined
}

/**
 * Holds a trace against its rule. First to the bit: the replay in the subject's arithmetic. Where bits differ, once more
 * against the exact value and its bound: from the start of the run (global), and from each observed state (local), which
 * is as sharp at step 10,000 as at step 1 and names the variable.
 */
export function judgeTrace(rule: Rule, arithmetic: Arithmetic, trace: Trace, exactBits = false): Judgement {
  const { format } = trace.scenario
  const floats = replayStepper(rule, format, arithmetic)
  const first = new Tracer(trace, { floats, bounds: undefined })
  const bits = tally(first.comparisons(), format, exactBits)
  if (bits.bitExact || exactBits) return bits
  const { bound, tally: counted } = boundStepper(rule, format, arithmetic)
  const second = new Tracer(trace, { floats, bounds: bound })
  return { ...tally(second.comparisons(), format, false), undecided: { ...counted } }
}

/** Replays a trace under its rule, and lists what can be compared. */
class Tracer {
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

function tally(comparisons: Iterable<Comparison>, format: 'float32' | 'float64', exactBits: boolean): Judgement {
  let [observed, proving, worst, bitExact] = [0, 0, 0, true]
  let finding: Finding | undefined
  for (const c of comparisons) {
    for (let i = 0; i < c.got.length; i++) {
      observed += 1
      const { allowed, ratio, proves } = weigh(c, i)
      if (!sameBits(c.got[i]!, c.expected[i]!)) bitExact = false
      if (proves) proving += 1
      worst = Math.max(worst, ratio)
      const wrong = exactBits ? !sameBits(c.got[i]!, c.expected[i]!) : c.bounded !== undefined && !(ratio <= 1)
      if (wrong) finding ??= describe(c, i, allowed, format)
    }
    if (finding) break
  }
  return { observed, proving, bitExact, worst: bitExact ? 0 : worst, ...(finding && { finding }) }
}

interface Weight {
  readonly allowed: readonly [number, number]
  /** Distance from the exact value as a fraction of what is allowed; 0 where nothing can be said. */
  readonly ratio: number
  readonly proves: boolean
}

function weigh({ got, expected, before, bounded }: Comparison, i: number): Weight {
  const [seen, replayed, was] = [got[i]!, expected[i]!, before[i]!]
  const limit = bounded?.[i]
  if (!limit) return { allowed: [replayed, replayed], ratio: 0, proves: !sameBits(replayed, was) }
  const width = allowance * limit.error
  const { hi } = limit.value
  const allowed: [number, number] = [hi - width, hi + width]
  const update = Math.abs(hi - was)
  if (!Number.isFinite(seen)) {
    const expectable = Object.is(seen, replayed) || !Number.isFinite(replayed) || limit.mayBeNaN
    return { allowed, ratio: expectable ? 0 : Number.POSITIVE_INFINITY, proves: false }
  }
  if (!Number.isFinite(width) || Number.isNaN(hi)) return { allowed, ratio: 0, proves: false }
  const distance = Math.abs(dd.sub(dd.dd(seen), limit.value).hi)
  return { allowed, ratio: distance === 0 ? 0 : distance / width, proves: update > 0 && width <= update }
}

function describe(
  { step, parameter, variable, got, expected }: Comparison,
  index: number,
  allowed: readonly [number, number],
  format: 'float32' | 'float64',
): Finding {
  return {
    step,
    parameter,
    variable,
    index,
    got: got[index]!,
    low: allowed[0],
    high: allowed[1],
    expected: expected[index]!,
    ulps: ulpsBetween(got[index]!, expected[index]!, format),
  }
}

import { weigh } from '../../checks/lockstep.ts'
import type { Bounded } from '../../derive/bound.ts'
import type { Cell, Stepper } from '../../derive/stepper.ts'
import { boundStepper, replayStepper } from '../../derive/steppers.ts'
import type { Arithmetic } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import { arrayFromBits } from '../../numbers/bits.ts'
import { remember } from '../../numbers/remember.ts'
import type { Trace } from '../../subject/scenario.ts'
import { madeOf } from './follows.ts'
import { type Place, placesOf } from './places.ts'

/** One element of a variable after one update, beside what the rule makes of what the subject had before. */
export interface Move {
  readonly place: Place
  /** Of the element within its parameter. */
  readonly index: number
  readonly variable: string
  readonly got: number
  readonly expected: number
  readonly before: number
  /** How far a correct implementation may be from what is expected. */
  readonly error: number
  readonly strays: boolean
  /** It strays, and nothing that it is made of does in the same update: it goes wrong of itself. */
  readonly root: boolean
  /** Whether an earlier update of the element strayed, after which state that is not shown may be another. */
  readonly after: boolean
}

/**
 * Every update that was observed, element by element, from values that are the subject's own: its iterate, and its state as
 * far as it shows that. Any other state is what the rule makes of the gradients.
 */
export const movesOf = (rule: Rule, arithmetic: Arithmetic, traces: readonly Trace[]): Move[] =>
  traces.flatMap((trace, at) => movesIn(rule, arithmetic, trace, at))

/** The same for one trace; with a `lag` the state is that of so many steps earlier, at the start that of the start. */
export function movesIn(rule: Rule, arithmetic: Arithmetic, trace: Trace, at: number, lag = 0): Move[] {
  const { format, groups } = trace.scenario
  const tracks: Tracks = {
    floats: replayStepper(rule, format, arithmetic),
    bounds: boundStepper(rule, format, arithmetic).bound,
  }
  const params = groups.flatMap(group => group.params)
  return placesOf(rule, trace, at).flatMap((places, k) => {
    const start = arrayFromBits(params[k]!.value, format)
    return alongOf(tracks, trace, places, { k, start, lag })
  })
}

interface Tracks {
  readonly floats: Stepper<number, boolean>
  readonly bounds: ReturnType<typeof boundStepper>['bound']
}

/** Which parameter, where it started, and how many steps its state lags. */
interface Parameter {
  readonly k: number
  readonly start: Float64Array
  readonly lag: number
}

/** The updates of one parameter along its trace. */
function alongOf(tracks: Tracks, trace: Trace, places: readonly Place[], { k, start, lag }: Parameter): Move[] {
  const { floats, bounds } = tracks
  const moves: Move[] = []
  const lost = new Set<number>()
  const first = places[0]
  if (!first) return []
  const cells = { float: floats.begin(start, first.hyper), bounded: bounds.begin(start, first.hyper) }
  for (const place of places) {
    const before = trace.steps[place.step - 2]
    const past = trace.steps[place.step - 2 - lag]
    const shown = { x: before?.x?.[k], ...past?.state?.[k] }
    if (before && !past) {
      restart(cells.float, floats, place)
      restart(cells.bounded, bounds, place)
    }
    force(cells.float, shown, floats)
    force(cells.bounded, shown, bounds)
    const was = valuesOf(cells.float)
    floats.step(cells.float, place.g, place.hyper, place.step)
    bounds.step(cells.bounded, bounds.read(place.g), place.hyper, place.step)
    moves.push(...updateOf(floats.rule, trace, { place, k, cells, was, lost }))
  }
  return moves
}

/** Puts the state of the start in place of what was replayed. */
function restart<R, B>(cell: Cell<R>, stepper: Stepper<R, B>, { hyper }: Place): void {
  const { state } = stepper.begin(new Float64Array(cell.length), hyper)
  for (const [name, values] of state) cell.state.set(name, values)
}

/** Puts what was observed in place of what was replayed. */
function force<R, B>(
  cell: Cell<R>,
  shown: Readonly<Record<string, Float64Array | undefined>>,
  stepper: Stepper<R, B>,
): void {
  if (shown.x) cell.x = stepper.read(shown.x)
  for (const { name, as } of Object.values(stepper.rule.state)) {
    const seen = shown[as] ?? shown[name]
    if (seen && cell.written.has(name)) cell.state.set(name, stepper.read(seen))
  }
}

const valuesOf = ({ x, state }: Cell<number>): Map<string, Float64Array> =>
  new Map(
    [['x', x] as const, ...state].map(([name, values]) => [
      name,
      Float64Array.from({ length: x.length }, (_, i) => values[i]!),
    ]),
  )

interface Update {
  readonly place: Place
  readonly k: number
  readonly cells: { readonly float: Cell<number>; readonly bounded: Cell<Bounded> }
  readonly was: ReadonlyMap<string, Float64Array>
  /** Elements that strayed before. */
  readonly lost: Set<number>
}

const known = new WeakMap<Rule, ReturnType<typeof madeOf>>()

/** All that is shown after one update, an element after the other, the variables in the order in which they are assigned. */
function updateOf(rule: Rule, trace: Trace, { place, k, cells, was, lost }: Update): Move[] {
  const step = trace.steps[place.step - 1]!
  const seen: Readonly<Record<string, Float64Array | undefined>> = { x: step.x?.[k], ...step.state?.[k] }
  const variables = [...new Set(rule.step.map(({ target }) => target))].flatMap(name => {
    const as = rule.state[name]?.as ?? name
    const got = seen[as] ?? seen[name]
    const isShown = got && (name === 'x' || cells.float.written.has(name))
    return isShown ? [{ name, as, got }] : []
  })
  const made = remember(known, rule, () => madeOf(rule))
  return Array.from({ length: place.length }, (_, index) => index).flatMap(index => {
    const after = lost.has(index)
    const moves = variables.map(({ name, as, got }): Move => {
      const expected = name === 'x' ? cells.float.x : cells.float.state.get(name)!
      const bounded = name === 'x' ? cells.bounded.x : cells.bounded.state.get(name)!
      const before = was.get(name)!
      const of = { step: place.step, parameter: '', variable: as, got, expected, before, bounded }
      const { allowed, ratio } = weigh(of, index)
      const error = (allowed[1] - allowed[0]) / 2
      const values = { got: got[index]!, expected: expected[index]!, before: before[index]! }
      return { place, index, variable: as, ...values, error, strays: !(ratio <= 1), root: false, after }
    })
    const wrong = new Set(moves.filter(({ strays }) => strays).map(({ variable }) => variable))
    if (wrong.size > 0) lost.add(index)
    const follows = (variable: string): boolean => [...(made.get(variable) ?? [])].some(each => wrong.has(each))
    return moves.map(each => (each.strays && !follows(each.variable) ? { ...each, root: true } : each))
  })
}

import { type Bounded, bound } from '../derive/bound.ts'
import { Decider } from '../derive/decide.ts'
import { completeHyper } from '../derive/hyper.ts'
import { replay } from '../derive/replay.ts'
import { type Cell, Stepper } from '../derive/stepper.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import type { Trace, TraceStep } from '../subject/scenario.ts'

/** One variable of one element after a step: what the formula gives, and what came. */
export interface ReplayLine {
  readonly variable: string
  readonly index: number
  /** The bits of the formula in this arithmetic. */
  readonly replay: number
  readonly exact: number
  /** How far from the exact value a correct implementation may be, by the bound as derived. */
  readonly error: number
  /** What the subject gave; undefined where it does not show it. */
  readonly got: number | undefined
}

export interface ReplayParameter {
  readonly name: string
  readonly gradient: Float64Array | null
  readonly lines: readonly ReplayLine[]
}

/** The formula beside a trace: `[step][parameter]`. Gradients are those of the trace. */
export function replaySteps(rule: Rule, arithmetic: Arithmetic, trace: Trace): ReplayParameter[][] {
  const { format, groups } = trace.scenario
  const decider = new Decider(rule, format, arithmetic)
  const floats = new Stepper(rule, replay(format, arithmetic), decider)
  const bounds = new Stepper(rule, bound(format, arithmetic), decider)
  const members = groups.flatMap(({ hyper, params }, group) => {
    const values = completeHyper(rule, hyper)
    return params.map(({ name, value }) => {
      const x0 = arrayFromBits(value, format)
      return { name, group, float: floats.begin(x0, values), bounded: bounds.begin(x0, values) }
    })
  })
  return trace.steps.map((step, s) =>
    members.map(({ name, group, float, bounded }, k) => {
      const gradient = step.gradients[k] ?? null
      const hyper = completeHyper(rule, step.hyper[group]!)
      if (gradient) {
        floats.step(float, gradient, hyper, s + 1)
        bounds.step(bounded, bounds.read(gradient), hyper, s + 1)
      }
      return { name, gradient, lines: linesOf(rule, float, bounded, step, k) }
    }),
  )
}

function linesOf(rule: Rule, float: Cell<number>, bounded: Cell<Bounded>, step: TraceStep, k: number): ReplayLine[] {
  const variables = Object.values(rule.state).filter(({ name }) => float.written.has(name))
  const line = (
    variable: string,
    index: number,
    value: number,
    exact: Bounded,
    got: number | undefined,
  ): ReplayLine => ({
    variable,
    index,
    replay: value,
    exact: exact.value.hi,
    error: exact.error,
    got,
  })
  return Array.from({ length: float.length }, (_, i) => i).flatMap(i => [
    ...variables.map(({ name, as }) => {
      const seen = step.state?.[k]?.[as] ?? step.state?.[k]?.[name]
      return line(as, i, float.state.get(name)![i]!, bounded.state.get(name)![i]!, seen?.[i])
    }),
    line('x', i, float.x[i]!, bounded.x[i]!, step.x?.[k]?.[i]),
  ])
}

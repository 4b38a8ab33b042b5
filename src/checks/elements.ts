import { arrayFromBits } from '../numbers/bits.ts'
import type { Trace } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Finding } from '../subject/verdict.ts'
import type { Judgement } from './judgement.ts'

/** One element of one parameter at one step of a trace, with what went before. */
export interface Moment {
  /** 1 is the first step. */
  readonly step: number
  readonly k: number
  readonly i: number
  readonly parameter: string
  readonly x: number
  /** The iterate before this step; undefined where it was not observed. */
  readonly was: number | undefined
  readonly gradient: number
  readonly hyper: HyperValues
  /** State after this step and before it, by the framework's name. */
  readonly state: Readonly<Record<string, number>>
  readonly stateWas: Readonly<Record<string, number>>
}

/** What is wrong with one element: what was allowed, of which variable. */
export interface Wrong {
  readonly variable?: string
  readonly got?: number
  readonly low: number
  readonly high: number
}

/** Every observed element of a trace, in order; parameters without a gradient in a step are left out of it. */
export function* moments(trace: Trace): Generator<Moment> {
  const { scenario } = trace
  const params = scenario.groups.flatMap(({ params }, group) => params.map(param => ({ ...param, group })))
  const before = params.map(({ value }) => ({
    x: arrayFromBits(value, scenario.format) as Float64Array | undefined,
    state: {} as Record<string, Float64Array>,
  }))
  for (const [s, step] of trace.steps.entries()) {
    for (const [k, { name, group }] of params.entries()) {
      const x = step.x?.[k]
      const gradient = step.gradients[k]
      const state = step.state?.[k] ?? {}
      if (x && gradient) {
        for (let i = 0; i < x.length; i++) {
          const pick = (record: Record<string, Float64Array>): Record<string, number> =>
            Object.fromEntries(Object.entries(record).map(([id, values]) => [id, values[i]!]))
          const last = before[k]!
          yield {
            step: s + 1,
            k,
            i,
            parameter: name,
            x: x[i]!,
            was: last.x?.[i],
            gradient: gradient[i]!,
            hyper: step.hyper[group]!,
            state: pick(state),
            stateWas: pick(last.state),
          }
        }
      }
      before[k] = { x, state }
    }
  }
}

/** Judges a trace element by element: `wrong` gives what is wrong, `true` where it holds, undefined where it says nothing. */
export function eachMoment(trace: Trace, judge: (moment: Moment) => Wrong | true | undefined): Judgement {
  let observed = 0
  let finding: Finding | undefined
  for (const moment of moments(trace)) {
    const verdict = judge(moment)
    if (verdict === undefined) continue
    observed += 1
    if (verdict !== true) finding ??= describe(moment, verdict)
  }
  return { observed, proving: observed, ...(finding && { finding }) }
}

function describe({ step, parameter, i, x }: Moment, { variable = 'x', got = x, low, high }: Wrong): Finding {
  return {
    step,
    parameter,
    variable,
    index: i,
    got,
    low,
    high,
    expected: low === high ? low : Number.NaN,
    ulps: Number.NaN,
  }
}

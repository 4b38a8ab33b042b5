import type { HyperValues } from '../../derive/stepper.ts'
import type { RecordedParameter, RecordedStep } from '../../subject/recorded-trace.ts'
import type { Format } from '../../subject/values.ts'
import type { Finding } from '../../subject/verdict.ts'
import { weigh } from '../lockstep.ts'
import type { Block, LocalStep, Stretch } from './local-step.ts'

/** One variable of the element that is wrong, before the step and after it. */
export interface FailingVariable {
  readonly variable: string
  readonly before: number
  /** Where that is known from: the trace, or the formula since the trace last showed it, or its initial value. */
  readonly known: Stretch['known']
  readonly expected: number
  readonly low: number
  readonly high: number
  /** Absent where the trace does not show it. */
  readonly got?: number
}

/** The smallest input that shows what is wrong: one step of one element, with all that the formula takes. */
export interface Failing {
  /** Where the step stands in the trace. */
  readonly place: string
  readonly format: Format
  readonly t: number
  readonly hyper: HyperValues
  /** Null where the parameter had no gradient. */
  readonly gradient: number | null
  readonly variables: readonly FailingVariable[]
}

interface Around {
  readonly record: RecordedStep
  readonly param: RecordedParameter
  readonly step: Omit<LocalStep, 'known'>
  readonly finding: Finding
}

/** The first wrong element of a trace, with its place in the whole parameter, and the step that led there. */
export function failingOf(
  { from, t, stretches }: Block,
  index: number,
  { record, param, step, finding }: Around,
): { finding: Finding; failing: Failing } {
  const at = from + index
  const variables = stretches
    .filter(({ initial }) => !initial)
    .map((stretch): FailingVariable => {
      const { variable, got, expected, before, known } = stretch
      const [low, high] = weigh(
        { ...stretch, got: got ?? expected, step: record.step, parameter: param.name },
        index,
      ).allowed
      return {
        variable,
        before: before[index]!,
        known,
        expected: expected[index]!,
        low,
        high,
        ...(got && { got: got[index]! }),
      }
    })
  return {
    finding: { ...finding, index: param.indices?.[at] ?? at },
    failing: {
      place: record.place,
      format: param.format,
      t,
      hyper: step.hyper,
      gradient: step.gradient?.[at] ?? null,
      variables,
    },
  }
}

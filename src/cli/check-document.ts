import type { Failing } from '../checks/recorded/failing.ts'
import type { TraceJudgement } from '../checks/recorded/judge.ts'
import type { TraceOutcome } from '../checks/recorded/settle.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { toBits } from '../numbers/bits.ts'
import type { RecordedHeader } from '../subject/recorded-trace.ts'
import type { HyperNames } from './check-hyper.ts'

/** Everything that is shown of a check. */
export interface CheckReport {
  readonly path: string
  readonly rule: Rule
  readonly arithmetic: Arithmetic
  /** Why this arithmetic. */
  readonly why: string
  readonly header: RecordedHeader
  readonly names: HyperNames
  /** By the rule's names of state, those of the trace that were read for them. */
  readonly state: ReadonlyMap<string, string>
  readonly judgement: TraceJudgement
  readonly outcome: TraceOutcome
}

/** A check as one document, for programs: every number of the failing step with its bits. */
export function checkDocument(report: CheckReport) {
  const { path, rule, arithmetic, why, header, names, state, judgement, outcome } = report
  const { failing, finding, strange, ...counts } = judgement
  const { observed, exact, proving } = counts
  return {
    schema: 'lockstep/check/1',
    trace: path,
    rule: rule.id,
    arithmetic: { name: arithmetic.name, why },
    made: header.made,
    ...outcome,
    ...counts,
    ...(observed > 0 && { shares: { exact: exact / observed, proving: proving / observed } }),
    defaults: [...names.defaults],
    ...(state.size > 0 && { names: { state: Object.fromEntries(state) } }),
    notChecked: {
      hyper: Object.fromEntries(names.leftOut),
      state: strange.map(([variable]) => variable),
    },
    ...(finding && { finding }),
    ...(failing && { failing: withBits(failing) }),
  }
}

function withBits({ variables, gradient, format, ...rest }: Failing) {
  const bits = (value: number): string => toBits(value, format)
  return {
    ...rest,
    format,
    gradient: gradient === null ? null : { value: gradient, bits: bits(gradient) },
    variables: variables.map(({ before, expected, got, ...other }) => ({
      ...other,
      before: { value: before, bits: bits(before) },
      expected: { value: expected, bits: bits(expected) },
      ...(got !== undefined && { got: { value: got, bits: bits(got) } }),
    })),
  }
}

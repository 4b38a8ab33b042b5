import { replayStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import type { Check } from './check.ts'
import { failed } from './judgement.ts'
import { judgeTrace } from './lockstep.ts'
import { Tracer } from './tracer.ts'

/**
 * Numbers at both ends of the format, on which correct implementations differ: another order of evaluation overflows
 * elsewhere, and some processors are set to flush subnormal numbers. Asked with `--strict` alone.
 */
export const extremes: Check = {
  name: 'extremes',
  group: 'formula',
  claim: 'subnormal numbers are kept, and what overflows is what overflows in the order written',
  strict: true,
  shape: () => ({ palettes: ['extreme'], absent: true }),
  judge: ([trace], { rule, arithmetic }) => {
    const keeping = { ...arithmetic, subnormals: 'kept' } as const
    const judged = judgeTrace(rule, keeping, trace)
    const finding = failed(judged) ? undefined : overflow(rule, keeping, trace)
    return { ...judged, ...(finding && { finding }) }
  },
  runs: { quick: 60, full: 1000 },
}

const agrees = (got: number, expected: number): boolean =>
  Number.isFinite(expected) ? Number.isFinite(got) : Object.is(got, expected)

/** The first value that overflows where the replay does not, or the other way round; the bound says nothing there. */
function overflow(rule: Rule, arithmetic: Arithmetic, trace: Trace): Finding | undefined {
  const floats = replayStepper(rule, trace.scenario.format, arithmetic)
  for (const { step, parameter, variable, got, expected } of new Tracer(trace, {
    floats,
    bounds: undefined,
  }).comparisons()) {
    const index = Array.from(got).findIndex((value, i) => !agrees(value, expected[i]!))
    if (index < 0) continue
    const value = expected[index]!
    return {
      step,
      parameter,
      variable,
      index,
      got: got[index]!,
      low: value,
      high: value,
      expected: value,
      ulps: Number.NaN,
    }
  }
  return undefined
}

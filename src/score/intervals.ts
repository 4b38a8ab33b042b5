import { allowance } from '../checks/conditions.ts'
import { limitsOf, problemGradient } from '../checks/follow.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Interval } from '../subject/vectors.ts'

/** What every element of every iterate may be: `[step][parameter][element]`, the first step first. */
export type Intervals = readonly (readonly (readonly Interval[])[])[]

/** Where a correct implementation of a rule may be in a scenario, whatever correct order of evaluation it chose. */
export async function intervalsOf(rule: Rule, arithmetic: Arithmetic, scenario: Scenario): Promise<Intervals> {
  const trace = await drive(ruleSubject(rule, arithmetic), scenario)
  const limits = limitsOf(rule, arithmetic, trace, problemGradient(trace, arithmetic))
  return trace.steps.map(({ x = [] }, s) =>
    x.map((values, k) =>
      Array.from(values, (replayed, i): Interval => {
        const limit = limits(s + 1, k, i)!
        const width = allowance * limit.error
        const known = Number.isFinite(width) && Number.isFinite(limit.value.hi) && Number.isFinite(replayed)
        return known && !limit.mayBeNaN ? outwards(limit.value.hi, width) : null
      }),
    ),
  )
}

/** One unit in the last place more on either side: sum and difference are rounded, and so was the tail of the value. */
function outwards(middle: number, width: number): Interval {
  const margin = (Math.abs(middle) + width) * Number.EPSILON
  return [middle - width - margin, middle + width + margin]
}

/** Whether an observed iterate lies where the rule allows it; what is not a number lies nowhere. */
export function inside(intervals: Intervals, observed: readonly (readonly ArrayLike<number>[])[]): boolean {
  return intervals.every((step, s) =>
    step.every((parameter, k) =>
      parameter.every((interval, i) => {
        const got = observed[s]?.[k]?.[i]
        return interval === null || (got !== undefined && got >= interval[0] && got <= interval[1])
      }),
    ),
  )
}

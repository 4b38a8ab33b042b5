import type { Scenario } from '../../subject/scenario.ts'
import type { Finding } from '../../subject/verdict.ts'
import type { Judgement } from '../judgement.ts'
import { namesOf, type Steps, startsOf } from './player.ts'
import type { Slack } from './slack.ts'

/** Which element of the other run an element is held against. */
export type Partner = (parameter: number, element: number) => readonly [parameter: number, element: number]

/** Holds the iterates of one run against those of another, up to the slack of the other one's elements. */
export function near(
  scenario: Scenario,
  got: Steps,
  expected: Steps,
  { slack, partner = (k, i) => [k, i], reason }: { slack: Slack; partner?: Partner; reason: string },
): Judgement {
  const [names, starts] = [namesOf(scenario), startsOf(scenario)]
  let [observed, proving] = [0, 0]
  let finding: Finding | undefined
  for (const [s, { x }] of got.entries()) {
    for (const [k, parameter] of names.entries()) {
      for (const [index, value] of (x?.[k] ?? []).entries()) {
        const [other, element] = partner(k, index)
        const wanted = expected[s]?.x?.[other]?.[element]
        if (wanted === undefined) continue
        observed += 1
        const start = starts[k]![index]!
        if (Object.is(value, wanted)) {
          if (value !== start) proving += 1
          continue
        }
        const width = slack(s + 1, other, element)
        if (Number.isNaN(width) || width === Number.POSITIVE_INFINITY) continue
        if (width <= Math.abs(wanted - start)) proving += 1
        if (Math.abs(value - wanted) <= width) continue
        finding ??= {
          step: s + 1,
          parameter,
          variable: 'x',
          index,
          got: value,
          low: wanted - width,
          high: wanted + width,
          expected: Number.NaN,
          ulps: Number.NaN,
        }
      }
    }
  }
  return { observed, proving, ...(finding && { finding, reason }) }
}

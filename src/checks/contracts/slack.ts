import { arrayFromBits, arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Bits, Scenario, Trace } from '../../subject/scenario.ts'
import type { Format } from '../../subject/subject.ts'
import type { Context } from '../check.ts'
import { allowance } from '../conditions.ts'
import { limitsOf } from '../follow.ts'
import { isFree } from './free-rule.ts'
import { playedOut, type Steps } from './player.ts'

/** How far two correct evaluations of one scenario may be from each other: by step, parameter and element. */
export type Slack = (step: number, parameter: number, element: number) => number

/**
 * Other lengths and layouts take other code: vector units fuse products and sums that a loop's remainder rounds apart. With
 * a formula, each of the two evaluations lies within the bound. Without one, the condition of the computation is measured.
 */
export async function slackOf(scenario: Scenario, trace: Trace, context: Context): Promise<Slack> {
  const { rule, arithmetic } = context
  if (isFree(rule)) return measured(scenario, trace.steps, context)
  const limits = limitsOf(rule, arithmetic, trace)
  return (step, k, i) => 2 * allowance * limits(step, k, i)!.error
}

/**
 * A step takes a few dozen roundings at most, each as if its operands had changed by a unit in the last place; what such a
 * change in every start and gradient does is played, in two patterns of signs. Twice, for two evaluations. x itself is
 * rounded once a step more.
 */
const roundings = 2 * 32

async function measured(scenario: Scenario, steps: Steps, { subject }: Context): Promise<Slack> {
  const shaken = [await playedOut(subject, nudged(scenario, 1)), await playedOut(subject, nudged(scenario, -1))]
  const { unit } = formats[scenario.format]
  return (step, k, i) => {
    const x = steps[step - 1]!.x![k]![i]!
    const reach = Math.max(...shaken.map(other => Math.abs(other[step - 1]!.x![k]![i]! - x)))
    return roundings * reach + 2 * step * unit * Math.abs(x)
  }
}

/** A scenario with every start and gradient moved by one unit in the last place, up and down in turn. */
function nudged(scenario: Scenario, first: 1 | -1): Scenario {
  let sign = -first
  const nudge = (bits: Bits): Bits => {
    sign = -sign
    const values = arrayFromBits(bits, scenario.format)
    return arrayToBits(
      values.map((value, i) => neighbour(value, i % 2 === 0 ? sign : -sign, scenario.format)),
      scenario.format,
    )
  }
  return {
    ...scenario,
    groups: scenario.groups.map(group => ({
      ...group,
      params: group.params.map(param => ({ ...param, value: nudge(param.value) })),
    })),
    gradients: (scenario.gradients as (Bits | null)[][]).map(step => step.map(bits => bits && nudge(bits))),
  }
}

/** The number about one unit in the last place away; zeros stay. */
const neighbour = (value: number, sign: number, format: Format): number =>
  formats[format].round(value * (1 + sign * 2 * formats[format].unit))

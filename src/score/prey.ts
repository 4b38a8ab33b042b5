import { defaultsOf } from '../checks/conditions.ts'
import { isLegal } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { Format } from '../subject/subject.ts'
import { type Intervals, inside, intervalsOf } from './intervals.ts'
import { portable } from './portable.ts'

const formats: readonly Format[] = ['float64', 'float32']

/** A scenario that is played in both formats: its numbers are those of float32. */
export interface Trap {
  readonly scenario: Scenario
  readonly allowed: Readonly<Record<Format, Intervals>>
}

/** A scenario whose numbers are those of float32, in another format. */
export const inFormat = (scenario: Scenario, format: Format): Scenario => withNumbers(scenario, format, value => value)

/** A scenario in another format with each of its numbers changed. */
export function withNumbers(scenario: Scenario, format: Format, change: (value: number) => number): Scenario {
  const other = (bits: Bits): Bits => arrayToBits(arrayFromBits(bits, scenario.format).map(change), format)
  const { gradients } = scenario
  return {
    ...scenario,
    format,
    groups: scenario.groups.map(group => ({
      ...group,
      params: group.params.map(param => ({ ...param, value: other(param.value) })),
    })),
    gradients: Array.isArray(gradients)
      ? gradients.map(step => step.map(bits => (bits === null ? null : other(bits))))
      : { ...gradients, ...(gradients.coefficients && { coefficients: gradients.coefficients.map(other) }) },
  }
}

/** Another rule in the place of a rule, such as a mutant of it. */
export interface Prey {
  readonly rule: Rule
}

/** Sets a trap for wrong variants of a rule. */
export async function trapOf(rule: Rule, scenario: Scenario): Promise<Trap> {
  const allowed = async (format: Format): Promise<Intervals> => intervalsOf(rule, portable, inFormat(scenario, format))
  return { scenario, allowed: { float64: await allowed('float64'), float32: await allowed('float32') } }
}

/** Whether a mutant goes where the rule does not allow it, in one of the formats; one that refuses to run goes nowhere. */
export async function caught({ scenario, allowed }: Trap, mutant: Prey): Promise<boolean> {
  if (!runs(mutant.rule, scenario)) return false
  for (const format of formats) {
    const trace = await drive(ruleSubject(mutant.rule), inFormat(scenario, format))
    if (
      !inside(
        allowed[format],
        trace.steps.map(({ x = [] }) => x),
      )
    )
      return true
  }
  return false
}

/** Whether a rule takes the hyper-parameters of a scenario: a default that is another may make a combination illegal. */
export const runs = (rule: Rule, { groups }: Scenario): boolean =>
  groups.every(({ hyper }) => isLegal(rule, { ...defaultsOf(rule), ...hyper }))

import { completedHyper } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import { families } from '../rules/table.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Context } from './check.ts'

/** Twice the bound: an implementation may round once more per operation than the formula as written (docs/numerics.md). */
export const allowance = 2

/** The built-in family that a rule is a dialect of: a rule of one's own may have the name of one and another formula. */
export const familyOf = ({ family, dialect }: Rule): string =>
  families.some(({ id, dialects }) => id === family && Object.hasOwn(dialects, dialect)) ? family : ''

/** Hyper-parameters of the first group, where a check needs one set. */
export const hyperOf = (scenario: Scenario): HyperValues => scenario.groups[0]!.hyper

/** Whether every gradient is present, nothing changes on the way, and there is one group: a plain run. */
export const plain = (scenario: Scenario): boolean =>
  scenario.groups.length === 1 &&
  !scenario.changes &&
  Array.isArray(scenario.gradients) &&
  scenario.gradients.every(step => step.every(bits => bits !== null))

/** The same with the rule's defaults for all that the scenario does not set. */
export const allHyper = (rule: Rule, scenario: Scenario): HyperValues => completedHyper(rule, hyperOf(scenario))

/** The values that a rule has names for. */
export const inRule = (rule: Rule, values: HyperValues): HyperValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name in rule.hyper))

export const defaultsOf = (rule: Rule): HyperValues =>
  Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value]))

/** Hyper-parameters that move a parameter although its gradients are zero. */
const decays = ['weight_decay']
export const withoutDecay = (scenario: Scenario): boolean => decays.every(name => !hyperOf(scenario)[name])
export const heldWithoutDecay = ({ rule }: Context): HyperValues =>
  inRule(rule, Object.fromEntries(decays.map(name => [name, 0])))

/** Prescribed gradients, where none is absent. */
export const gradientsOf = (scenario: Scenario): Bits[][] => scenario.gradients as Bits[][]

/** A scenario whose gradients are zero from a step on; 0 is the first. */
export const zerosFrom = (scenario: Scenario, from: number): Scenario => ({
  ...scenario,
  gradients: gradientsOf(scenario).map((step, s) => (s < from ? step : step.map(bits => '0'.repeat(bits.length)))),
})

/** Whether gradients are zero from a step on. */
export const isZeroFrom = (scenario: Scenario, from: number): boolean =>
  gradientsOf(scenario)
    .slice(from)
    .flat()
    .every(bits => /^0*$/.test(bits))

/** Whether every step has the gradients of the first. */
export function isConstant(scenario: Scenario): boolean {
  const [first, ...rest] = gradientsOf(scenario)
  return rest.every(step => step.every((bits, k) => bits === first![k]))
}

/** A scenario with some hyper-parameters replaced in every group. */
export const withHyper = (scenario: Scenario, hyper: HyperValues): Scenario => ({
  ...scenario,
  groups: scenario.groups.map(group => ({ ...group, hyper: { ...group.hyper, ...hyper } })),
})

import { isLegal } from '../derive/hyper.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Check, Context } from './check.ts'
import { suits } from './draw.ts'

/** Of the scenarios that failed before, those that this check could still draw: the rule, or what is held, may have changed. */
export const keptFor = (check: Check, context: Context): Scenario[] =>
  (context.first ?? []).filter(
    scenario =>
      scenario.rule === context.rule.id &&
      context.formats.includes(scenario.format) &&
      scenario.groups.every(({ hyper }) => isPossible(hyper, check, context)) &&
      suits(check, context, scenario),
  )

function isPossible(hyper: Scenario['groups'][number]['hyper'], check: Check, context: Context): boolean {
  const { rule, held, offer } = context
  const wanted = [...Object.entries(check.shape?.(context).hyper ?? {}), ...Object.entries(held)]
  const defaults = Object.fromEntries(Object.values(rule.hyper).map(({ name, default: usual }) => [name, usual]))
  const values = { ...defaults, ...hyper }
  return (
    Object.keys(hyper).every(name => Object.hasOwn(rule.hyper, name) && offer.hyper.includes(name)) &&
    wanted.every(([name, value]) => !Object.hasOwn(rule.hyper, name) || values[name] === value) &&
    isLegal(rule, values)
  )
}

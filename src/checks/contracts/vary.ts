import { isLegal } from '../../derive/hyper.ts'
import { contains } from '../../language/domain.ts'
import type { Rule } from '../../language/rule.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Context } from '../check.ts'
import { isFree } from './free-rule.ts'

export const runs = { quick: 2, full: 40 } as const

/** What most contracts are played on: a few steps, with every gradient there. */
export const plainly = (): {
  readonly palettes: readonly ['mixed', 'unit', 'tiny']
  readonly steps: readonly [number, number]
} => ({
  palettes: ['mixed', 'unit', 'tiny'],
  steps: [3, 6],
})

/**
 * Another value of a hyper-parameter that may well be legal: half of it, so that rates stay rates and shares stay shares.
 * Where a switch is off or a term has no weight, it is turned on, but only within a known domain.
 */
function another({ hyper }: Rule, name: string, value: number | boolean): number | boolean {
  const domain = hyper[name]?.domain
  if (typeof value === 'boolean') return !value
  if (value !== 0) return value / 2
  return domain && contains(domain, 0.1) ? 0.1 : 0
}

/** The same hyper-parameters with as many of some as are legal together changed, those that the user holds excepted. */
export function changed(
  values: HyperValues,
  { rule, offer, held }: Context,
  names: readonly string[] = offer.hyper,
): HyperValues {
  let result = values
  for (const name of names) {
    const value = values[name]
    if (value === undefined || Object.hasOwn(held, name) || (isFree(rule) && typeof value === 'boolean')) continue
    const next = { ...result, [name]: another(rule, name, value) }
    if (isLegal(rule, next)) result = next
  }
  return result
}

/** A scenario of at least so many parameters; those that it lacks are its first once more. */
export function atLeast(count: number, scenario: Scenario): Scenario {
  const [group] = scenario.groups
  const [first] = group!.params
  const more = Array.from({ length: Math.max(0, count - group!.params.length) }, (_, k) => ({
    ...first!,
    name: `${first!.name}${k + 2}`,
  }))
  return {
    ...scenario,
    groups: [{ ...group!, params: [...group!.params, ...more] }],
    gradients: (scenario.gradients as (string | null)[][]).map(step => [...step, ...more.map(() => step[0]!)]),
  }
}

/** Some of the parameters of a scenario, by their place, from a step on: as if the others had never been. */
export function only(scenario: Scenario, keep: (parameter: number) => boolean, from = 1): Scenario {
  let k = 0
  const groups = scenario.groups
    .map(group => ({ ...group, params: group.params.filter(() => keep(k++)) }))
    .filter(({ params }) => params.length > 0)
  return {
    ...scenario,
    groups,
    steps: scenario.steps - from + 1,
    gradients: (scenario.gradients as (string | null)[][])
      .slice(from - 1)
      .map(step => step.filter((_, at) => keep(at))),
  }
}

/** A scenario with zeros in place of absent gradients. */
export const zerosForNone = (scenario: Scenario): Scenario => {
  const sizes = scenario.groups.flatMap(({ params }) => params.map(({ value }) => value.length))
  return {
    ...scenario,
    gradients: (scenario.gradients as (string | null)[][]).map(step =>
      step.map((bits, k) => bits ?? '0'.repeat(sizes[k]!)),
    ),
  }
}

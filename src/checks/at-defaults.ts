import { completeHyper } from '../derive/hyper.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Check, Context } from './check.ts'
import { suits } from './draw.ts'
import { evaluate } from './evaluate.ts'
import { failed, type Judgement } from './judgement.ts'

/** A scenario that fails, and what is wrong in it. */
export interface Failing {
  readonly scenario: Scenario
  readonly judgement: Judgement
}

/**
 * Sets every hyper-parameter that the failure does not need to its default, and takes away every change on the way that it
 * does not need: what shrinking leaves aside once its tries are used up. Hyper-parameters that are held stay.
 */
export async function atDefaults(check: Check, context: Context, failing: Failing): Promise<Failing> {
  let smallest = failing
  for (const simpler of simplifications(context)) {
    const scenario = simpler(smallest.scenario)
    if (!scenario || !suits(check, context, scenario)) continue
    try {
      const judgement = await evaluate(check, context, scenario)
      if (failed(judgement)) smallest = { scenario, judgement }
    } catch {
      // What throws is not a smaller example of the failure.
    }
  }
  return smallest
}

type Simplification = (scenario: Scenario) => Scenario | undefined

function simplifications({ rule, held }: Context): Simplification[] {
  const free = Object.values(rule.hyper).filter(({ name }) => !Object.hasOwn(held, name))
  return [
    scenario => {
      const { changes, ...rest } = scenario
      return changes && rest
    },
    ...free.map(
      ({ name, default: usual }): Simplification =>
        scenario => {
          const moved = scenario.groups.some(({ hyper }) => Object.hasOwn(hyper, name) && hyper[name] !== usual)
          if (!moved) return undefined
          const groups = scenario.groups.map(group => ({
            ...group,
            hyper: { ...group.hyper, ...(Object.hasOwn(group.hyper, name) && { [name]: usual }) },
          }))
          return groups.every(({ hyper }) => legal(hyper)) ? { ...scenario, groups } : undefined
        },
    ),
  ]

  function legal(hyper: HyperValues): boolean {
    try {
      completeHyper(rule, hyper)
      return true
    } catch {
      return false
    }
  }
}

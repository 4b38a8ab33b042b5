import * as fc from 'fast-check'
import { type At, limitsOf, problemGradient } from '../checks/follow.ts'
import type { Bounded } from '../derive/bound.ts'
import type { Mutant } from '../derive/mutants/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import * as dd from '../numbers/double-double.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import { drawn, grounds, looksAhead } from './hunt.ts'
import { inFormat, runs } from './prey.ts'

/** Double-double has 53 bits more than binary64, about 16 digits; six of them are left to its own rounding errors. */
const digits = 1e-10

/** What was tried to tell a mutant from its rule by its exact iterates. */
export interface Search {
  readonly mutant: Mutant
  readonly scenarios: number
  /** The first that tells them apart; absent where none does. */
  readonly differs?: Scenario
}

/**
 * Draws scenarios from everywhere that discriminating inputs are searched, and compares the exact iterates of a rule and
 * of some mutants, in double-double arithmetic. Roundings of the formula count for nothing here.
 */
export async function exactly(
  rule: Rule,
  mutants: readonly Mutant[],
  { draws, seed }: { draws: number; seed: number },
): Promise<Search[]> {
  const found = new Map<Mutant, Scenario>()
  let scenarios = 0
  for (const scenario of everywhere(rule, draws, seed)) {
    scenarios += 1
    const trace = await drive(ruleSubject(rule), inFormat(scenario, 'float64'))
    const own = exactIterates(rule, trace)
    for (const mutant of mutants)
      if (
        !found.has(mutant) &&
        runs(mutant.rule, trace.scenario) &&
        differ(own, exactIterates(mutant.rule, trace), trace)
      )
        found.set(mutant, scenario)
  }
  return mutants.map(mutant => {
    const differs = found.get(mutant)
    return { mutant, scenarios, ...(differs && { differs }) }
  })
}

function* everywhere(rule: Rule, draws: number, seed: number): Generator<Scenario> {
  const places = grounds.filter(({ quadratic = false }) => !quadratic || looksAhead(rule))
  for (const ground of places) {
    const small = { ...ground, shape: { ...ground.shape, steps: [1, 6] as const, few: true } }
    yield* fc.sample(drawn(rule, small), { seed, numRuns: Math.ceil(draws / places.length) })
  }
}

const exactIterates = (rule: Rule, trace: Trace): At<Bounded> =>
  limitsOf(rule, ieee, trace, problemGradient(trace, ieee))

const differ = (one: At<Bounded>, two: At<Bounded>, trace: Trace): boolean =>
  trace.steps.some(({ x = [] }, s) =>
    x.some((values, k) => [...values].some((_, i) => !same(one(s + 1, k, i)!, two(s + 1, k, i)!))),
  )

/**
 * Whether two exact values are the same. Where a formula cancels, double-double loses digits as binary64 does: a difference
 * far below the bound of binary64 is none; where that is infinite, as at 0/0, nothing can be said.
 */
function same(a: Bounded, b: Bounded): boolean {
  if (!Number.isFinite(a.error) || !Number.isFinite(b.error)) return true
  const distance = Math.abs(dd.sub(a.value, b.value).hi)
  return distance <= digits * (a.error + b.error)
}

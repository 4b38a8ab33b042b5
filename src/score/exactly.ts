import * as fc from 'fast-check'
import { type At, limitsOf, problemGradient } from '../checks/follow.ts'
import type { Bounded } from '../derive/bound.ts'
import type { Mutant } from '../derive/mutants/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import { drawn, grounds, looksAhead } from './hunt.ts'
import { inFormat, runs } from './prey.ts'

/** Two values that differ by less than this share of the larger are the same: double-double has 106 bits, about 31 digits. */
const digits = 1e-20

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
    x.some((values, k) => [...values].some((_, i) => !same(one(s + 1, k, i)!.value, two(s + 1, k, i)!.value))),
  )

/** Whether two exact values are the same; what is not a number is so in both. */
function same(a: DoubleDouble, b: DoubleDouble): boolean {
  if (!Number.isFinite(a.hi) || !Number.isFinite(b.hi)) return Object.is(a.hi, b.hi)
  return Math.abs(dd.sub(a, b).hi) <= digits * Math.max(Math.abs(a.hi), Math.abs(b.hi))
}

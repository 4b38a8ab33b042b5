import * as fc from 'fast-check'
import type { Check, Context } from '../checks/check.ts'
import { chosen, drawn } from '../checks/draw.ts'
import { formula } from '../checks/formula.ts'
import { NothingFits } from '../checks/scenarios.ts'
import { drive } from '../subject/driver.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Result } from '../subject/verdict.ts'
import { asCheck, tellings } from './telling.ts'

/** The seed of the scenarios in which a failing subject is observed: the same subject is always seen alike. */
const seed = 20_260_501

/** So many of the scenarios that failed are played, and so many of a recording. */
const most = { failing: 3, recorded: 16 } as const

/** Scenarios of a kind, drawn; none where nothing fits what the user holds. */
export function draw(check: Check, context: Context, count: number, from = seed): Scenario[] {
  try {
    return fc.sample(drawn(check, context), { seed: from, numRuns: count })
  } catch (error) {
    if (error instanceof NothingFits) return []
    throw error
  }
}

/** The scenarios of failures of claims about traces, the shortest first: a contract is about something beside them. */
function failing(results: readonly Result[], { formats }: Context): Scenario[] {
  const scenarios = results
    .filter(({ group }) => group !== 'contract')
    .flatMap(({ scenario }) => (scenario && formats.includes(scenario.format) ? [scenario] : []))
    .sort((a, b) => a.steps - b.steps)
  return scenarios.slice(0, most.failing)
}

/** All that a failing subject is observed in. The sharpest format is drawn from, since there the least is within rounding. */
function scenariosFor(context: Context, results: readonly Result[]): Scenario[] {
  const own = failing(results, context)
  if (context.recorded) {
    const check: Check = { ...formula, runs: { quick: most.recorded, full: most.recorded } }
    return [...own, ...chosen(check, { ...context, depth: 'quick' }, context.recorded)]
  }
  const sharp: Context = {
    ...context,
    formats: context.formats.includes('float64') ? ['float64'] : context.formats,
  }
  return [...own, ...tellings(context).flatMap((telling, at) => draw(asCheck(telling), sharp, 1, seed + at))]
}

/** What a subject did in them; what it breaks off is not observed. */
export async function observe(context: Context, results: readonly Result[]): Promise<Trace[]> {
  const traces: Trace[] = []
  for (const scenario of unlike(scenariosFor(context, results))) {
    context.signal?.throwIfAborted()
    const trace = await attempt(context, scenario)
    if (trace) traces.push(trace)
  }
  return traces
}

/** A trace of one scenario; undefined where the subject breaks off. */
export const attempt = ({ subject }: Pick<Context, 'subject'>, scenario: Scenario): Promise<Trace | undefined> =>
  drive(subject, scenario).catch(() => undefined)

const unlike = (scenarios: readonly Scenario[]): Scenario[] => [
  ...new Map(scenarios.map(scenario => [JSON.stringify(scenario), scenario])).values(),
]

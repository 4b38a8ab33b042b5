import type { Context } from '../checks/check.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Budget } from './budget.ts'
import { type Candidate, reading } from './candidate.ts'
import type { Evidence } from './evidence.ts'
import { attempt, draw } from './observe.ts'
import { asCheck, tellings } from './telling.ts'

/** So many scenarios are drawn of each kind to tell candidates apart, and so often is the subject itself asked. */
const tries = { rounds: 6, asked: 12 } as const
const seeds = { apart: 20_260_777, confirming: 20_261_111 } as const

/**
 * Of candidates that reproduce what was observed, those that also reproduce what was not looked for: once more a scenario of
 * every kind, which nothing was chosen by.
 */
export async function confirmed(
  candidates: readonly Candidate[],
  evidence: Evidence,
  context: Context,
  budget: Budget,
): Promise<Candidate[]> {
  let left = [...candidates]
  for (const scenario of further(context, 1, seeds.confirming)) {
    if (left.length === 0 || !(await budget.left())) break
    const trace = await attempt(context, scenario)
    if (!trace) continue
    evidence.add(trace)
    left = left.filter(candidate => !evidence.refutedBy(candidate, trace))
  }
  return left
}

/**
 * Asks the subject for more, where several candidates reproduce what was observed: in scenarios in which these differ from
 * one another by more than the bound, until one is left or none that is drawn tells them apart. A recording is asked for
 * nothing that it does not have.
 */
export async function tellApart(
  candidates: readonly Candidate[],
  evidence: Evidence,
  context: Context,
  budget: Budget,
): Promise<Candidate[]> {
  let left = [...candidates]
  let asked = 0
  for (const scenario of further(context, tries.rounds, seeds.apart)) {
    if (left.length < 2 || asked === tries.asked || !(await budget.left())) break
    if (!(await differ(left, scenario, evidence, context))) continue
    const trace = await attempt(context, scenario)
    asked += 1
    if (!trace) continue
    evidence.add(trace)
    left = left.filter(candidate => !evidence.refutedBy(candidate, trace))
  }
  return left
}

/** Scenarios of every kind in turn, drawn as they are asked for. */
function* further(context: Context, rounds: number, seed: number): Generator<Scenario> {
  if (context.recorded) {
    yield* context.recorded.filter(({ steps }) => steps <= 24)
    return
  }
  const kinds = tellings(context)
  for (let round = 0; round < rounds; round++)
    for (const [at, kind] of kinds.entries()) yield* draw(asCheck(kind), context, 1, seed + round * kinds.length + at)
}

/** Whether the first candidate does in a scenario what another would not. */
async function differ(
  [first, ...others]: readonly Candidate[],
  scenario: Scenario,
  { judge, traces }: Evidence,
  { arithmetic }: Context,
): Promise<boolean> {
  const subject = reading(ruleSubject(first!.rule, arithmetic), first!.reading)
  const trace = await drive(subject, scenario).catch(() => undefined)
  if (!trace) return false
  const seen = shownLike(traces, trace)
  return others.some(other => judge.refuted(other, seen, 0))
}

/** A trace with as much state as the subject shows: what is hidden tells nothing apart. */
function shownLike(traces: readonly Trace[], trace: Trace): Trace {
  const names = new Set(traces.flatMap(({ steps }) => steps.flatMap(({ state = [] }) => state.flatMap(Object.keys))))
  return {
    ...trace,
    steps: trace.steps.map(({ state, ...step }) => ({
      ...step,
      ...(state &&
        names.size > 0 && {
          state: state.map(each => Object.fromEntries(Object.entries(each).filter(([name]) => names.has(name)))),
        }),
    })),
  }
}

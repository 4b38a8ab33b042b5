import * as fc from 'fast-check'
import type { Scenario } from '../subject/scenario.ts'
import type { Result } from '../subject/verdict.ts'
import { atDefaults } from './at-defaults.ts'
import type { Check, Context } from './check.ts'
import { chosen, drawn, heldAgainst, whyNone } from './draw.ts'
import { evaluate } from './evaluate.ts'
import { failed, type Judgement, total } from './judgement.ts'
import { keptFor } from './kept.ts'
import { NothingFits } from './scenarios.ts'

/** How many smaller scenarios are tried once one has failed; a count, not a time, so that results do not depend on speed. */
const shrinkTries = 400

type Settled = Partial<Result> & Pick<Result, 'verdict'>

/** Runs one check on one subject under one rule. What throws is unknown, not failed; what saw nothing does not pass. */
export async function runCheck(check: Check, context: Context): Promise<Result> {
  const base = {
    subject: context.subject.name,
    rule: context.rule.id,
    check: check.name,
    group: check.group,
    formats: context.formats,
  }
  const reason =
    check.unless?.(context) ??
    (context.recorded && check.partners ? 'a recording cannot be asked for other inputs' : undefined)
  if (reason !== undefined) return { ...base, verdict: 'skip', reason }
  const settled = await (context.recorded
    ? runGiven(check, context, chosen(check, context, context.recorded), 'no recorded scenario fits this claim')
    : runKept(check, context))
  return { ...base, ...settled }
}

/** Plays given scenarios, recorded or searched for, until one fails. They are as small as they are. */
async function runGiven(
  check: Check,
  context: Context,
  fitting: readonly Scenario[],
  otherwise: string,
): Promise<Settled> {
  if (fitting.length === 0) return { verdict: 'skip', reason: otherwise }
  const judgements: Judgement[] = []
  for (const scenario of fitting) {
    context.signal?.throwIfAborted()
    try {
      const judgement = await evaluate(check, context, scenario)
      judgements.push(judgement)
      if (failed(judgement)) return settle(judgements, scenario)
    } catch (error) {
      return { verdict: 'unknown', reason: messageOf(error), scenario, scenarios: judgements.length }
    }
  }
  return settle(judgements)
}

/**
 * What failed before comes first, so that what is still wrong is seen at once. What passes now adds nothing to the
 * figures: with it and without it a check that passes says the same.
 */
async function runKept(check: Check, context: Context): Promise<Settled> {
  const kept = keptFor(check, context)
  for (const [at, scenario] of kept.entries()) {
    context.signal?.throwIfAborted()
    try {
      const judgement = await evaluate(check, context, scenario)
      if (failed(judgement)) return { ...settle([judgement], scenario), kept: at + 1 }
    } catch (error) {
      return { verdict: 'unknown', reason: messageOf(error), scenario, scenarios: 0, kept: at + 1 }
    }
  }
  const settled = check.given
    ? await runGiven(check, context, check.given(context), 'the subject cannot play any of these inputs')
    : await runDrawn(check, context)
  return { ...settled, ...(kept.length > 0 && { kept: kept.length }) }
}

async function runDrawn(check: Check, context: Context): Promise<Settled> {
  const judgements: Judgement[] = []
  let smallest: { judgement: Judgement; scenario: Scenario } | undefined
  let trouble: { error: unknown; scenario: Scenario } | undefined
  let tries = 0
  const most = context.onRecord ? 0 : (check.tries ?? shrinkTries)
  const held = heldAgainst(check, context)
  if (held) return { verdict: 'skip', reason: held }
  const property = fc.asyncProperty(drawn(check, context), async scenario => {
    if (trouble || context.signal?.aborted || (smallest && ++tries > most)) return true
    // A check that adapts every draw to the same scenario cannot be shrunk.
    if (smallest && JSON.stringify(smallest.scenario) === JSON.stringify(scenario)) return false
    try {
      const judgement = await evaluate(check, context, scenario)
      if (failed(judgement)) smallest = { judgement, scenario }
      else if (!smallest) judgements.push(judgement)
      return !failed(judgement)
    } catch (error) {
      // While shrinking, what throws is not a smaller example of the failure.
      if (!smallest) trouble = { error, scenario }
      return true
    }
  })
  try {
    await fc.check(property, {
      seed: context.seed,
      numRuns: check.runs[context.depth],
      endOnFailure: most === 0,
    })
  } catch (error) {
    if (error instanceof NothingFits) return { verdict: 'skip', reason: whyNone(context) }
    throw error
  }
  context.signal?.throwIfAborted()
  if (trouble)
    return {
      verdict: 'unknown',
      reason: messageOf(trouble.error),
      scenario: trouble.scenario,
      scenarios: judgements.length,
    }
  if (smallest) {
    const { judgement, scenario } = most === 0 ? smallest : await atDefaults(check, context, smallest)
    return settle([...judgements, judgement], scenario)
  }
  return settle(judgements)
}

function settle(judgements: readonly Judgement[], scenario?: Scenario): Settled {
  const sum = total(judgements)
  const { asked = 0, undecided = 0 } = sum.undecided ?? {}
  const figures = {
    scenarios: judgements.length,
    observed: sum.observed,
    ...(sum.observed > 0 && { proving: sum.proving / sum.observed }),
    ...(sum.worst !== undefined && { worst: sum.worst }),
    ...(sum.note !== undefined && { note: sum.note }),
    ...(asked > 0 && { undecided: undecided / asked }),
  }
  if (sum.finding || sum.reason !== undefined) {
    return {
      ...figures,
      verdict: 'fail',
      ...(sum.finding && { finding: sum.finding }),
      ...(sum.reason !== undefined && { reason: sum.reason }),
      ...(scenario && { scenario }),
    }
  }
  if (sum.observed === 0 && sum.notShown !== undefined) return { ...figures, verdict: 'skip', reason: sum.notShown }
  if (sum.observed === 0) return { ...figures, verdict: 'unknown', reason: 'nothing was observed' }
  if (sum.proving === 0)
    return { ...figures, verdict: 'unknown', reason: 'every interval was unbounded or wider than the update itself' }
  return {
    ...figures,
    verdict: 'pass',
    ...(sum.bitExact !== undefined && { grade: sum.bitExact ? 'bit-exact' : 'within the bound' }),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

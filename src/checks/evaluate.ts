import { drive } from '../subject/driver.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Subject } from '../subject/subject.ts'
import type { Check, Context } from './check.ts'
import type { Judgement } from './judgement.ts'

/** What a check says of one scenario: it is played with all that the check plays beside it. */
export async function evaluate(check: Check, context: Context, scenario: Scenario): Promise<Judgement> {
  if ('play' in check) return check.play(scenario, context)
  const traces: Trace[] = []
  for (const each of [scenario, ...(check.partners?.(scenario, context) ?? [])])
    traces.push(await drive(context.subject, each))
  for (const sibling of check.beside ? await siblingsOf(context) : []) traces.push(await drive(sibling, scenario))
  return check.judge(traces as [Trace, ...Trace[]], context)
}

/** The other paths that have the rule: not every one has all. */
async function siblingsOf({ subject, rule }: Context): Promise<Subject[]> {
  const having: Subject[] = []
  for (const sibling of (await subject.siblings?.()) ?? []) {
    const offer = await sibling.offers?.(rule.id)
    if (!offer || !('unsupported' in offer)) having.push(sibling)
  }
  return having
}

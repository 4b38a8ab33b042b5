import { checksFor } from '../checks/index.ts'
import { failed } from '../checks/judgement.ts'
import { judgeTrace } from '../checks/lockstep.ts'
import { ieee } from '../language/arithmetic.ts'
import { findRule } from '../rules/lookup.ts'
import { drive } from '../subject/driver.ts'
import type { Deviation, Result } from '../subject/verdict.ts'
import type { VerifyOptions } from './options.ts'

const matches = (result: Result, deviation: Deviation): boolean =>
  result.subject === deviation.subject &&
  result.rule === deviation.rule &&
  (deviation.check === '*' || deviation.check === result.check)

/** Marks a failure that is on record: it is still run and shown, and does not fail the whole. */
export function applyDeviations(result: Result, deviations: readonly Deviation[]): Result {
  const deviation = result.verdict === 'fail' ? deviations.find(candidate => matches(result, candidate)) : undefined
  if (!deviation) return result
  return {
    ...result,
    known: { reason: deviation.reason, ...(deviation.link !== undefined && { link: deviation.link }) },
  }
}

/** A deviation whose own scenario passes is stale, which is a failure: the record no longer tells the truth. */
export async function staleDeviations(
  results: readonly Result[],
  { deviations = [], subjects }: VerifyOptions,
): Promise<Result[]> {
  const stale: Result[] = []
  for (const deviation of deviations) {
    const subject = subjects.find(candidate => candidate.name === deviation.subject)
    const ran = results.some(result => result.rule === deviation.rule && result.subject === deviation.subject)
    if (!subject || !ran) continue
    if (!(await stillDeviates(subject, deviation, results))) {
      stale.push({
        subject: deviation.subject,
        rule: deviation.rule,
        check: deviation.check,
        group: 'formula',
        verdict: 'fail',
        reason: `the known deviation is stale: its own scenario passes now (${deviation.reason})`,
      })
    }
  }
  return stale
}

async function stillDeviates(
  subject: VerifyOptions['subjects'][number],
  deviation: Deviation,
  results: readonly Result[],
): Promise<boolean> {
  if (deviation.scenario && !subject.scenarios) {
    const rule = findRule(deviation.rule)
    const trace = await drive(subject, deviation.scenario)
    return failed(judgeTrace(rule, subject.arithmetic ?? ieee, trace))
  }
  const asked = checksFor(findRule(deviation.rule)).some(
    check => deviation.check === '*' || check.name === deviation.check,
  )
  const ran = results.filter(result => matches(result, deviation) && result.verdict !== 'skip')
  return !asked || ran.length === 0 || ran.some(result => result.verdict === 'fail')
}

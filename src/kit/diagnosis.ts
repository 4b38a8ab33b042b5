import { isOpenFailure } from '../report/findings.ts'
import { noRule } from '../subject/no-rule.ts'
import type { Diagnosis, Result } from '../subject/verdict.ts'
import type { Cell } from './cell.ts'
import { contextOf } from './context.ts'
import type { VerifyOptions } from './options.ts'

/** What is wrong with a subject under a rule; undefined where nothing deviates but what is on record, or there is no formula. */
export async function diagnosisOf(
  cell: Cell,
  results: readonly Result[],
  options: Pick<VerifyOptions, 'hyper' | 'seed' | 'depth' | 'signal' | 'own' | 'deviations' | 'diagnose'>,
): Promise<Diagnosis | undefined> {
  const { deviations = [], diagnose: limit = true } = options
  if (limit === false) return undefined
  const failures = results.filter(isOpenFailure)
  const context = failures.length > 0 && cell.id !== noRule ? await contextOf(cell, options) : undefined
  if (!context) return undefined
  // Loaded where something deviates: most runs do without it.
  const { diagnose, patience } = await import('../diagnose/index.ts')
  const onRecord = typeof deviations === 'function' ? deviations(cell.subject) : deviations
  // What is on record is not looked for again.
  const except = onRecord.flatMap(({ subject, rule, where }) =>
    subject === cell.subject.name && rule === context.rule.id && where ? [where] : [],
  )
  return diagnose({ ...context, except }, results, limit === true ? patience : limit)
}

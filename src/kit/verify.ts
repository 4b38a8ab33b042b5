import { runCheck } from '../checks/index.ts'
import { remember } from '../numbers/remember.ts'
import { families } from '../rules/index.ts'
import type { Subject } from '../subject/subject.ts'
import type { Deviation, Diagnosis, Report, Result } from '../subject/verdict.ts'
import { askedRule, askedSubject } from './asked.ts'
import type { Cell } from './cell.ts'
import { checksOf, contextOf } from './context.ts'
import { CellRecord } from './deviations.ts'
import { diagnosisOf } from './diagnosis.ts'
import type { VerifyOptions } from './options.ts'
import { report } from './report.ts'
import { resolveCells } from './resolve.ts'

/** Runs every check of every rule on every subject, and gives one record of what was found. */
export async function verify(given: VerifyOptions): Promise<Report> {
  const options = { ...given, deviations: recordOf(given) }
  const started = performance.now()
  const results: Result[] = []
  const diagnoses: Diagnosis[] = []
  const rules = await Promise.all((options.rules ?? families.map(family => family.id)).map(askedRule))
  const subjects = options.subjects.map(each => askedSubject(each, rules, options))
  const cells = await resolveCells(subjects, rules, options)
  for (const [done, cell] of cells.entries()) {
    options.signal?.throwIfAborted()
    options.onStart?.(cell.subject.name, cell.id, done, cells.length)
    const own: Result[] = []
    for await (const result of runCell(cell, options)) {
      own.push(result)
      results.push(result)
      options.onResult?.(result)
    }
    const diagnosis = await diagnosisOf(cell, own, options)
    if (!diagnosis) continue
    diagnoses.push(diagnosis)
    options.onDiagnosis?.(diagnosis)
  }
  const seconds = (performance.now() - started) / 1000
  return { ...report(subjects, options, results, seconds), diagnoses, ...remarksOf(cells) }
}

/** What is on record of each subject, asked for once. */
function recordOf({ deviations = [] }: VerifyOptions): (subject: Subject) => readonly Deviation[] {
  const known = new Map<Subject, readonly Deviation[]>()
  return subject =>
    typeof deviations === 'function' ? remember(known, subject, () => deviations(subject)) : deviations
}

/** What subjects say of how their names were matched; absent where all are silent. */
function remarksOf(cells: readonly Cell[]): Pick<Report, 'remarks'> {
  const remarks = cells.flatMap(({ subject, rule, offer }) =>
    (offer?.notes ?? []).map(text => ({ subject: subject.name, rule: rule?.id ?? '', text })),
  )
  return remarks.length > 0 ? { remarks } : {}
}

async function* runCell(cell: Cell, options: VerifyOptions): AsyncGenerator<Result> {
  const { subject, id, reason } = cell
  const { deviations = [], first } = options
  const context = await contextOf(cell, options)
  if (!context) {
    yield { subject: subject.name, rule: id, check: 'offered', group: 'contract', verdict: 'skip', reason }
    return
  }
  const record = new CellRecord(context, typeof deviations === 'function' ? deviations(subject) : deviations)
  const checks = checksOf(context, options)
  for (const check of checks) {
    // Lets timers and signals in between checks, which may be pure computation.
    await new Promise(resolve => setImmediate(resolve))
    // A verdict a format: an implementation may be right in one and lose digits in the other.
    for (const format of subject.formats.filter(each => check.formats?.includes(each) ?? true)) {
      const except = record.exceptions(check, format)
      const kept = first ? { first: first(subject, context.rule, check.name) } : {}
      const onRecord = record.covers(check, format)
      const result = record.mark(await runCheck(check, { ...context, ...kept, except, onRecord, formats: [format] }))
      yield options.save ? await withReplay(result, cell) : result
    }
  }
  const some = options.checks !== undefined || options.contracts === true
  yield* record.close(some ? new Set(checks.map(({ name }) => name)) : undefined)
}

/** A failure with the command that replays it, where its scenario could be kept and the command line knows the rule. */
export async function withReplay(result: Result, { called }: Cell, subject?: string): Promise<Result> {
  if (result.verdict !== 'fail' || !result.scenario || called === undefined) return result
  const { keepScenario } = await import('./keep-scenario.ts')
  try {
    const path = keepScenario(result, { rule: called, ...(subject !== undefined && { subject }) })
    return { ...result, replay: `lockstep replay ${path}` }
  } catch {
    // A directory that cannot be written to is no reason to lose a finding.
    return result
  }
}

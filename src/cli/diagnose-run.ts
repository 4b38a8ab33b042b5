import { checksFor } from '../checks/index.ts'
import { completeHyper } from '../derive/hyper.ts'
import { verify } from '../kit/verify.ts'
import type { Rule } from '../language/rule.ts'
import { document } from '../report/json.ts'
import type { Subject } from '../subject/subject.ts'
import type { Report } from '../subject/verdict.ts'
import { openNamed } from './config/open.ts'
import { diagnosePage, failing } from './diagnose-page.ts'
import { UsageError } from './failures.ts'
import { interruptible } from './interrupt.ts'
import { print } from './output.ts'
import { Progress } from './progress.ts'
import type { DiagnoseOptions } from './questions.ts'
import { isRuleFile, readRule } from './rule-source.ts'
import { screen } from './screen.ts'
import { timeoutsFrom } from './subject-request.ts'
import { typed } from './typed.ts'
import { codeOf } from './verify-run.ts'

/** Holds a subject against a rule, and prints what is wrong with it; gives the exit code. */
export async function runDiagnose(name: string, options: DiagnoseOptions): Promise<number> {
  const rule = await readRule(options.rule)
  if (rule.erratum)
    throw new UsageError(
      `${rule.id} is wrong as printed, so nothing is held to it: ${rule.erratum.why}`,
      `See: lockstep rules ${options.rule}`,
    )
  completeHyper(rule, options.hyper)
  const { python, timeout, hyper } = options
  const subject = await openNamed(name, {
    rules: [rule],
    hyper,
    ...(python !== undefined && { python }),
    ...(timeout !== undefined && { timeout: timeoutsFrom(timeout) }),
  })
  const report = await watched(subject, rule, options)
  const asked = { subject: name, rule: options.rule, more: typed({ hyper, python }) }
  await print(options.json ? document(asJson(report)) : diagnosePage(report, asked, screen()))
  return codeOf(report)
}

/** Runs the checks and the diagnosis, with a bar where it takes long. What is on record is diagnosed like anything else. */
async function watched(subject: Subject, rule: Rule, { rule: asked, hyper, limit }: DiagnoseOptions): Promise<Report> {
  const progress = new Progress()
  const total = checksFor(rule).length * subject.formats.length
  let done = 0
  const close = async (): Promise<void> => subject.close?.()
  const work = (signal: AbortSignal): Promise<Report> =>
    verify({
      subjects: [subject],
      rules: [isRuleFile(asked) ? rule : asked],
      hyper,
      diagnose: limit,
      signal,
      onResult: ({ check }) => progress.update(++done, total, check),
    })
  try {
    return await interruptible(work, close, () => `Until then ${done} checks were done.`)
  } finally {
    progress.stop()
    await close()
  }
}

const asJson = (report: Report) => ({
  schema: 'lockstep/diagnosis/1',
  subject: report.subjects[0]?.name,
  rule: report.results[0]?.rule,
  fails: failing(report),
  diagnosis: report.diagnoses[0],
})

import { checksFor } from '../checks/index.ts'
import { completeHyper } from '../derive/hyper.ts'
import { knownDeviations } from '../guests/known-deviations.ts'
import { keepScenario } from '../kit/keep-scenario.ts'
import { defaultSeed } from '../kit/options.ts'
import { verify } from '../kit/verify.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { describeArithmetic } from '../report/arithmetic-text.ts'
import { quoted } from '../report/findings.ts'
import { writers } from '../report/index.ts'
import { families } from '../rules/table.ts'
import type { Subject } from '../subject/subject.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { readDeviations } from './deviations-file.ts'
import { didYouMean, exitCode, UsageError } from './failures.ts'
import { interruptible } from './interrupt.ts'
import { checkWritable, print, tell, writeWhole } from './output.ts'
import { version } from './package.ts'
import { Progress } from './progress.ts'
import type { VerifyCommandOptions } from './questions.ts'
import { isRuleFile, readRule } from './rule-source.ts'
import { fileScreen, screen } from './screen.ts'
import { isModulePath, type Opened, openSubjects } from './subjects.ts'

/** What was asked for, read and checked. */
interface Request {
  readonly rules: readonly { readonly asked: string; readonly rule: Rule }[]
  readonly seed: number
  readonly options: VerifyCommandOptions
}

/** Runs `verify` and gives the exit code. Everything that can be wrong with the question is found before the work begins. */
export async function runVerify(names: readonly string[], options: VerifyCommandOptions): Promise<number> {
  if (options.output !== undefined) checkWritable(options.output)
  const request = await readRequest(names, options)
  const deviations = [
    ...knownDeviations,
    ...(options.deviations === undefined ? [] : readDeviations(options.deviations)),
  ]
  const opened = await openSubjects(names, {
    rules: request.rules.map(({ rule }) => rule),
    ...(options.python !== undefined && { python: options.python }),
  })
  const report = complete(await run(opened.subjects, request, deviations), opened, request)
  await write(report, options)
  for (const hint of opened.hints) tell(hint)
  return codeOf(report)
}

async function readRequest(names: readonly string[], options: VerifyCommandOptions): Promise<Request> {
  const module = names.find(isModulePath)
  if (module !== undefined && options.rule.length === 0) {
    throw new UsageError(
      `Which formula should ${module} follow?`,
      `Name a rule, for example: lockstep verify ${module} --rule adam/pytorch (see: lockstep rules)`,
    )
  }
  const rules = await Promise.all(options.rule.map(async asked => ({ asked, rule: await readRule(asked) })))
  const wrong = rules.find(({ rule }) => rule.erratum)
  if (wrong)
    throw new UsageError(
      `${wrong.rule.id} is wrong as printed, so nothing is held to it: ${wrong.rule.erratum!.why}`,
      `See: lockstep rules ${wrong.asked}`,
    )
  for (const { rule } of rules) completeHyper(rule, options.hyper)
  await checkChecks(
    options.check,
    rules.map(({ rule }) => rule),
  )
  const seed = options.explore ? Math.floor(Math.random() * 0x7fffffff) : (options.seed ?? defaultSeed)
  return { rules, seed, options }
}

async function checkChecks(names: readonly string[], rules: readonly Rule[]): Promise<void> {
  if (names.length === 0) return
  const asked =
    rules.length > 0
      ? rules
      : await Promise.all(
          families.flatMap(({ id, dialects }) => Object.keys(dialects).map(name => readRule(`${id}/${name}`))),
        )
  const rows = asked.flatMap(rule => checksFor(rule))
  const known = [...new Set([...rows.map(({ group }) => group), ...rows.map(({ name }) => name)])]
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`There is no check '${unknown}'. ${didYouMean(unknown, known, 'Checks and groups')}`)
}

function run(
  subjects: readonly Subject[],
  { rules, seed, options }: Request,
  deviations: ReturnType<typeof readDeviations>,
): Promise<Report> {
  const progress = new Progress()
  const results: Result[] = []
  const close = (): Promise<unknown> => Promise.all(subjects.map(subject => subject.close?.()))
  const work = (signal: AbortSignal): Promise<Report> =>
    verify({
      subjects,
      ...(rules.length > 0 && { rules: rules.map(({ asked, rule }) => (isRuleFile(asked) ? rule : asked)) }),
      ...(options.check.length > 0 && { checks: options.check }),
      hyper: options.hyper,
      depth: options.depth,
      strict: options.strict ?? false,
      seed,
      deviations,
      signal,
      onResult: result => results.push(result),
      onStart: (subject, rule, done, total) => progress.update(done, total, `${subject}, ${rule}`),
    })
  return interruptible(work, close, () => soFar(results)).finally(async () => {
    progress.stop()
    await close()
  })
}

function soFar(results: readonly Result[]): string {
  const count = (verdict: Result['verdict']): number => results.filter(result => result.verdict === verdict).length
  return `Until then ${results.length} checks were done: ${count('pass')} hold, ${count('fail')} deviate, ${count('unknown')} undecided, ${count('skip')} not offered.`
}

/** The report with what only the command line knows: versions, arithmetic in words, and where scenarios are kept. */
function complete(report: Report, { subjects, asked }: Opened, request: Request): Report {
  const versions = {
    lockstep: version,
    node: process.versions.node,
    ...Object.fromEntries(report.subjects.filter(s => s.version).map(s => [s.name, s.version])),
  }
  const arithmetics = new Map(subjects.map(subject => [subject.name, describeArithmetic(subject.arithmetic ?? ieee)]))
  return {
    ...report,
    versions,
    subjects: report.subjects.map(subject => ({
      ...subject,
      arithmetic: arithmetics.get(subject.name) ?? subject.arithmetic,
    })),
    results: keepScenarios(report.results, asked, request),
  }
}

/** Gives every result that did not pass its command: the scenario is kept and replayed, or the check is run again. */
function keepScenarios(results: readonly Result[], subjects: Opened['asked'], { rules, options }: Request): Result[] {
  const files = new Map(rules.filter(({ asked }) => isRuleFile(asked)).map(({ asked, rule }) => [rule.id, asked]))
  // A module's own name is known only once it ran.
  const names = new Map([...subjects].map(([subject, name]) => [subject.name, name]))
  let trouble = options.save ? undefined : ''
  const kept = results.map((result): Result => {
    if (result.verdict === 'pass' || result.verdict === 'skip') return result
    const asked = { rule: files.get(result.rule) ?? result.rule, subject: names.get(result.subject) ?? result.subject }
    const again = `lockstep verify ${asked.subject} --rule ${asked.rule} --check ${quoted(result.check)}`
    if (!result.scenario || trouble !== undefined) return { ...result, replay: again }
    try {
      return { ...result, replay: `lockstep replay ${keepScenario(result, asked)}` }
    } catch (error) {
      trouble = (error as Error).message
      return { ...result, replay: again }
    }
  })
  if (trouble) tell(`Failing scenarios could not be kept: ${trouble.split('\n')[0]}`)
  return kept
}

async function write(report: Report, { reporter, json, output }: VerifyCommandOptions): Promise<void> {
  const name = json ? 'json' : reporter
  const text = writers[name]!(report, output === undefined ? screen() : fileScreen)
  if (output === undefined) return print(text)
  writeWhole(output, text)
  tell(`The report is in ${output}.`)
}

function codeOf({ summary }: Report): number {
  if (summary.fail > 0) return exitCode.deviates
  return summary.unknown > 0 || summary.pass + summary.known === 0 ? exitCode.undecided : exitCode.conforms
}

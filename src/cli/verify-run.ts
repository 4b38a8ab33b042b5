import { checksFor, freeRule } from '../checks/index.ts'
import { completeHyper } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import { plural } from '../report/numbers.ts'
import { ruleIds } from '../rules/lookup.ts'
import { noRule } from '../subject/no-rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Report } from '../subject/verdict.ts'
import { openEntries } from './config/open.ts'
import { type Plan, readPlan } from './config/plan.ts'
import { deviationsPath, writeDeviations } from './config/write-deviations.ts'
import { readDeviations } from './deviations-file.ts'
import { didYouMean, exitCode, UsageError } from './failures.ts'
import { checkWritable, tell } from './output.ts'
import type { VerifyCommandOptions } from './questions.ts'
import { chooseReporters } from './reporter-choice.ts'
import { readRule } from './rule-source.ts'
import { timeoutsFrom } from './subject-request.ts'
import { isModulePath, type Opened } from './subjects.ts'
import { type AskedRule, type Request, VerifyRun } from './verify-work.ts'

/** Runs `verify` and gives the exit code. Everything that can be wrong with the question is found before the work begins. */
export async function runVerify(names: readonly string[], typed: VerifyCommandOptions): Promise<number> {
  const plan = readPlan(names, typed)
  const { options } = plan
  const target = options.writeDeviations === undefined ? undefined : deviationsPath(options.writeDeviations, plan)
  if (target !== undefined) checkWritable(target)
  const reporters = chooseReporters(options)
  const request = await readRequest(plan)
  const given = options.deviations === undefined ? [] : readDeviations(options.deviations)
  const onRecord = [...given, ...(plan.source?.config.deviations ?? [])].flatMap(({ checks }) => checks)
  await checkChecks(onRecord, [
    ...(onRecord.length > 0 ? await builtIn() : []),
    ...request.rules.map(({ rule }) => rule),
  ])
  const opened = await openEntries(plan.entries, {
    rules: request.rules.map(({ rule }) => rule),
    hyper: options.hyper,
    ...(options.python !== undefined && { python: options.python }),
    ...(options.timeout !== undefined && { timeout: timeoutsFrom(options.timeout) }),
  })
  if (options.contracts && request.rules.length === 0) await checkDefaults(opened)
  const run = new VerifyRun(request, opened, given, reporters)
  const report = await run.report()
  for (const hint of opened.hints) tell(hint)
  return target === undefined ? codeOf(report) : recorded(report, target, run, plan)
}

/** Puts the failures on record; what is left then is what could not be decided, and what no file can excuse. */
function recorded(report: Report, target: string, run: VerifyRun, plan: Plan): number {
  const { added, removed, left } = writeDeviations(target, report, plan, result => run.asked(result))
  const parts = [
    `${plural(added, 'deviation')} recorded in ${target}`,
    ...(removed > 0 ? [`${removed} stale removed`] : []),
  ]
  tell(`${parts.join(', ')}.`)
  if (left.length > 0) {
    tell(`Not recorded, since ${target} has no entry for it: ${left[0]!.subject}, ${left[0]!.rule}: ${left[0]!.reason}`)
    return exitCode.deviates
  }
  const { pass, known, unknown } = report.summary
  return unknown > 0 || pass + known + added === 0 ? exitCode.undecided : exitCode.conforms
}

async function readRequest(plan: Plan): Promise<Request> {
  const { entries, options } = plan
  const lost = entries.find(({ subject, rules }) => subject !== undefined && isModulePath(subject) && !rules)
  if (lost && options.rule.length === 0 && !options.contracts) {
    throw new UsageError(
      `Which formula should ${lost.subject} follow?`,
      `Name a rule, for example: lockstep verify ${lost.subject} --rule adam/pytorch (see: lockstep rules); or ask for what needs none: --contracts`,
    )
  }
  const shared = await askedRules(options.rule, options.hyper)
  const own = await Promise.all(
    entries.map(({ rules = options.rule, hyper }) => askedRules(rules, { ...hyper, ...options.hyper })),
  )
  const rules = [...shared, ...own.flat()].filter(
    ({ asked }, at, all) => all.findIndex(other => other.asked === asked) === at,
  )
  await checkChecks(
    options.check,
    rules.map(({ rule }) => rule),
  )
  return { rules, shared, plan }
}

/** Rules by id or file; one that is wrong as printed is a reference for nobody. */
async function askedRules(texts: readonly string[], hyper: HyperValues): Promise<AskedRule[]> {
  const rules = await Promise.all(texts.map(async asked => ({ asked, rule: await readRule(asked) })))
  const wrong = rules.find(({ rule }) => rule.erratum)
  if (wrong)
    throw new UsageError(
      `${wrong.rule.id} is wrong as printed, so nothing is held to it: ${wrong.rule.erratum!.why}`,
      `See: lockstep rules ${wrong.asked}`,
    )
  for (const { rule } of rules) completeHyper(rule, hyper)
  return rules
}

/** A module that is asked without a rule must tell its hyper-parameters. */
async function checkDefaults({ subjects, asked }: Opened): Promise<void> {
  for (const subject of subjects.filter(each => isModulePath(asked.get(each)!))) {
    const offer = await subject.offers?.(noRule)
    if (!offer || !('unsupported' in offer)) continue
    await Promise.all(subjects.map(each => each.close?.()))
    throw new UsageError(
      `${asked.get(subject)} does not tell its own hyper-parameters, without which it cannot be asked without a rule.`,
      'Export them with their defaults: export const defaults = { lr: 0.001 }; or name a rule: --rule adam/pytorch',
    )
  }
}

const builtIn = (): Promise<Rule[]> => Promise.all(ruleIds().map(readRule))

/** Refuses a check that no rule has: a slip would otherwise be a question that is never asked, or a record of nothing. */
async function checkChecks(names: readonly string[], rules: readonly Rule[]): Promise<void> {
  if (names.length === 0) return
  const asked = rules.length > 0 ? rules : await builtIn()
  const rows = [...asked, freeRule({ hyper: [], state: [], features: [] })].flatMap(rule => checksFor(rule))
  const known = [...new Set([...rows.map(({ group }) => group), ...rows.map(({ name }) => name)])]
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`There is no check '${unknown}'. ${didYouMean(unknown, known, 'Checks and groups')}`)
}

/** What the shell is told of a report. */
export function codeOf({ summary }: Report): number {
  if (summary.fail > 0) return exitCode.deviates
  return summary.unknown > 0 || summary.pass + summary.known === 0 ? exitCode.undecided : exitCode.conforms
}

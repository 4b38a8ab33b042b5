import type { Context } from '../checks/index.ts'
import { checksFor, runCheck } from '../checks/index.ts'
import { completeHyper } from '../derive/hyper.ts'
import { knownDeviations } from '../guests/known-deviations.ts'
import type { Rule } from '../language/rule.ts'
import type { Subject } from '../subject/subject.ts'
import type { Deviation, Diagnosis, Result } from '../subject/verdict.ts'
import { askedRule, type GivenSubject, nameOf, openedSubject } from './asked.ts'
import type { Cell } from './cell.ts'
import { checksOf, contextOf } from './context.ts'
import { describeDiagnosis, describeResult } from './describe.ts'
import { CellRecord } from './deviations.ts'
import { diagnosisOf } from './diagnosis.ts'
import type { VerifyOptions } from './options.ts'
import { resolveCell } from './resolve.ts'
import { type TestContext, type TestFunctions, testFunctions } from './runner.ts'
import { withReplay } from './verify.ts'

/** A deviation on record, of this subject under each of these rules where it does not name its own. */
export type OwnDeviation = Omit<Deviation, 'subject' | 'rule'> & Partial<Pick<Deviation, 'rule'>>

/** What `conform` holds a subject to. */
export interface ConformOptions
  extends Pick<VerifyOptions, 'checks' | 'strict' | 'hyper' | 'depth' | 'seed' | 'format'> {
  /** Families, dialects, whole rules, or paths of `.rule.yaml` files: one or several. */
  readonly rules: string | Rule | readonly (string | Rule)[]
  /** Failures that are meant, or are to be mended later: each is still run, and fails once it is stale. */
  readonly deviations?: readonly OwnDeviation[]
  /** The name in the tests' titles; default: the function's own. */
  readonly name?: string
  /** The path of the module that exports the function, for the command that replays a failure beside it. */
  readonly module?: string
  /** Whether a failure says what is wrong, which takes a few seconds once for each rule; default: true. */
  readonly diagnose?: boolean
  /** Whether failing scenarios are kept in `.lockstep/scenarios/`; default: true. */
  readonly save?: boolean
  /** What registers tests; default: the vitest that is running the file. */
  readonly tests?: TestFunctions
}

/** No check takes as long; what hangs is stopped here. Milliseconds. */
const patience = { quick: 120_000, full: 3_600_000 } as const

/**
 * Registers a suite a rule and a test a check, in which the subject is held to the rule. To be called in a vitest file. A
 * test fails with what `lockstep verify` prints of the failure.
 */
export function conform(given: GivenSubject, options: ConformOptions): void {
  const rules = typeof options.rules === 'string' || 'id' in options.rules ? [options.rules] : options.rules
  if (rules.length === 0) throw new Error("conform(): name at least one rule, for example { rules: 'adam/pytorch' }.")
  const tests = options.tests ?? testFunctions()
  const site = new Error()
  Error.captureStackTrace(site, conform)
  for (const rule of rules) {
    const title = `${nameOf(given, options)} against ${typeof rule === 'string' ? rule : rule.id}`
    tests.describe(title, () => register(given, rule, { options, tests, site }))
  }
}

/** What registering needs beside the subject and its rule. */
interface Call {
  readonly options: ConformOptions
  readonly tests: TestFunctions
  /** Where `conform` was called, which is where a failure points to. */
  readonly site: Error
}

async function register(given: GivenSubject, wanted: string | Rule, call: Call): Promise<void> {
  const { options, tests } = call
  const rule = await askedRule(wanted)
  const subject = await openedSubject(given, [rule], options)
  if (subject !== given && subject.close) tests.afterAll?.(async () => subject.close!())
  const cell = await resolveCell(subject, rule)
  const context = await contextOf(cell, options)
  const timeout = patience[options.depth ?? 'quick']
  if (!context) {
    tests.test('offered', { timeout }, async context => void context.skip(cell.reason))
    return
  }
  refuseWrongUse(context, options)
  const record = new CellRecord(context, deviationsOf(given, subject, context.rule, options))
  const jobs = jobsOf(cell, context, record, options)
  let diagnosis: Promise<Diagnosis | undefined> | undefined
  const diagnose = (): Promise<Diagnosis | undefined> => {
    diagnosis ??= diagnosed(cell, jobs, record, options)
    return diagnosis
  }
  for (const { name, result } of jobs)
    tests.test(name, { timeout }, async test => tell(test, await result(), call, diagnose))
  if (options.checks) return
  for (const deviation of record.deviations)
    tests.test(`known deviation: ${deviation.reason}`, { timeout }, async test => {
      for (const { result } of jobs) await result()
      const result = await record.settle(deviation)
      await (result ? tell(test, result, call, diagnose) : sayKnown(test, deviation.reason))
    })
}

/** What can be wrong with the question is found before anything is run. */
function refuseWrongUse({ rule }: Context, { hyper = {}, checks }: ConformOptions): void {
  if (rule.erratum) throw new Error(`${rule.id} is wrong as printed, so nothing is held to it: ${rule.erratum.why}`)
  completeHyper(rule, hyper)
  const known = checksFor(rule).flatMap(({ name, group }) => [name, group])
  const unknown = checks?.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new Error(
      `There is no check '${unknown}' of ${rule.id}. Its checks and groups: ${[...new Set(known)].join(', ')}.`,
    )
}

/** What the caller has on record, and what Lockstep has of a framework that was asked for by name. */
const deviationsOf = (
  given: GivenSubject,
  { name }: Subject,
  { id }: Rule,
  { deviations = [] }: ConformOptions,
): readonly Deviation[] => [
  ...deviations.map(deviation => ({ rule: id, ...deviation, subject: name })),
  ...(typeof given === 'string' && given === name ? knownDeviations : []),
]

/** One check in one format, run when it is first asked for, and once. */
interface Job {
  readonly name: string
  readonly result: () => Promise<Result>
  /** Whether it was asked for. */
  readonly started: () => boolean
}

/** What is wrong, by all that was found until then. */
async function diagnosed(
  cell: Cell,
  jobs: readonly Job[],
  { deviations }: CellRecord,
  { diagnose = true, hyper, depth, seed }: ConformOptions,
): Promise<Diagnosis | undefined> {
  const results = await Promise.all(jobs.filter(({ started }) => started()).map(({ result }) => result()))
  const options = { ...(hyper && { hyper }), ...(depth && { depth }), ...(seed !== undefined && { seed }) }
  return diagnosisOf(cell, results, { ...options, diagnose, deviations })
}

function jobsOf(cell: Cell, context: Context, record: CellRecord, options: ConformOptions): Job[] {
  const { formats } = context
  return checksOf(context, options).flatMap(check =>
    formats
      .filter(each => check.formats?.includes(each) ?? true)
      .map((format): Job => {
        let running: Promise<Result> | undefined
        const run = async (): Promise<Result> => {
          const except = record.exceptions(check, format)
          const result = record.mark(await runCheck(check, { ...context, except, formats: [format] }))
          return options.save === false ? result : withReplay(result, cell, options.module)
        }
        return {
          name: formats.length > 1 ? `${check.name}, ${format}` : check.name,
          result: () => {
            running ??= run()
            return running
          },
          started: () => running !== undefined,
        }
      }),
  )
}

/** A result as the outcome of a test. */
async function tell(
  context: TestContext,
  result: Result,
  { site }: Call,
  diagnose: () => Promise<Diagnosis | undefined>,
): Promise<void> {
  const { verdict, known, reason } = result
  if (known) return sayKnown(context, known.reason)
  if (verdict === 'pass') return
  // The subject does not offer what the check asks for: the user's runner shows it, with the reason.
  if (verdict === 'skip') return void context.skip(reason)
  const diagnosis = verdict === 'fail' ? await diagnose() : undefined
  const text = [describeResult(result), ...(diagnosis ? ['', describeDiagnosis(diagnosis)] : [])].join('\n')
  throw new NotConforming(text, verdict === 'fail' ? 'Deviates' : 'Undecided', site)
}

async function sayKnown(context: TestContext, reason: string): Promise<void> {
  await context.annotate?.(`known deviation: ${reason}`, 'notice')
}

/** A check that does not hold, or could not be decided: the message is what `lockstep verify` prints of it. */
class NotConforming extends Error {
  override readonly name: string

  constructor(message: string, name: 'Deviates' | 'Undecided', site: Error) {
    super(message)
    this.name = name
    // Points to where `conform` was called: nothing of what ran in between is the user's.
    this.stack = `${name}: ${message}\n${(site.stack ?? '').split('\n').slice(1).join('\n')}`
  }
}

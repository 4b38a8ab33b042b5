import type { Check, Context } from '../checks/index.ts'
import { checksFor, runCheck } from '../checks/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { families } from '../rules/index.ts'
import { findRule } from '../rules/lookup.ts'
import type { Offer, Subject, Unsupported } from '../subject/subject.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { type AskedRule, askedRule, askedSubject } from './asked.ts'
import { CellRecord } from './deviations.ts'
import { defaultSeed, type VerifyOptions } from './options.ts'

/** One cell of the matrix: a subject under a rule, or why there is none. */
export interface Cell {
  readonly subject: Subject
  readonly id: string
  readonly rule: Rule | undefined
  readonly offer: Offer | undefined
  readonly reason: string
  /** What the command line calls the rule, where it can. */
  readonly called?: string
}

/** Runs every check of every rule on every subject, and gives one record of what was found. */
export async function verify(options: VerifyOptions): Promise<Report> {
  const started = performance.now()
  const results: Result[] = []
  const rules = await Promise.all((options.rules ?? families.map(family => family.id)).map(askedRule))
  const subjects = options.subjects.map(each => askedSubject(each, rules, options))
  const cells = await resolveCells(subjects, rules)
  for (const [done, cell] of cells.entries()) {
    options.signal?.throwIfAborted()
    options.onStart?.(cell.subject.name, cell.id, done, cells.length)
    for await (const result of runCell(cell, options)) {
      results.push(result)
      options.onResult?.(result)
    }
  }
  return report(subjects, options, results, (performance.now() - started) / 1000)
}

async function* runCell(cell: Cell, options: VerifyOptions): AsyncGenerator<Result> {
  const { subject, id, reason } = cell
  const context = await contextOf(cell, options)
  if (!context) {
    yield { subject: subject.name, rule: id, check: 'offered', group: 'contract', verdict: 'skip', reason }
    return
  }
  const record = new CellRecord(context, options.deviations ?? [])
  for (const check of checksOf(context, options)) {
    // Lets timers and signals in between checks, which may be pure computation.
    await new Promise(resolve => setTimeout(resolve, 0))
    // A verdict a format: an implementation may be right in one and lose digits in the other.
    for (const format of subject.formats) {
      const except = record.exceptions(check, format)
      const result = record.mark(await runCheck(check, { ...context, except, formats: [format] }))
      yield options.save ? await withReplay(result, cell) : result
    }
  }
  if (!options.checks) yield* record.close()
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

/** What the checks of a cell are given; undefined where the subject does not have the rule. */
export async function contextOf(
  { subject, rule, offer }: Cell,
  {
    hyper = {},
    depth = 'quick',
    seed = defaultSeed,
    signal,
  }: Pick<VerifyOptions, 'hyper' | 'depth' | 'seed' | 'signal'>,
): Promise<Context | undefined> {
  if (!rule || !offer) return undefined
  const recorded = await subject.scenarios?.(rule.id)
  return {
    subject,
    rule,
    offer,
    arithmetic: subject.arithmetic ?? ieee,
    formats: subject.formats,
    ...(recorded && { recorded }),
    except: [],
    held: hyper,
    depth,
    seed,
    ...(signal && { signal }),
  }
}

/** The checks of a cell that were asked for and say anything about it. */
export const checksOf = (context: Context, options: Pick<VerifyOptions, 'checks' | 'strict'>): Check[] =>
  asked(checksFor(context.rule), options).filter(check => isPossible(check, context))

/** The checks that were asked for, by name or, where no check has that name, by group. */
function asked(all: readonly Check[], { checks, strict }: Pick<VerifyOptions, 'checks' | 'strict'>): readonly Check[] {
  const named = (name: string): boolean => all.some(check => check.name === name)
  const tier = all.filter(check => strict || !check.strict || checks?.includes(check.name))
  return checks
    ? tier.filter(({ name, group }) => checks.some(each => each === name || (each === group && !named(each))))
    : tier
}

/** Whether a check says anything about a subject of this kind. */
function isPossible(check: Check, { subject, recorded }: Context): boolean {
  if (check.group === 'golden' && !(subject.bitExact && recorded)) return false
  return !check.beside || subject.siblings !== undefined
}

async function resolveCells(subjects: readonly Subject[], rules: readonly AskedRule[]): Promise<Cell[]> {
  const cells: Cell[] = []
  for (const asked of rules) for (const subject of subjects) cells.push(await resolveCell(subject, asked))
  return cells
}

/** What a subject has of a rule; what it does not have, it gives a reason for. */
export async function resolveCell(subject: Subject, { rule: asked, named }: AskedRule): Promise<Cell> {
  const id = typeof asked === 'string' ? asked : asked.id
  const offered = subject.offers ? await subject.offers(id) : undefined
  if (offered && 'unsupported' in offered)
    return { subject, id, rule: undefined, offer: undefined, reason: (offered as Unsupported).unsupported }
  const rule = typeof asked === 'string' ? findRule(offered?.rule ?? asked) : asked
  const called = typeof asked === 'string' ? rule.id : named
  return { subject, id, rule, offer: offered ?? everything(rule), reason: '', ...(called !== undefined && { called }) }
}

/** A subject that says nothing of what it offers is asked for everything that needs no feature. */
const everything = (rule: Rule): Offer => ({
  rule: rule.id,
  hyper: Object.keys(rule.hyper),
  state: Object.values(rule.state).map(state => state.as),
  features: [],
})

function report(subjects: readonly Subject[], options: VerifyOptions, results: Result[], seconds: number): Report {
  const count = (pick: (result: Result) => boolean): number => results.filter(pick).length
  return {
    schema: 'lockstep/verify/1',
    seed: options.seed ?? defaultSeed,
    depth: options.depth ?? 'quick',
    versions: {},
    subjects: subjects.map(subject => ({
      name: subject.name,
      version: subject.version ?? '',
      arithmetic: (subject.arithmetic ?? ieee).name,
      live: subject.scenarios === undefined,
    })),
    results,
    diagnoses: [],
    summary: {
      pass: count(result => result.verdict === 'pass'),
      fail: count(result => result.verdict === 'fail' && !result.known),
      skip: count(result => result.verdict === 'skip'),
      unknown: count(result => result.verdict === 'unknown'),
      known: count(result => result.known !== undefined),
    },
    seconds,
  }
}

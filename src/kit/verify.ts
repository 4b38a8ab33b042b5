import type { Check, Context } from '../checks/index.ts'
import { checksFor, runCheck } from '../checks/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { families } from '../rules/index.ts'
import { findRule } from '../rules/lookup.ts'
import type { Offer, Subject, Unsupported } from '../subject/subject.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { CellRecord } from './deviations.ts'
import { defaultSeed, type VerifyOptions } from './options.ts'

/** One cell of the matrix: a subject under a rule, or why there is none. */
interface Cell {
  readonly subject: Subject
  readonly id: string
  readonly rule: Rule | undefined
  readonly offer: Offer | undefined
  readonly reason: string
}

/** Runs every check of every rule on every subject, and gives one record of what was found. */
export async function verify(options: VerifyOptions): Promise<Report> {
  const started = performance.now()
  const results: Result[] = []
  const cells = await resolveCells(options)
  for (const [done, cell] of cells.entries()) {
    options.signal?.throwIfAborted()
    options.onStart?.(cell.subject.name, cell.id, done, cells.length)
    for await (const result of runCell(cell, options)) {
      results.push(result)
      options.onResult?.(result)
    }
  }
  return { ...report(options, results, (performance.now() - started) / 1000), ...remarksOf(cells) }
}

/** What subjects say of how their names were matched; absent where none has anything to say. */
function remarksOf(cells: readonly Cell[]): Pick<Report, 'remarks'> {
  const remarks = cells.flatMap(({ subject, rule, offer }) =>
    (offer?.notes ?? []).map(text => ({ subject: subject.name, rule: rule?.id ?? '', text })),
  )
  return remarks.length > 0 ? { remarks } : {}
}

async function* runCell({ subject, id, rule, offer, reason }: Cell, options: VerifyOptions): AsyncGenerator<Result> {
  if (!rule || !offer) {
    yield { subject: subject.name, rule: id, check: 'offered', group: 'contract', verdict: 'skip', reason }
    return
  }
  const recorded = await subject.scenarios?.(rule.id)
  const context: Context = {
    subject,
    rule,
    offer,
    arithmetic: subject.arithmetic ?? ieee,
    formats: subject.formats,
    ...(recorded && { recorded }),
    except: [],
    held: options.hyper ?? {},
    depth: options.depth ?? 'quick',
    seed: options.seed ?? defaultSeed,
    ...(options.signal && { signal: options.signal }),
  }
  const record = new CellRecord(context, options.deviations ?? [])
  for (const check of asked(checksFor(rule), options).filter(check => isPossible(check, context))) {
    // Lets timers and signals in between checks, which may be pure computation.
    await new Promise(resolve => setTimeout(resolve, 0))
    // A verdict a format: an implementation may be right in one and lose digits in the other.
    for (const format of subject.formats) {
      const except = record.exceptions(check, format)
      yield record.mark(await runCheck(check, { ...context, except, formats: [format] }))
    }
  }
  if (!options.checks) yield* record.close()
}

/** The checks that were asked for, by name or, where no check has that name, by group. */
function asked(all: readonly Check[], { checks }: VerifyOptions): readonly Check[] {
  const named = (name: string): boolean => all.some(check => check.name === name)
  return checks
    ? all.filter(({ name, group }) => checks.some(each => each === name || (each === group && !named(each))))
    : all
}

/** Whether a check says anything about a subject of this kind. */
function isPossible(check: Check, { subject, recorded }: Context): boolean {
  if (check.group === 'golden' && !(subject.bitExact && recorded)) return false
  return !check.beside || subject.siblings !== undefined
}

async function resolveCells({ rules, subjects }: VerifyOptions): Promise<Cell[]> {
  const wanted = rules ?? families.map(family => family.id)
  const cells: Cell[] = []
  for (const asked of wanted) for (const subject of subjects) cells.push(await resolveCell(subject, asked))
  return cells
}

async function resolveCell(subject: Subject, asked: string | Rule): Promise<Cell> {
  const id = typeof asked === 'string' ? asked : asked.id
  const offered = subject.offers ? await subject.offers(id) : undefined
  if (offered && 'unsupported' in offered)
    return { subject, id, rule: undefined, offer: undefined, reason: (offered as Unsupported).unsupported }
  const rule = typeof asked === 'string' ? findRule(offered?.rule ?? asked) : asked
  return { subject, id, rule, offer: offered ?? everything(rule), reason: '' }
}

/** A subject that says nothing of what it offers is asked for everything that needs no feature. */
const everything = (rule: Rule): Offer => ({
  rule: rule.id,
  hyper: Object.keys(rule.hyper),
  state: Object.values(rule.state).map(state => state.as),
  features: [],
})

function report(options: VerifyOptions, results: Result[], seconds: number): Report {
  const count = (pick: (result: Result) => boolean): number => results.filter(pick).length
  return {
    schema: 'lockstep/verify/1',
    seed: options.seed ?? defaultSeed,
    depth: options.depth ?? 'quick',
    versions: {},
    subjects: options.subjects.map(subject => ({
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

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mutantsOf } from '../derive/mutants/index.ts'
import { packagePath } from '../guests/package-path.ts'
import { vectorsFor } from '../guests/vector-files.ts'
import type { Rule } from '../language/rule.ts'
import { isBuiltIn, ruleIds } from '../rules/lookup.ts'
import { type HistoryRow, history } from '../score/history/index.ts'
import { type Order, type Score, scoreMany } from '../score/pool.ts'
import type { ReportFate } from '../score/reports.ts'
import { type RuleScore, scoreOf } from '../score/score.ts'
import { missed } from '../score/tally.ts'
import { exitCode } from './failures.ts'
import { interruptible } from './interrupt.ts'
import type { MutantsOptions } from './mutants.ts'
import { listPage, scorePage } from './mutants-page.ts'
import { scoreFiles } from './mutants-tables.ts'
import { print, writeWhole } from './output.ts'
import { Progress } from './progress.ts'
import { readRule } from './rule-source.ts'
import { screen } from './screen.ts'

/** The default seed of `verify`, and two others: a gate must not depend on luck. */
export const defaultSeeds = [20_260_101, 1, 2] as const

/** Lists or scores the mutants of rules. The code is that of a gate: 0 where nothing is missed. */
export async function runMutants(asked: readonly string[], options: MutantsOptions): Promise<number> {
  const rules = await Promise.all((asked.length > 0 ? asked : ruleIds()).map(readRule))
  const kept = rules.filter(rule => asked.length > 0 || !rule.erratum)
  if (options.list) {
    const lists = kept.map(rule => ({
      rule: rule.id,
      mutants: mutantsOf(rule).map(({ rule: _, ...mutant }) => mutant),
    }))
    await print(options.json ? `${JSON.stringify(lists, null, 1)}\n` : listPage(lists, screen()))
    return exitCode.conforms
  }
  if (options.out !== undefined) mkdirSync(options.out, { recursive: true })
  const seeds = options.seed.length > 0 ? options.seed : defaultSeeds
  const started = performance.now()
  const found = new Scores(kept)
  const progress = new Progress()
  const rows = options.history ? history : []
  const told = (score: Score): void => {
    found.add(score)
    progress.update(found.count, kept.length + rows.length, 'rule' in score ? score.rule : '')
    if (options.out !== undefined) writeFiles(options.out, found)
  }
  try {
    await interruptible(
      signal => scoreAll(kept, rows, { seeds, signal, onScore: told }),
      async () => undefined,
      () =>
        `Until then ${found.rules.length} of ${kept.length} rules were scored${options.out === undefined ? '' : `, and are in ${options.out}`}.`,
    )
  } finally {
    progress.stop()
  }
  const seconds = (performance.now() - started) / 1000
  await print(
    options.json
      ? `${JSON.stringify({ schema: 'lockstep/mutants/1', seeds, scores: found.rules, history: found.reports }, null, 1)}\n`
      : scorePage(found, { seconds, ...(options.out !== undefined && { out: options.out }) }, screen()),
  )
  return found.rules.some(score => missed(score).length > 0) ? exitCode.deviates : exitCode.conforms
}

/** What is known so far, in the order of the tables. */
class Scores {
  readonly #rules: RuleScore[] = []
  readonly #reports: ReportFate[] = []
  readonly #order: ReadonlyMap<string, number>

  constructor(rules: readonly Rule[]) {
    this.#order = new Map([...rules.map(({ id }) => id), ...history.map(({ id }) => id)].map((id, at) => [id, at]))
  }

  add(score: Score): void {
    if ('fates' in score) this.#rules.push(score)
    else this.#reports.push(score)
  }

  get count(): number {
    return this.#rules.length + this.#reports.length
  }

  get rules(): RuleScore[] {
    return this.#rules.toSorted((a, b) => this.#order.get(a.rule)! - this.#order.get(b.rule)!)
  }

  get reports(): ReportFate[] {
    return this.#reports.toSorted((a, b) => this.#order.get(a.id)! - this.#order.get(b.id)!)
  }
}

/** Built-in rules and the history on all cores; a rule of one's own, which cannot be sent to a worker, here. */
async function scoreAll(
  rules: readonly Rule[],
  rows: readonly HistoryRow[],
  { seeds, signal, onScore }: { seeds: readonly number[]; signal: AbortSignal; onScore(score: Score): void },
): Promise<void> {
  const script = packagePath(import.meta.url, './score-worker.js')
  const away = script === undefined ? [] : rules.filter(isBuiltIn)
  const orders: Order[] = [
    ...away.map(({ id, step }) => ({ rule: id, seeds, size: 1000 * step.length })),
    ...rows.map(({ id }) => ({ report: id, seeds, size: 1 })),
  ]
  if (script !== undefined && orders.length > 0) await scoreMany(orders, script, { signal, onScore })
  for (const rule of rules.filter(each => !away.includes(each)))
    onScore(await scoreOf(rule, isBuiltIn(rule) ? vectorsFor(rule.id) : undefined, seeds, signal))
}

function writeFiles(directory: string, found: Scores): void {
  for (const [name, text] of Object.entries(scoreFiles(found))) writeWhole(join(directory, name), text)
}

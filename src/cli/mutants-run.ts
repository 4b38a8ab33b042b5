import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mutantsOf } from '../derive/mutants/index.ts'
import { packagePath } from '../guests/package-path.ts'
import { vectorsFor } from '../guests/vector-files.ts'
import type { Rule } from '../language/rule.ts'
import { isBuiltIn, ruleIds } from '../rules/lookup.ts'
import { scoreMany } from '../score/pool.ts'
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
  const scores: RuleScore[] = []
  const order = new Map(kept.map(({ id }, at) => [id, at]))
  const inOrder = (): RuleScore[] => [...scores].sort((a, b) => order.get(a.rule)! - order.get(b.rule)!)
  const progress = new Progress()
  const told = (score: RuleScore): void => {
    scores.push(score)
    progress.update(scores.length, kept.length, score.rule)
    if (options.out !== undefined) writeFiles(options.out, inOrder())
  }
  try {
    await interruptible(
      signal => scoreAll(kept, seeds, signal, told),
      async () => undefined,
      () =>
        `Until then ${scores.length} of ${kept.length} rules were scored${options.out === undefined ? '' : `, and are in ${options.out}`}.`,
    )
  } finally {
    progress.stop()
  }
  const seconds = (performance.now() - started) / 1000
  await print(
    options.json
      ? `${JSON.stringify({ schema: 'lockstep/mutants/1', seeds, scores: inOrder() }, null, 1)}\n`
      : scorePage(inOrder(), { seconds, ...(options.out !== undefined && { out: options.out }) }, screen()),
  )
  return inOrder().some(score => missed(score).length > 0) ? exitCode.deviates : exitCode.conforms
}

/** Built-in rules on all cores; a rule of one's own, which cannot be sent to a worker, here. */
async function scoreAll(
  rules: readonly Rule[],
  seeds: readonly number[],
  signal: AbortSignal,
  onScore: (score: RuleScore) => void,
): Promise<void> {
  const script = packagePath(import.meta.url, './score-worker.js')
  const away = script === undefined ? [] : rules.filter(isBuiltIn)
  if (script !== undefined && away.length > 0) {
    const orders = away.map(({ id }) => ({ rule: id, vectors: vectorsFor(id), seeds }))
    await scoreMany(orders, script, { signal, onScore })
  }
  for (const rule of rules.filter(each => !away.includes(each)))
    onScore(await scoreOf(rule, isBuiltIn(rule) ? vectorsFor(rule.id) : undefined, seeds, signal))
}

function writeFiles(directory: string, scores: readonly RuleScore[]): void {
  for (const [name, text] of Object.entries(scoreFiles(scores))) writeWhole(join(directory, name), text)
}

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import { scenarioFile } from '../../kit/keep-scenario.ts'
import { byCell } from '../../report/by-cell.ts'
import { isOpenFailure, sentence, telling } from '../../report/findings.ts'
import type { Format } from '../../subject/subject.ts'
import { type Report, type Result, stale } from '../../subject/verdict.ts'
import { UsageError } from '../failures.ts'
import { writeWhole } from '../output.ts'
import { nameOf, type Plan } from './plan.ts'
import { configNames, parseYaml } from './read.ts'

/** Where scenarios of recorded deviations lie, beside the file. */
const folder = 'lockstep-deviations'

/** What was recorded: how many findings, and how many entries that no longer showed were taken out. */
export interface Written {
  readonly path: string
  readonly added: number
  readonly removed: number
  /** Failures that are not in the hands of the file, such as a built-in deviation that is stale. */
  readonly left: readonly Result[]
}

/** The file that deviations are written to: the one that was named, else the one that was read, else `lockstep.yaml`. */
export function deviationsPath(asked: string | true, { source }: Plan): string {
  if (asked === true) return source?.path ?? configNames[0]
  if (!/\.ya?ml$/.test(asked))
    throw new UsageError(
      `--write-deviations: '${asked}' is not a YAML file.`,
      'Write for example --write-deviations lockstep.yaml, or put the option last, without a file.',
    )
  if (source && resolve(asked) !== resolve(source.path))
    throw new UsageError(
      `--write-deviations ${asked}: this run reads ${source.path}, so that a later one would not see what is written.`,
      `Name the same file in both: --config ${asked} --write-deviations ${asked}`,
    )
  return asked
}

/** Records the failures of a run, so that the next one conforms until something else fails, or one of them passes. */
export function writeDeviations(
  path: string,
  report: Report,
  plan: Plan,
  asked: (result: Result) => { rule: string; subject: string },
): Written {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : newFile
  const document = parseYaml(path, before)
  if (document.contents !== null && !isMap(document.contents))
    throw new UsageError(`${path}: expected fields such as subjects and deviations.`, 'See docs/configuration.md.')
  if (!existsSync(path)) describeRun(document, plan)
  const failed = report.results.filter(isOpenFailure)
  const isStale = ({ reason = '' }: Result): boolean => reason.startsWith(stale)
  const gone = failed.filter(isStale)
  const kept = gone.filter(result => !remove(document, path, result))
  const recorded = report.subjects.filter(({ live }) => !live).map(({ name }) => name)
  const found = byCell(failed.filter(result => !isStale(result))).flatMap(findingsOf)
  for (const finding of found) {
    const scenario = recorded.includes(finding.subject) ? undefined : keep(path, finding, asked)
    add(document, { ...entry(finding), ...(scenario !== undefined && { scenario }) })
  }
  const written = { path, added: found.length, removed: gone.length - kept.length, left: kept }
  if (written.added + written.removed > 0) writeWhole(path, textOf(document, before))
  return written
}

const newFile = `# What \`lockstep verify\` does here; docs/configuration.md tells of every field.
# yaml-language-server: $schema=node_modules/lockstep/docs/schemas/lockstep.schema.json
{}
`

/** The document in the manner of what was there before: `[a]` or `[ a ]`, and no line broken that was whole. */
const textOf = (document: Document, before: string): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] \S/.test(before) })

/** A new file says what was run, so that a plain `lockstep verify` does the same. */
function describeRun(document: Document, { entries, options }: Plan): void {
  const { rule, check, hyper, depth, strict, python } = options
  const fields = {
    ...(entries.length > 0 && {
      subjects: entries.map(entry => (Object.keys(entry).join() === 'subject' ? nameOf(entry) : entry)),
    }),
    ...(rule.length > 0 && { rules: rule }),
    ...(check.length > 0 && { checks: check }),
    ...(Object.keys(hyper).length > 0 && { hyper }),
    ...(depth !== 'quick' && { depth }),
    ...(strict && { strict }),
    ...(python !== undefined && { python }),
  }
  const map = document.createNode(fields) as YAMLMap
  map.flow = false
  map.commentBefore = document.contents?.commentBefore ?? null
  document.contents = map
}

/** One thing to put on record: checks that fail in the same formats, told by the one that tells most. */
interface Found {
  readonly subject: string
  readonly rule: string
  readonly checks: readonly string[]
  readonly formats?: readonly Format[]
  readonly telling: Result
}

/** The failures of a cell, those apart that show in one format only. */
function findingsOf(cell: readonly Result[]): Found[] {
  const formatsOf = (check: string): string =>
    [...new Set(cell.filter(result => result.check === check).flatMap(({ formats = [] }) => formats))].sort().join()
  const checks = [...new Set(cell.map(({ check }) => check))]
  return [...new Set(checks.map(formatsOf))].map(shared => {
    const own = checks.filter(check => formatsOf(check) === shared)
    const [first] = cell.filter(({ check }) => own.includes(check)).sort(telling)
    const formats = shared.split(',').filter(name => name !== '') as Format[]
    const { subject, rule } = first!
    return { subject, rule, checks: own, ...(formats.length > 0 && { formats }), telling: first! }
  })
}

function entry({ subject, rule, checks, formats, telling: { finding, reason } }: Found): Record<string, unknown> {
  return {
    subject,
    rule,
    checks,
    ...(formats && { formats }),
    reason: finding ? sentence(rule, finding) : (reason ?? 'deviates'),
  }
}

/** Keeps the smallest scenario beside the file, where replay finds it too. */
function keep(
  path: string,
  { telling: result }: Found,
  asked: (result: Result) => { rule: string; subject: string },
): string | undefined {
  if (!result.scenario) return undefined
  const { name, text } = scenarioFile(result, asked(result))
  const file = join(dirname(path), folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeWhole(file, text)
  return relative(dirname(path), file).replaceAll('\\', '/')
}

/** Lists of so many entries stand in a line. */
const few = 3

function add(document: Document, value: Record<string, unknown>): void {
  const node = document.createNode(value) as YAMLMap
  for (const key of ['checks', 'formats']) {
    const list = node.get(key, true)
    if (isSeq(list)) list.flow = list.items.length <= few
  }
  const all = document.get('deviations')
  if (isSeq(all)) all.add(node)
  else document.set('deviations', document.createNode([node]))
  const list = document.get('deviations') as YAMLSeq
  list.flow = false
  if (isMap(document.contents)) document.contents.flow = false
}

/** Takes the entry out that a stale result is about; false where the file has none. */
function remove(document: Document, path: string, { subject, rule, reason = '' }: Result): boolean {
  const all = document.get('deviations')
  if (!isSeq(all)) return false
  const at = all.items.findIndex(
    item =>
      isMap(item) &&
      item.get('subject') === subject &&
      item.get('rule') === rule &&
      reason === `${stale} ${item.get('reason')}`,
  )
  if (at < 0) return false
  const scenario: unknown = (all.items[at] as YAMLMap).get('scenario')
  // The file of a scenario goes with the entry that it was written for.
  if (typeof scenario === 'string' && scenario.startsWith(`${folder}/`))
    rmSync(join(dirname(path), scenario), { force: true })
  all.delete(at)
  if (all.items.length === 0) document.delete('deviations')
  return true
}

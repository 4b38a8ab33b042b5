import { existsSync } from 'node:fs'
import * as v from 'valibot'
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { mostOfInput, readWhole } from '../../guests/whole-file.ts'
import { nearest } from '../../language/error.ts'
import { findRule } from '../../rules/lookup.ts'
import { UsageError } from '../failures.ts'
import { tell } from '../output.ts'
import { type ConfigFile, configSchema, objects } from './schema.ts'

/** The names under which a configuration is looked for, the first that is there. */
export const configNames = ['lockstep.yaml', 'lockstep.yml'] as const

/** A configuration as it was read, with the places of its parts. */
export interface Source {
  readonly path: string
  readonly config: ConfigFile
  /** `lockstep.yaml:7:5`, where a part of it stands. */
  place(...keys: readonly PropertyKey[]): string
}

/** The file that is used: the one that was named, else one of the usual names, else none. */
export function configPath(asked: string | false | undefined): string | undefined {
  if (asked === false) return undefined
  if (asked === undefined) {
    const [read, ...others] = configNames.filter(name => existsSync(name))
    for (const other of others) tell(`${read} is read; ${other} beside it is not.`)
    return read
  }
  if (!existsSync(asked))
    throw new UsageError(
      `There is no file '${asked}'.`,
      'A configuration is a YAML file with subjects, rules and deviations; see docs/configuration.md.',
    )
  return asked
}

/** Reads a configuration; what is wrong with it is told with file, line and field. */
export function readConfig(path: string): Source {
  const lines = new LineCounter()
  const document = parseYaml(path, contents(path), lines)
  const place = (keys: readonly PropertyKey[]): string => `${path}:${position(document, keys, lines)}`
  const value: unknown = document.toJS() ?? {}
  if (Array.isArray(value) || typeof value !== 'object' || value === null)
    throw new UsageError(
      `${place([])}: expected fields, got ${Array.isArray(value) ? 'a list' : 'text'}.`,
      `Fields are ${fieldsAt([]).join(', ')}.`,
    )
  const result = v.safeParse(configSchema, value)
  if (!result.success) throw complaint(mostTelling(result.issues), keys => place(keys))
  return { path, config: result.output, place: (...keys) => place(keys) }
}

function contents(path: string): string {
  try {
    return readWhole(path, mostOfInput)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`, 'Name a YAML file with --config.')
  }
}

/** A document that keeps comments; what is no YAML is refused with its line. */
export function parseYaml(path: string, text: string, lines = new LineCounter()): Document {
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  const [error] = document.errors
  if (!error) return document
  const { line, col } = lines.linePos(error.pos[0])
  throw new UsageError(
    `${path}:${line}:${col}: this is not YAML: ${error.message.split('\n')[0]!.replace(/ at line.*$/, '')}.`,
  )
}

/** Line and column of a value, or of its key where the key itself is in question. */
function position(document: Document, keys: readonly PropertyKey[], lines: LineCounter): string {
  for (let length = keys.length; length >= 0; length--) {
    const path = keys.slice(0, length)
    const parent: unknown = path.length > 0 ? document.getIn(path.slice(0, -1), true) : undefined
    const key = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key
      : undefined
    const node = (key ?? (path.length > 0 ? document.getIn(path, true) : document.contents)) as
      | { range?: readonly [number, number, number] | null }
      | undefined
    if (!node?.range) continue
    const { line, col } = lines.linePos(node.range[0])
    return `${line}:${col}`
  }
  return '1:1'
}

type Issue = v.BaseIssue<unknown>

const keysOf = (issue: Issue): PropertyKey[] => issue.path?.map(item => item.key as PropertyKey) ?? []

/** Of the alternatives that a field has, the complaint of the one that came furthest. */
function deepest(issue: Issue): Issue {
  const inner = (issue.issues ?? []).map(deepest).filter(({ path = [] as never }) => path.length > 0)
  const [found] = inner.sort((a, b) => keysOf(b).length - keysOf(a).length)
  return found
    ? { ...found, path: [...(issue.path ?? []), ...found.path!] as unknown as NonNullable<Issue['path']> }
    : issue
}

const isUnknownField = ({ type, expected }: Issue): boolean => type === 'strict_object' && expected === 'never'

/** A field that is not known goes before one that is missing: it is likely that one, misspelled. */
function mostTelling(issues: readonly [Issue, ...Issue[]]): Issue {
  const all = issues.map(deepest)
  return all.find(isUnknownField) ?? all[0]!
}

/** A path as people write it: `deviations[0].checks`. */
export const fieldName = (keys: readonly PropertyKey[]): string =>
  keys.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name ? `${name}.${String(key)}` : String(key)),
    '',
  )

function complaint(issue: Issue, place: (keys: readonly PropertyKey[]) => string): UsageError {
  const keys = keysOf(issue)
  const name = fieldName(keys) || 'the whole file'
  if (isUnknownField(issue)) {
    const known = fieldsAt(keys.slice(0, -1))
    const near = nearest(String(keys.at(-1)), known)
    return new UsageError(
      `${place(keys)}: ${name}: this field is not known.`,
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Fields here are ${known.join(', ')}.`,
    )
  }
  const missing = issue.received === 'undefined'
  return new UsageError(
    missing
      ? `${place(keys)}: ${name} is missing.`
      : `${place(keys)}: ${name}: expected ${words(issue)}, got ${issue.received}.`,
    'See docs/configuration.md for an example.',
  )
}

function fieldsAt(keys: readonly PropertyKey[]): string[] {
  const found = objects.find(([path]) => path.test(keys.map(String).join('.')))
  return Object.keys(found?.[1].entries ?? {})
}

/** What valibot calls what it expected, for people. */
const expectations: Readonly<Record<string, string>> = {
  string: 'text',
  Array: 'a list',
  Object: 'fields',
  number: 'a number',
  boolean: 'true or false',
  '(string | Object)': 'text or fields',
  '!0': 'text that is not empty',
}

/** Issues whose own words are not meant for people, by their type. */
const byType: Readonly<Record<string, (issue: Issue) => string>> = {
  check: ({ message }) => message,
  min_length: () => 'at least one entry',
  picklist: ({ expected }) => (expected ?? '').replace(/[()"]/g, '').replaceAll(' | ', ' or '),
}

const words = (issue: Issue): string =>
  byType[issue.type]?.(issue) ?? expectations[issue.expected ?? ''] ?? issue.expected ?? 'something else'

/** A built-in rule that a file names; one that does not exist is told with its place. */
export function checkRuleId(source: Source, rule: string, keys: readonly PropertyKey[]): string {
  try {
    return findRule(rule).id
  } catch (error) {
    throw new UsageError(`${source.place(...keys)}: ${fieldName(keys)}: ${(error as Error).message}`)
  }
}

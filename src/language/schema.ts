import * as v from 'valibot'
import { nearest, RuleError } from './error.ts'
import { hostName, whyReserved } from './names.ts'
import type { DialectSource } from './rule.ts'

const closedForm = v.strictObject({
  gradient: v.picklist(['constant', 'impulse', 'geometric', 'quadratic']),
  where: v.optional(v.record(v.string(), v.union([v.string(), v.boolean()]))),
  require: v.optional(v.array(v.string())),
  x: v.string(),
  derivation: v.string(),
})

const hyper = v.strictObject({
  default: v.union([v.string(), v.boolean()]),
  domain: v.optional(v.string()),
  meaning: v.optional(v.string()),
})

const state = v.strictObject({
  init: v.string(),
  when: v.optional(v.string()),
  as: v.optional(v.string()),
  meaning: v.optional(v.string()),
})

const erratum = v.strictObject({ printed: v.string(), correct: v.string(), why: v.string(), see: v.string() })

/** The fields of a rule, in a `.rule.yaml` or a TypeScript module. Numbers are texts, so that every digit is kept. */
const userRule = v.strictObject({
  id: v.optional(v.string()),
  title: v.optional(v.string()),
  source: v.optional(v.string(), 'no published statement'),
  url: v.optional(v.string()),
  hyper: v.optional(v.record(v.string(), hyper), {}),
  state: v.optional(v.record(v.string(), v.union([v.string(), state]))),
  at: v.optional(v.string()),
  clock: v.optional(v.picklist(['parameter', 'optimizer'])),
  require: v.optional(v.array(v.string())),
  step: v.union([v.string(), v.array(v.string())]),
  closedForms: v.optional(v.record(v.string(), closedForm)),
  erratum: v.optional(erratum),
  note: v.optional(v.string()),
})

/** The schema of the entries of a field, for the hint that lists what may stand there. */
const entries: Readonly<Record<string, { entries: object }>> = { hyper, state, closedForms: closedForm, erratum }

/** A user's rule: the fields of a dialect with its own name. */
export interface UserRuleSource extends DialectSource {
  id?: string
  title?: string
}

const example = 'See docs/adding-a-rule.md for an example.'

/** Checks that a value has the fields of a rule; the first field that is wrong is named with what was expected. */
export function checkRuleSource(value: unknown, from: string): UserRuleSource {
  const instead = value === null || value === undefined ? 'nothing: it is empty' : Array.isArray(value) && 'a list'
  if (instead) throw new RuleError(`${from}: (the whole file): expected the fields of a rule, got ${instead}.`, example)
  refuseHostNames(value, from, [])
  const result = v.safeParse(userRule, value)
  if (result.success) return result.output as UserRuleSource
  const issue = mostTelling(result.issues)
  const unknown = isUnknownField(issue)
  const hint = unknown
    ? unknownHint(issue)
    : typeof issue.input === 'number'
      ? `Write the number as text: '${issue.input}', so that every digit is kept.`
      : example
  const problem = unknown ? ': this field is not known' : isMissing(issue) ? ' is missing' : `: ${words(issue)}`
  throw new RuleError(`${from}: ${pathOf(issue) || '(the whole file)'}${problem}.`, hint)
}

type Issue = v.BaseIssue<unknown>

const isUnknownField = ({ type, expected }: Issue): boolean => type === 'strict_object' && expected === 'never'
const isMissing = ({ type, received }: Issue): boolean => type === 'strict_object' && received === 'undefined'
const words = ({ expected, received }: Issue): string =>
  `expected ${expected === 'Object' ? 'fields' : expected}, got ${received}`

/** A field that is not known goes before one that is missing: it is likely that one, misspelled. */
function mostTelling(issues: readonly [Issue, ...Issue[]]): Issue {
  const all = issues.map(deepest)
  return all.find(isUnknownField) ?? all[0]!
}

function unknownHint(issue: Issue): string {
  const fields = fieldsAt(issue)
  const near = nearest(String(issue.path?.at(-1)?.key), fields)
  return `${near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : ''}Fields here are ${fields.join(', ')}.`
}

const pathOf = (issue: Issue): string => issue.path?.map(item => String(item.key)).join('.') ?? ''

const fieldsAt = ({ path = [] as never }: Issue): string[] =>
  Object.keys((path.length === 1 ? userRule : (entries[String(path[0].key)] ?? userRule)).entries)

/** Of the alternatives that a field has, the complaint of the one that came furthest. */
function deepest(issue: Issue): Issue {
  const inner = (issue.issues ?? []).map(deepest).filter(candidate => (candidate.path?.length ?? 0) > 0)
  const rank = (each: Issue): number => 2 * (each.path?.length ?? 0) + Number(isUnknownField(each))
  const found = inner.sort((a, b) => rank(b) - rank(a))[0]
  return found
    ? { ...found, path: [...(issue.path ?? []), ...(found.path ?? [])] as unknown as NonNullable<Issue['path']> }
    : issue
}

/** Names with which a file could reach into the objects of the host language; the schema would pass them over in silence. */
function refuseHostNames(value: unknown, from: string, path: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (whyReserved(key) === hostName)
      throw new RuleError(`${from}: ${[...path, key].join('.')}: '${key}' ${hostName}.`, 'Choose another name.')
    if (path.length < 10) refuseHostNames(inner, from, [...path, key])
  }
}

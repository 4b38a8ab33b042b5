import { join, normalize, relative, resolve, sep } from 'node:path'
import { defaultSeed } from '../../kit/options.ts'
import { UsageError } from '../failures.ts'
import type { VerifyCommandOptions } from '../questions.ts'
import { parseReporter } from '../reporter-choice.ts'
import { isRuleFile } from '../rule-source.ts'
import { isModulePath, subjectNames } from '../subjects.ts'
import { checkRuleId, configPath, readConfig, type Source } from './read.ts'
import type { SubjectFields } from './schema.ts'

/** What is to be done: the arguments, and the configuration where they say nothing. */
export interface Plan {
  readonly options: VerifyCommandOptions & Required<Pick<VerifyCommandOptions, 'depth' | 'seed'>>
  /** What is verified; none: everything that is here. */
  readonly entries: readonly SubjectFields[]
  /** Hyper-parameters that were given as arguments: they go before those of single subjects. */
  readonly typedHyper: VerifyCommandOptions['hyper']
  /** Whether all is verified that the file names: only then a deviation that nothing used is worth a note. */
  readonly whole: boolean
  readonly source?: Source
}

/** Joins the arguments with `lockstep.yaml`, where there is one; an argument replaces the field of the same name. */
export function readPlan(names: readonly string[], options: VerifyCommandOptions): Plan {
  const path = configPath(options.config)
  const source = path === undefined ? undefined : readConfig(path)
  const entries = source ? entriesOf(source) : []
  const asked = [...new Set(names)].map(name => entryIn(entries, name))
  return {
    options: joined(options, source),
    typedHyper: options.hyper,
    entries: (names.length > 0 ? asked : entries).map(entry => (options.rule.length > 0 ? without(entry) : entry)),
    whole: names.length === 0 && options.rule.length === 0 && options.check.length === 0,
    ...(source && { source }),
  }
}

const entryIn = (entries: readonly SubjectFields[], name: string): SubjectFields =>
  entries.find(entry => nameOf(entry) === name) ?? { subject: name }

/** What `lockstep.yaml` says of a subject, by the name that the command line gives it. */
export function entryNamed(name: string): SubjectFields {
  const path = configPath(undefined)
  return entryIn(path === undefined ? [] : entriesOf(readConfig(path)), name)
}

/** What a subject is called on the command line. */
export const nameOf = ({ name, subject, command }: SubjectFields): string => name ?? subject ?? command!

const without = ({ rules: _, ...entry }: SubjectFields): SubjectFields => entry

function joined(options: VerifyCommandOptions, source: Source | undefined): Plan['options'] {
  const { config = {} } = source ?? {}
  const { rules = [], checks = [], hyper = {}, depth = 'quick', seed = defaultSeed, python, reporters, strict } = config
  return {
    ...(strict !== undefined && { strict }),
    ...(python !== undefined && { python: isPath(python) ? beside(source!, python) : python }),
    ...options,
    rule: options.rule.length > 0 ? options.rule : rules.map((rule, at) => ruleAt(source!, rule, ['rules', at])),
    check: options.check.length > 0 ? options.check : [...checks],
    hyper: { ...hyper, ...options.hyper },
    depth: options.depth ?? depth,
    seed: options.explore ? Math.floor(Math.random() * 0x7fffffff) : (options.seed ?? seed),
    reporter:
      options.reporter.length > 0 || options.json || !reporters
        ? options.reporter
        : reporters.map((text, at) => reporterAt(source!, text, at)),
  }
}

function reporterAt(source: Source, text: string, at: number): VerifyCommandOptions['reporter'][number] {
  const choice = parseReporter(text)
  if (typeof choice === 'string') throw new UsageError(`${source.place('reporters', at)}: reporters[${at}]: ${choice}`)
  return { ...choice, ...(choice.file !== undefined && { file: beside(source, choice.file) }) }
}

const isPath = (text: string): boolean => /[/\\]/.test(text)

/** A path of the file as the command line would name it: the file's own directory is where it begins. */
export function beside({ path }: Source, name: string): string {
  const found = relative('.', resolve(join(path, '..'), name))
  const same = normalize(name) === found
  return same ? name : found.startsWith(`..${sep}`) || resolve(name) === name ? found : `.${sep}${found}`
}

/** A rule, by id, or by a path that is read from where the file is. */
export const ruleText = (source: Source, rule: string): string => (isRuleFile(rule) ? beside(source, rule) : rule)

/** The same, of a rule that is to be verified: what does not exist is told with its place. */
function ruleAt(source: Source, rule: string, keys: readonly PropertyKey[]): string {
  if (!isRuleFile(rule)) checkRuleId(source, rule, keys)
  return ruleText(source, rule)
}

function entriesOf(source: Source): SubjectFields[] {
  const entries = (source.config.subjects ?? []).map((entry, at): SubjectFields => {
    const fields = typeof entry === 'string' ? { subject: entry } : entry
    return located(source, fields, at)
  })
  const twice = entries.findIndex((entry, at) => entries.findIndex(other => nameOf(other) === nameOf(entry)) !== at)
  if (twice >= 0)
    throw new UsageError(
      `${source.place('subjects', twice)}: there are two subjects called '${nameOf(entries[twice]!)}'.`,
      'Give one of them a name of its own, with `name`.',
    )
  return entries
}

/** One entry with its paths as the command line would name them. */
function located(source: Source, entry: SubjectFields, at: number): SubjectFields {
  const { subject, command, name, rules, python } = entry
  const place = source.place('subjects', at)
  if ((subject === undefined) === (command === undefined))
    throw new UsageError(
      `${place}: subjects[${at}] needs either \`subject\` or \`command\`.`,
      'For example: { subject: ./my-adam.ts, rules: [adam/pytorch] }',
    )
  // What is on record of a framework must not excuse another subject that took its name.
  if (name !== undefined && subjectNames.includes(name) && name !== subject)
    throw new UsageError(
      `${source.place('subjects', at, 'name')}: '${name}' is a subject of Lockstep's own.`,
      'Choose another name.',
    )
  return {
    ...entry,
    ...(subject !== undefined && { subject: isFile(subject) ? beside(source, subject) : subject }),
    ...(python !== undefined && isPath(python) && { python: beside(source, python) }),
    ...(rules && { rules: rules.map((rule, k) => ruleAt(source, rule, ['subjects', at, 'rules', k])) }),
  }
}

const isFile = (subject: string): boolean => isModulePath(subject) || /\.py\b/.test(subject)

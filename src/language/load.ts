import { parse } from 'yaml'
import { RuleError } from './error.ts'
import { lowerRule } from './lower-rule.ts'
import { printable, printableValue } from './readable.ts'
import type { Rule } from './rule.ts'
import { checkRuleSource } from './schema.ts'
import { checkUse } from './use.ts'

const longest = 200_000

/** Fields that are read as code, which the reader of the code judges. */
const code: ReadonlySet<string> = new Set(['step', 'at', 'x', 'init', 'when', 'require'])

/** Reads the text of a `.rule.yaml`; numbers are kept as text, and nothing in it is run. */
export function loadRuleText(text: string, from: string): Rule {
  if (text.length > longest)
    throw new RuleError(
      `${from}: the file is too long: ${text.length} characters, at most ${longest}.`,
      'A rule is a few lines.',
    )
  let value: unknown
  try {
    value = parse(text, { schema: 'failsafe', prettyErrors: true, logLevel: 'error' })
  } catch (error) {
    throw new RuleError(
      `${from}: this is not YAML: ${error instanceof Error ? error.message : error}`,
      'See docs/adding-a-rule.md for an example.',
    )
  }
  return loadUserRule(value, from)
}

/** Checks and lowers a user's rule, and refuses what its step computes for nothing: in a file that is a slip. */
export function loadUserRule(value: unknown, from: string): Rule {
  const rule = loadRule(value, from)
  checkUse(rule.id, checkRuleSource(value, from))
  return rule
}

/** Checks and lowers a rule, from a `.rule.yaml` or a TypeScript module: both have the same fields. */
export function loadRule(value: unknown, from: string): Rule {
  const source = checkRuleSource(printableValue(value, code), from)
  const id =
    source.id ??
    printable(from)
      .replace(/^.*[/\\]/, '')
      .replace(/(\.rule)?\.\w+$/, '')
  if (source.id !== undefined && !/^[\w.-]+(\/[\w.-]+)?$/.test(id)) {
    throw new RuleError(
      `${from}: id: '${id}' is not the name of a rule.`,
      'Write for example adan or adan/paper, in letters, digits, dots and hyphens.',
    )
  }
  const [family = id, dialect = 'own'] = id.split('/')
  return lowerRule({ id, family, dialect, title: source.title ?? id }, source)
}

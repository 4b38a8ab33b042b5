import { parse } from 'yaml'
import { RuleError } from './error.ts'
import { lowerRule } from './lower-rule.ts'
import type { Rule } from './rule.ts'
import { checkRuleSource } from './schema.ts'

/** Reads the text of a `.rule.yaml`; numbers are kept as text, and nothing in it is run. */
export function loadRuleText(text: string, from: string): Rule {
  let value: unknown
  try {
    value = parse(text, { schema: 'failsafe', prettyErrors: true })
  } catch (error) {
    throw new RuleError(`${from}: this is not YAML: ${error instanceof Error ? error.message : error}`, 'See docs/adding-a-rule.md for an example.')
  }
  return loadRule(value, from)
}

/** Checks and lowers a user's rule, from a `.rule.yaml` or a TypeScript module: both have the same fields. */
export function loadRule(value: unknown, from: string): Rule {
  const source = checkRuleSource(value, from)
  const id = source.id ?? from.replace(/^.*\//, '').replace(/(\.rule)?\.\w+$/, '')
  const [family = id, dialect = 'own'] = id.split('/')
  return lowerRule({ id, family, dialect, title: source.title ?? id }, source)
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mostOfRule, otherThanFile, readWhole } from '../guests/whole-file.ts'
import type { Rule } from '../language/rule.ts'
import { findRule, ruleIds } from '../rules/lookup.ts'
import { UsageError } from './failures.ts'

const isYaml = (text: string): boolean => /\.ya?ml$/.test(text)
const isModule = (text: string): boolean => /\.[cm]?[jt]s$/.test(text)

/** Whether a rule is given by file; ids have slashes too, so that the ending decides. */
export const isRuleFile = (text: string): boolean => isYaml(text) || isModule(text)

/** A rule by id, or from a `.rule.yaml` or a TypeScript module that exports its fields. */
export async function readRule(text: string): Promise<Rule> {
  if (!isRuleFile(text)) return findRule(text)
  if (!existsSync(text))
    throw new UsageError(
      `There is no file '${text}'.`,
      'A rule is an id such as adam/pytorch (see: lockstep rules) or a .rule.yaml file.',
    )
  const { loadRuleText, loadUserRule } = await import('../language/load.ts')
  const rule = isYaml(text) ? loadRuleText(contents(text), text) : loadUserRule(await exported(text), text)
  if (ruleIds().includes(rule.id))
    throw new UsageError(
      `${text}: the id '${rule.id}' is that of a built-in rule.`,
      `Give yours another, for example \`id: ${rule.family}/own\`, so that nobody takes one for the other.`,
    )
  return rule
}

function contents(path: string): string {
  try {
    return readWhole(path, mostOfRule)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`, 'Name a .rule.yaml file.')
  }
}

async function exported(path: string): Promise<unknown> {
  const other = otherThanFile(path)
  if (other !== undefined)
    throw new UsageError(`${path} cannot be read: it is ${other}, not a regular file.`, 'Name a module.')
  const { tsImport } = await import('tsx/esm/api')
  let module: Record<string, unknown>
  try {
    module = await tsImport(pathToFileURL(resolve(path)).href, import.meta.url)
  } catch (error) {
    throw new UsageError(
      `${path} could not be loaded: ${error instanceof Error ? error.message : error}`,
      'A rule module exports the fields of a rule, for example `export default { hyper: ..., step: ... }`.',
    )
  }
  // A CommonJS package wraps the default export once more.
  const inner = module.default as { default?: unknown } | undefined
  return inner?.default ?? inner ?? { ...module }
}

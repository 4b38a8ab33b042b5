import { shown } from '../guests/error.ts'
import { functionSubject } from '../guests/function.ts'
import type { UserFunction } from '../guests/module-lift.ts'
import type { Rule } from '../language/rule.ts'
import { findRule, ruleIds } from '../rules/lookup.ts'
import type { Format, Subject } from '../subject/subject.ts'

/** A rule that was asked for: an id, or the whole rule. */
export interface AskedRule {
  readonly rule: string | Rule
  /** What the command line calls a whole rule: an id or a path; absent where only this program has it. */
  readonly named?: string
}

const isPath = (text: string): boolean => /\.ya?ml$/.test(text)

/** A rule as it was given: whole, an id, or the path of a `.rule.yaml` file, which is read. */
export async function askedRule(given: string | Rule): Promise<AskedRule> {
  if (typeof given !== 'string') return { rule: given, ...(ruleIds().includes(given.id) && { named: given.id }) }
  if (!isPath(given)) return { rule: given }
  const [{ mostOfRule, readWhole }, { loadRuleText }] = await Promise.all([
    import('../guests/whole-file.ts'),
    import('../language/load.ts'),
  ])
  return { rule: loadRuleText(readWhole(given, mostOfRule), given), named: given }
}

/** What can be held to a rule: a subject, a plain function, the path of a module that exports one, or `tfjs`. */
export type GivenSubject = Subject | UserFunction | string | URL

/** How functions and modules are presented. */
export interface Presentation {
  readonly name?: string | undefined
  readonly format?: Format | undefined
}

/** Rules that were given whole are known to functions and modules by no other way. */
const finding =
  (rules: readonly AskedRule[]) =>
  (id: string): Rule =>
    rules.flatMap(({ rule }) => (typeof rule === 'string' ? [] : [rule])).find(rule => rule.id === id) ?? findRule(id)

/** Imported from a CommonJS project, a module is an object around its default export. Anything else that is none is refused. */
function withoutWrapping(given: Subject | UserFunction): Subject | UserFunction {
  if (typeof given === 'function' || typeof given?.open === 'function') return given
  const { default: inner } = (given ?? {}) as { default?: Subject | UserFunction }
  if (inner !== undefined) return withoutWrapping(inner)
  throw new TypeError(
    `Expected a function (hyper, x0) => ({ step(gradient) { ... } }) or a Subject, got ${shown(given)}. Is it the default export that was imported?`,
  )
}

/** A plain function as a subject. */
export function askedSubject(
  given: Subject | UserFunction,
  rules: readonly AskedRule[],
  { name, format }: Presentation = {},
): Subject {
  const own = withoutWrapping(given)
  if (typeof own !== 'function') return own
  return functionSubject(own, {
    ...(name !== undefined && { name }),
    ...(format && { format }),
    findRule: finding(rules),
  })
}

/** The subject that was meant. A module runs in a process of its own, and is opened anew by each call. */
export async function openedSubject(
  given: GivenSubject,
  rules: readonly AskedRule[],
  presentation: Presentation,
): Promise<Subject> {
  if (typeof given === 'function' || (typeof given === 'object' && !(given instanceof URL)))
    return askedSubject(given, rules, presentation)
  const path = given instanceof URL ? (await import('node:url')).fileURLToPath(given) : given
  if (path === 'tfjs') return (await import('../guests/tfjs.ts')).tfjs()
  const { name } = presentation
  if (/\.[cm]?[jt]s$/.test(path))
    return (await import('../guests/module.ts')).moduleSubject(path, {
      ...(name !== undefined && { name }),
      findRule: finding(rules),
    })
  throw new Error(
    `There is no subject '${path}'. Give a function, a Subject, the path of a module that exports a function, or 'tfjs'; the command line has more: lockstep verify --help`,
  )
}

/** What a subject is called before it is opened. */
export function nameOf(given: GivenSubject, { name }: Presentation): string {
  if (name !== undefined) return name
  if (typeof given === 'string') return given
  return given instanceof URL ? given.pathname.split('/').at(-1)! : askedSubject(given, []).name
}

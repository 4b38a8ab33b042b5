import { ieee } from '../language/arithmetic.ts'
import { contains } from '../language/domain.ts'
import { nearest } from '../language/error.ts'
import { foldTest } from '../language/fold.ts'
import type { Requirement, Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import { lift, Slots } from './closures.ts'
import { float } from './float.ts'

type Values = Readonly<Record<string, number | boolean>>

/** Values of hyper-parameters that a rule does not allow: which, what is allowed, and what to do. */
export class HyperError extends Error {
  override readonly name = 'HyperError'
}

/** The rule's defaults with some of them replaced; unknown names, wrong types, and values outside their domains are refused. */
export function completeHyper(rule: Rule, given: Values): Record<string, number | boolean> {
  for (const name of Object.keys(given)) checkKnown(rule, name)
  const values: Record<string, number | boolean> = {}
  for (const hyper of Object.values(rule.hyper)) {
    const value = given[hyper.name] ?? hyper.default
    if (typeof value !== typeof hyper.default) {
      throw new HyperError(
        `${rule.id}: ${hyper.name} = ${value}: expected a ${typeof hyper.default}, for example ${hyper.text}.`,
      )
    }
    if (typeof value === 'number' && hyper.domain && !contains(hyper.domain, value)) {
      throw new HyperError(`${rule.id}: ${hyper.name} = ${value} is outside its domain ${hyper.domain.text}.`)
    }
    values[hyper.name] = value
  }
  const broken = rule.require.find(requirement => !holds(requirement, values))
  if (broken)
    throw new HyperError(`${rule.id}: this combination of hyper-parameters is not legal; it requires ${broken.text}.`)
  return values
}

const completed = new WeakMap<Rule, WeakMap<Values, Record<string, number | boolean>>>()

/** The same, remembered by the record of values: a trace hands the same one to every step. */
export function completedHyper(rule: Rule, given: Values): Record<string, number | boolean> {
  const known = remember(completed, rule, () => new WeakMap())
  return remember(known, given, () => completeHyper(rule, given))
}

function checkKnown(rule: Rule, name: string): void {
  if (Object.hasOwn(rule.hyper, name)) return
  const names = Object.keys(rule.hyper)
  const near = nearest(name, names)
  throw new HyperError(
    `${rule.id} has no hyper-parameter '${name}'. ${near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has: ${names.join(', ')}.`}`,
  )
}

/** Whether values are legal for a rule. */
export function isLegal(rule: Rule, values: Values): boolean {
  const inside = Object.values(rule.hyper).every(
    ({ name, domain }) => !domain || contains(domain, Number(values[name])),
  )
  return inside && rule.require.every(requirement => holds(requirement, values))
}

/** Whether a condition on numbers and flags holds, in binary64. */
export function holds({ test }: Requirement, values: Values): boolean {
  const slots = new Slots()
  const ask = {
    flag: (id: string) => values[id] === true,
    first: (id: string) => {
      throw new HyperError(`first(${id}) cannot be asked of hyper-parameters.`)
    },
  }
  const code = foldTest(
    test,
    lift(float('float64', ieee), slots.of, ask, value => value),
  )
  const frame: number[] = []
  for (const [id, value] of Object.entries(values)) frame[slots.of(id)] = Number(value)
  return code(frame)
}

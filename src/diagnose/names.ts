import type { Rule } from '../language/rule.ts'
import { sameHyper } from '../rules/same-hyper.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Reading } from './candidate.ts'

/** Reads the hyper-parameters of one rule as those of another; what this one does not have is left out. */
export function readAs(other: Rule, asked: Rule): { reading: Reading; lost: string[] } {
  const called = sameHyper(other, asked)
  const reading = (hyper: HyperValues): HyperValues =>
    Object.fromEntries([...called].flatMap(([name, own]) => (Object.hasOwn(hyper, own) ? [[name, hyper[own]!]] : [])))
  const kept = new Set(called.values())
  return { reading, lost: Object.keys(asked.hyper).filter(name => !kept.has(name)) }
}

/**
 * Another rule that shows its state under the names of the rule that the subject is held to: a variable of the same
 * symbol, or the only one that is left on both sides. Any other is called by a name that nothing shows.
 */
export function shownAs(other: Rule, asked: Rule): Rule {
  const own = Object.values(other.state)
  const free = Object.values(asked.state).filter(({ name }) => !Object.hasOwn(other.state, name))
  const left = own.filter(({ name }) => !Object.hasOwn(asked.state, name))
  const pairs = left.length === 1 && free.length === 1
  const state = own.map(each => {
    const as = asked.state[each.name]?.as ?? (pairs ? free[0]!.as : `${each.name} of ${other.id}`)
    return [each.name, { ...each, as }] as const
  })
  return { ...other, state: Object.fromEntries(state) }
}

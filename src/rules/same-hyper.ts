import type { Rule } from '../language/rule.ts'

/** Hyper-parameters of the built-in dialects that are one thing under several names. */
const roles: readonly (readonly string[])[] = [
  ['momentum', 'gamma', 'beta1'],
  ['alpha', 'rho', 'gamma', 'beta2'],
]

/** What each hyper-parameter of a rule is called by another: the same name, else one of the same role that is left there. */
export function sameHyper(rule: Rule, other: Rule): Map<string, string> {
  const theirs = Object.keys(other.hyper)
  const free = new Set(theirs.filter(name => !Object.hasOwn(rule.hyper, name)))
  const names = new Map<string, string>()
  for (const name of Object.keys(rule.hyper)) {
    const found = theirs.includes(name)
      ? name
      : [...free].find(each => roles.some(role => role.includes(name) && role.includes(each)))
    if (found === undefined) continue
    free.delete(found)
    names.set(name, found)
  }
  return names
}

import { nearest } from '../language/error.ts'
import type { Rule } from '../language/rule.ts'
import { GuestError } from './error.ts'
import type { RuleEntry } from './protocol.ts'

/** Which own name stands for which of the rule's: what the user says goes before everything that could be guessed. */
export interface NameMap {
  /** By the rule's name, the own one. */
  readonly hyper?: Readonly<Record<string, string>> | undefined
  /** By the rule's name of a state variable, or the framework's own for it, the own one. */
  readonly state?: Readonly<Record<string, string>> | undefined
}

/** Refuses a map whose names do not exist: a typing error would otherwise be a hyper-parameter that is never checked. */
export function checkMap(title: string, rule: Rule, entry: RuleEntry, map: NameMap = {}): void {
  const accepted = [...entry.hyper, ...(entry.others ?? [])]
  const states = Object.values(rule.state).flatMap(({ name, as }) => [name, as])
  for (const [name, own] of Object.entries(map.hyper ?? {})) {
    known(name, Object.keys(rule.hyper), `map: ${rule.id} has no hyper-parameter '${name}'.`)
    known(own, accepted, `map: ${title} takes no '${own}'.`)
  }
  for (const name of Object.keys(map.state ?? {})) known(name, states, `map: ${rule.id} has no state '${name}'.`)
}

function known(name: string, names: readonly string[], problem: string): void {
  if (names.includes(name)) return
  const near = nearest(name, names)
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${names.join(', ') || 'none'}.`
  throw new GuestError('refused', `${problem} ${hint}`)
}

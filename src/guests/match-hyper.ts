import type { Hyper, Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { RuleEntry } from './protocol.ts'
import { bare, hyperSynonyms } from './synonyms.ts'

/** How an own name came to stand for one of the rule's. */
export type Ground = 'map' | 'name' | 'synonym' | 'position' | 'value'

/** Which own name stands for each of the rule's. */
export interface Match {
  readonly own: ReadonlyMap<string, string>
  readonly ground: ReadonlyMap<string, Ground>
}

type Entry = Pick<RuleEntry, 'hyper' | 'others' | 'required' | 'defaults'>

/** A hyper-parameter whose default switches it off: without it, an optimizer is the rule at that value. */
export const isNeutral = ({ default: usual }: Hyper): boolean => usual === 0 || usual === false

/** The hyper-parameters of a rule among the keywords of an optimizer: by the user's map, by name, by synonym, by position. */
export function matchHyper(rule: Rule, entry: Entry, map: Readonly<Record<string, string>> = {}): Match {
  const own = new Map<string, string>()
  const ground = new Map<string, Ground>()
  const accepted = [...entry.hyper, ...(entry.others ?? [])]
  const names = Object.keys(rule.hyper)
  const take = (name: string, found: string | undefined, why: Ground): void => {
    if (found === undefined || own.has(name) || [...own.values()].includes(found)) return
    own.set(name, found)
    ground.set(name, why)
  }
  for (const name of names) take(name, Object.hasOwn(map, name) ? map[name] : undefined, 'map')
  for (const name of names)
    take(
      name,
      accepted.find(each => each === name),
      'name',
    )
  // A name of the rule is never a synonym for another one of it: RMSProp's alpha is not its lr.
  const free = accepted.filter(each => !names.includes(each))
  for (const name of names)
    for (const synonym of [bare(name), ...(hyperSynonyms[name] ?? [])])
      take(
        name,
        free.find(each => bare(each) === synonym && !claimed(each, name, rule)),
        'synonym',
      )
  const pairs = byPosition(rule, entry, own)
  for (const [name, found] of pairs) take(name, found, 'position')
  return { own, ground }
}

/** Whether another hyper-parameter of the rule is nearer to an own name than this one. */
function claimed(own: string, name: string, rule: Rule): boolean {
  const distance = (id: string): number => {
    const at = [bare(id), ...(hyperSynonyms[id] ?? [])].indexOf(bare(own))
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
  return Object.keys(rule.hyper).some(other => other !== name && distance(other) < distance(name))
}

/** What is left on both sides, in order: only where every number that the rule cannot do without finds one that fits. */
function byPosition(rule: Rule, entry: Entry, own: ReadonlyMap<string, string>): [string, string][] {
  const taken = new Set(own.values())
  const left = entry.hyper.filter(name => !taken.has(name) && typeof entry.defaults?.[name] !== 'boolean')
  const wanted = Object.values(rule.hyper).filter(
    hyper => !own.has(hyper.name) && !isNeutral(hyper) && typeof hyper.default === 'number',
  )
  // A default that is the rule's own says the same as the place; one that is not, another thing.
  const fits = (name: string, hyper: Hyper): boolean =>
    !Object.hasOwn(entry.defaults ?? {}, name) || entry.defaults![name] === hyper.default
  const pairs = wanted.map(({ name }, at): [string, string] => [name, left[at]!])
  return left.length === wanted.length && wanted.every((hyper, at) => fits(left[at]!, hyper)) ? pairs : []
}

/** The rule's values under the own names; those that no own name stands for are left out. */
export const translated = ({ own }: Match, hyper: HyperValues): HyperValues =>
  Object.fromEntries(
    Object.entries(hyper).flatMap(([name, value]) => (own.has(name) ? [[own.get(name)!, value] as const] : [])),
  )

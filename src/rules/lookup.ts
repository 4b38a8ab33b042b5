import { nearest } from '../language/error.ts'
import { lowerRule } from '../language/lower-rule.ts'
import type { Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import { families } from './table.ts'

const lowered = new Map<string, Rule>()

/** The ids of all built-in rules, `family/dialect`, in the order of the table. */
export const ruleIds = (): string[] =>
  families.flatMap(({ id, dialects }) => Object.keys(dialects).map(dialect => `${id}/${dialect}`))

/** A rule that does not exist, with the nearest names. */
export class UnknownRule extends Error {
  constructor(id: string) {
    const candidates = [...families.map(family => family.id), ...ruleIds()]
    const near = nearest(id, candidates)
    super(
      `There is no rule '${id}'. ${near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Families: ${families.map(f => f.id).join(', ')}.`} See: lockstep rules`,
    )
    this.name = 'UnknownRule'
  }
}

/** A built-in rule by its id; a family's name means its paper's dialect. Lowered on first use. */
export function findRule(id: string): Rule {
  const [name, wanted] = id.split('/')
  const family = families.find(candidate => candidate.id === name)
  const dialect = wanted ?? family?.paper
  const source =
    family && dialect !== undefined && Object.hasOwn(family.dialects, dialect) ? family.dialects[dialect] : undefined
  if (!family || !source || dialect === undefined) throw new UnknownRule(id)
  const full = `${family.id}/${dialect}`
  return remember(lowered, full, () => lowerRule({ id: full, family: family.id, dialect, title: family.title }, source))
}

/** Whether this is a built-in rule itself, and not another of the same name. */
export const isBuiltIn = (rule: Rule): boolean => lowered.get(rule.id) === rule

import type { Rule } from '../../language/rule.ts'
import { namesIn } from '../../language/walk.ts'

/** By variable, those whose new values it is made of in the same update, through locals too: where these stray, it follows. */
export function madeOf(rule: Rule): ReadonlyMap<string, ReadonlySet<string>> {
  const shown = (name: string): string => rule.state[name]?.as ?? name
  const made = new Map<string, Set<string>>()
  const variables = new Map<string, Set<string>>()
  for (const { target, role, value } of rule.step) {
    const own = new Set(made.get(target))
    for (const name of namesIn(value)) for (const each of made.get(name) ?? []) own.add(each)
    if (role !== 'local') {
      own.delete(shown(target))
      variables.set(shown(target), own)
    }
    made.set(target, role === 'local' ? own : new Set([...own, shown(target)]))
  }
  return variables
}

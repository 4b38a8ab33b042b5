import { print } from '../../language/print.ts'
import type { Rule } from '../../language/rule.ts'
import { childrenOf, type Node } from '../../language/walk.ts'

/**
 * State that only some options need exists always in an edited rule that reads it elsewhere than the rule did: a buffer
 * that is not there would not be a wrong formula but a crash.
 */
export function withNeededState(rule: Rule, edited: Rule): Rule {
  const needed = Object.values(edited.state).filter(
    ({ name, when }) => when && [...readers(edited, name)].some(reader => !readers(rule, name).has(reader)),
  )
  if (needed.length === 0) return edited
  const always = needed.map(({ when: _, ...state }) => [state.name, state])
  return { ...edited, state: { ...edited.state, ...Object.fromEntries(always) } }
}

/** Where a state variable is read: the target of the statement, and the branches that lead there. */
function readers({ step }: Rule, state: string): Set<string> {
  const found = new Set<string>()
  const walk = (node: Node, path: string): void => {
    if (node.op === 'name' && node.id === state) found.add(path)
    if (node.op === 'cond') {
      walk(node.test, path)
      walk(node.a, `${path} if ${print(node.test)}`)
      walk(node.b, `${path} unless ${print(node.test)}`)
      return
    }
    for (const [, child] of childrenOf(node)) walk(child, path)
  }
  for (const { target, value } of step) if (target !== state) walk(value, target)
  return found
}

import type { Hyper, Requirement, Rule } from '../../language/rule.ts'
import type { Expr } from '../../language/tree.ts'
import { mapChildren, type Node } from '../../language/walk.ts'

/** Names of one rule by those of another that mean the same. */
export type Names = ReadonlyMap<string, string>

/** The names the other way round. */
export const inverse = (names: Names): Names => new Map([...names].map(([a, b]) => [b, a]))

/** Whose defaults the shared hyper-parameters have. */
export type Defaults = 'shared' | 'own'

/**
 * A rule in the vocabulary of another: `names` gives its hyper-parameters by those of the other that mean the same. It has
 * its own domains and conditions; with `shared` defaults also those of the other. What only the other has, it takes and
 * ignores; what only it has, keeps its name and its default.
 */
export function inWordsOf(other: Rule, rule: Rule, names: Names, defaults: Defaults): Rule {
  const called = inverse(names)
  const taken = new Set([...Object.keys(other.hyper), ...Object.keys(rule.hyper)])
  const own = [...Object.keys(rule.state), ...rule.step.map(({ target }) => target)]
  const safe = new Map(own.filter(id => taken.has(id)).map(id => [id, free(id, taken, own)]))
  const name = (id: string): string => safe.get(id) ?? called.get(id) ?? id
  const expr = (node: Expr): Expr => renamedNode(node, name)
  const shared = (theirs: Hyper): Hyper => {
    const mine = rule.hyper[names.get(theirs.name) ?? '']
    if (!mine) return theirs
    return { ...mine, name: theirs.name, ...(defaults === 'shared' && { default: theirs.default, text: theirs.text }) }
  }
  return {
    ...rule,
    hyper: {
      ...Object.fromEntries(
        Object.values(rule.hyper)
          .filter(hyper => !called.has(hyper.name))
          .map(hyper => [hyper.name, hyper]),
      ),
      ...Object.fromEntries(Object.values(other.hyper).map(hyper => [hyper.name, shared(hyper)])),
    },
    state: Object.fromEntries(
      Object.values(rule.state).map(state => [
        name(state.name),
        {
          ...state,
          name: name(state.name),
          init: expr(state.init),
          ...(state.when && { when: renamedNode(state.when, name) }),
        },
      ]),
    ),
    at: expr(rule.at),
    require: rule.require.map(
      (requirement): Requirement => ({ ...requirement, test: renamedNode(requirement.test, name) }),
    ),
    step: rule.step.map(({ target, role, value }) => ({ target: name(target), role, value: expr(value) })),
    closedForms: [],
  }
}

/** A name that nothing has yet. */
function free(id: string, taken: ReadonlySet<string>, own: readonly string[]): string {
  const next = `${id}_`
  return taken.has(next) || own.includes(next) ? free(next, taken, own) : next
}

/** The same tree with every name replaced, also where a condition asks for it. */
function renamedNode<N extends Node>(node: N, name: (id: string) => string): N {
  const inner = mapChildren(node, child => renamedNode(child, name))
  return 'id' in inner ? { ...inner, id: name(inner.id) } : inner
}

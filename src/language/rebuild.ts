import { binary, join, meet } from './lower.ts'
import type { Rule } from './rule.ts'
import type { Expr, Kind, Statement, Test } from './tree.ts'

/** A tree that lowering would refuse: a root of another kind than its place takes, or a power of a tensor. */
class Refused extends Error {
  override readonly name = 'Refused'
}

/**
 * Gives an edited tree the kinds and inserted roundings that lowering gives its text (spec/language/rebuild.spec.ts);
 * undefined where lowering would refuse it. `kindOf` tells the kind of each name where the tree stands.
 */
export function rebuild(node: Expr, kindOf: (id: string) => Kind | undefined): Expr | undefined {
  try {
    return number(node, kindOf)
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}

/** The kinds of the names that every statement of a rule may read. */
export const kindsOf = ({ hyper, state }: Pick<Rule, 'hyper' | 'state'>): Map<string, Kind> =>
  new Map<string, Kind>([
    ...Object.values(hyper)
      .filter(each => typeof each.default === 'number')
      .map((each): [string, Kind] => [each.name, 'scalar']),
    ['t', 'scalar'],
    ['x', 'tensor'],
    ['g', 'tensor'],
    ...Object.keys(state).map((id): [string, Kind] => [id, 'tensor']),
  ])

/** The same for all statements of an edited step of a rule; undefined also where none of them moves x. */
export function rebuildStep(rule: Rule, step: readonly Statement[]): readonly Statement[] | undefined {
  const known = kindsOf(rule)
  const built: Statement[] = []
  for (const { target, role, value } of step) {
    const expr = rebuild(value, id => known.get(id))
    if (!expr) return undefined
    if (role === 'local') known.set(target, expr.kind)
    built.push({ target, role, value: role === 'local' ? expr : meet(expr, 'tensor') })
  }
  return built.some(({ role }) => role === 'x') ? built : undefined
}

function number(node: Expr, kindOf: (id: string) => Kind | undefined): Expr {
  const inner = (e: Expr): Expr => number(e, kindOf)
  switch (node.op) {
    case 'num':
      return node
    case 'name': {
      const kind = kindOf(node.id)
      if (!kind) throw new Refused(`${node.id} is not known here`)
      return { op: 'name', id: node.id, kind }
    }
    case 'toTensor':
      return inner(node.a)
    case 'fl': {
      const a = inner(node.a)
      if (a.kind === 'tensor') throw new Refused('fl of a tensor')
      return { op: 'fl', a, kind: 'format' }
    }
    case 'power': {
      const a = inner(node.a)
      if (a.kind === 'tensor') return { ...node, a, kind: 'tensor' }
      return binary('pow', a, { op: 'num', text: String(node.exponent), kind: 'scalar' })
    }
    case 'cond':
      return choice(node, kindOf)
    case 'sum':
    case 'prod':
      throw new Refused('sums belong to closed forms')
    case 'pow': {
      const [a, b] = [inner(node.a), inner(node.b)]
      if (a.kind === 'tensor' || b.kind === 'tensor') throw new Refused('a power of tensors')
      return binary('pow', a, b)
    }
    default: {
      const a = inner(node.a)
      return 'b' in node ? binary(node.op, a, inner(node.b)) : { op: node.op, a, kind: a.kind }
    }
  }
}

function choice(node: Extract<Expr, { op: 'cond' }>, kindOf: (id: string) => Kind | undefined): Expr {
  const test = condition(node.test, kindOf)
  const [a, b, joined] = join(number(node.a, kindOf), number(node.b, kindOf))
  const kind = test.kind === 'tensor' ? 'tensor' : joined
  return { op: 'cond', test, a: meet(a, kind), b: meet(b, kind), kind }
}

function condition(node: Test, kindOf: (id: string) => Kind | undefined): Test {
  switch (node.op) {
    case 'flag':
    case 'first':
      return node
    case 'not': {
      const a = condition(node.a, kindOf)
      return { op: 'not', a, kind: a.kind }
    }
    case 'and':
    case 'or': {
      const [a, b] = [condition(node.a, kindOf), condition(node.b, kindOf)]
      return { op: node.op, a, b, kind: a.kind === 'tensor' || b.kind === 'tensor' ? 'tensor' : 'scalar' }
    }
    default: {
      const [a, b, kind] = join(number(node.a, kindOf), number(node.b, kindOf))
      return { op: node.op, a, b, kind }
    }
  }
}

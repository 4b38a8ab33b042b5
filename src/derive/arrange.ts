import type { Arithmetic } from '../language/arithmetic.ts'
import { fold, foldTest } from '../language/fold.ts'
import { binary, meet } from '../language/lower.ts'
import type { Algebra, Binary, Compare, Expr, Kind, Statement, Test, Unary } from '../language/tree.ts'

/**
 * Writes the rounding points of an arithmetic into a step, as `fl` nodes: a framework that reads the learning rate in the
 * tensor's format has `fl(lr)` wherever the rule says `lr`. All meanings then see them, and none needs to know why.
 */
export function arrange(step: readonly Statement[], arithmetic: Arithmetic): Statement[] {
  const kinds = new Map<string, Kind>()
  const tree = rebuild(kinds, arithmetic)
  return step.map(statement => {
    const value = fold(statement.value, tree)
    if (statement.role === 'local') kinds.set(statement.target, value.kind)
    return { ...statement, value: statement.role === 'local' ? value : meet(value, 'tensor') }
  })
}

/** The same for a condition outside the step. */
export const arrangeTest = (test: Test, arithmetic: Arithmetic): Test => foldTest(test, rebuild(new Map(), arithmetic))

/** Builds the tree anew, bottom up, so that kinds and inserted roundings follow from the leaves. */
function rebuild(kinds: ReadonlyMap<string, Kind>, arithmetic: Arithmetic): Algebra<Expr, Test> {
  const rounded = new Set(arithmetic.rounded)
  const unary =
    (op: Unary) =>
    (a: Expr): Expr => ({ op, a, kind: a.kind })
  const infix =
    (op: Exclude<Binary, 'pow'>) =>
    (a: Expr, b: Expr): Expr =>
      binary(op, a, b)
  const compare =
    (op: Compare) =>
    (a: Expr, b: Expr): Test => {
      const { a: left, b: right, kind } = binary('sub', a, b) as Expr & { a: Expr; b: Expr }
      return { op, a: left, b: right, kind }
    }
  const both =
    (op: 'and' | 'or') =>
    (a: Test, b: Test): Test => ({ op, a, b, kind: a.kind === 'tensor' ? a.kind : b.kind })
  return {
    num: text => ({ op: 'num', text, kind: 'scalar' }),
    name: (id, kind) => {
      const leaf: Expr = { op: 'name', id, kind: kinds.get(id) ?? kind }
      return rounded.has(id) ? inFormat(leaf) : leaf
    },
    toTensor: a => a,
    fl: inFormat,
    power: (a, exponent) => ({ op: 'power', a, exponent, kind: 'tensor' }),
    pow: (a, b) => (arithmetic.powers === 'format' ? binary('pow', inFormat(a), inFormat(b)) : binary('pow', a, b)),
    cond: (test, a, b) => {
      const { a: left, b: right, kind: joined } = binary('sub', a, b) as Expr & { a: Expr; b: Expr }
      const kind = test.kind === 'tensor' ? 'tensor' : joined
      return { op: 'cond', test, a: meet(left, kind), b: meet(right, kind), kind }
    },
    neg: unary('neg'),
    sqrt: unary('sqrt'),
    abs: unary('abs'),
    sign: unary('sign'),
    add: infix('add'),
    sub: infix('sub'),
    mul: infix('mul'),
    div: infix('div'),
    min: infix('min'),
    max: infix('max'),
    lt: compare('lt'),
    le: compare('le'),
    gt: compare('gt'),
    ge: compare('ge'),
    eq: compare('eq'),
    ne: compare('ne'),
    and: both('and'),
    or: both('or'),
    not: a => ({ op: 'not', a, kind: a.kind }),
    flag: id => ({ op: 'flag', id, kind: 'scalar' }),
    first: id => ({ op: 'first', id, kind: 'scalar' }),
  }
}

const inFormat = (a: Expr): Expr => (a.kind === 'scalar' ? { op: 'fl', a, kind: 'format' } : a)

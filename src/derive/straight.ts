import type { Expr, Kind, Statement, Test } from '../language/tree.ts'

/** One assignment of a straight program, to a name that is assigned once. */
export interface Assign {
  readonly target: string
  readonly value: Expr
}

/**
 * A step in which every condition on scalars is settled: no branch is left but those that select per element. Scalars are
 * computed once, in order; the body runs for every element. Names are assigned once.
 */
export interface Straight {
  /** Hyper-parameters and `t`, as far as they are read. */
  readonly inputs: readonly string[]
  readonly scalars: readonly Assign[]
  /** Arrays that are read: x, g, state. */
  readonly loads: readonly string[]
  readonly body: readonly Assign[]
  /** Arrays that are written, each from the name of its last value. */
  readonly stores: readonly { readonly id: string; readonly from: string }[]
}

/** The largest conditions on scalars in an expression, in the order of its text. */
export function scalarTests(expr: Expr): Test[] {
  switch (expr.op) {
    case 'num':
    case 'name':
      return []
    case 'cond':
      return [...scalarParts(expr.test), ...scalarTests(expr.a), ...scalarTests(expr.b)]
    case 'sum':
    case 'prod':
      throw new TypeError('sums belong to closed forms')
    default:
      return 'b' in expr ? [...scalarTests(expr.a), ...scalarTests(expr.b)] : scalarTests(expr.a)
  }
}

function scalarParts(test: Test): Test[] {
  if (test.kind !== 'tensor') return [test]
  switch (test.op) {
    case 'not':
      return scalarParts(test.a)
    case 'and':
    case 'or':
      return [...scalarParts(test.a), ...scalarParts(test.b)]
    default:
      return [...scalarTests(test.a), ...scalarTests(test.b)]
  }
}

/**
 * Makes a step straight: `decided` tells how each scalar condition came out, `exists` which state variables there are;
 * an assignment to one that does not exist is left out.
 */
export function straighten(
  step: readonly Statement[],
  decided: ReadonlyMap<Test, boolean>,
  exists: (state: string) => boolean,
): Straight {
  const names = new Map<string, string>()
  const scalars: Assign[] = []
  const body: Assign[] = []
  const reads = { scalar: new Set<string>(), tensor: new Set<string>() }
  const written = new Set<string>()
  const hoist = (value: Expr): Expr => {
    if (value.kind === 'tensor' || value.op === 'name') return value
    const target = `.${scalars.length}`
    scalars.push({ target, value })
    return { op: 'name', id: target, kind: value.kind }
  }
  const read = (id: string, kind: Kind): Expr => {
    const current = names.get(id)
    if (current === undefined) {
      if (kind === 'tensor' && id !== 'x' && id !== 'g' && !exists(id))
        throw new TypeError(`state ${id} is read where it does not exist`)
      reads[kind === 'tensor' ? 'tensor' : 'scalar'].add(id)
    }
    return { op: 'name', id: current ?? id, kind }
  }
  for (const [index, statement] of step.entries()) {
    if (statement.role === 'state' && !exists(statement.target)) continue
    const value = settle(statement.value, { decided, read, hoist })
    const target = `${statement.target}.${index}`
    ;(value.kind === 'tensor' || statement.role !== 'local' ? body : scalars).push({
      target,
      value: statement.role === 'local' ? value : hoist(value),
    })
    names.set(statement.target, target)
    if (statement.role !== 'local') written.add(statement.target)
  }
  return {
    inputs: [...reads.scalar],
    scalars,
    loads: [...reads.tensor],
    body,
    stores: [...written].map(id => ({ id, from: names.get(id)! })),
  }
}

interface Settling {
  readonly decided: ReadonlyMap<Test, boolean>
  read(id: string, kind: Kind): Expr
  hoist(value: Expr): Expr
}

/** Replaces scalar conditions by the branch they take, and scalars inside tensor expressions by names. */
function settle(expr: Expr, to: Settling): Expr {
  const operand = (e: Expr, kind: Kind): Expr => (kind === 'tensor' ? to.hoist(settle(e, to)) : settle(e, to))
  switch (expr.op) {
    case 'num':
      return expr
    case 'name':
      return to.read(expr.id, expr.kind)
    case 'cond': {
      const test = settleTest(expr.test, to)
      if (typeof test === 'boolean') return settle(test ? expr.a : expr.b, to)
      return { ...expr, test, a: operand(expr.a, 'tensor'), b: operand(expr.b, 'tensor') }
    }
    case 'sum':
    case 'prod':
      throw new TypeError('sums belong to closed forms')
    default: {
      const a = operand(expr.a, expr.kind)
      return 'b' in expr ? { ...expr, a, b: operand(expr.b, expr.kind) } : ({ ...expr, a } as Expr)
    }
  }
}

function settleTest(test: Test, to: Settling): Test | boolean {
  const outcome = to.decided.get(test)
  if (outcome !== undefined) return outcome
  switch (test.op) {
    case 'flag':
    case 'first':
      throw new TypeError(`the condition ${test.op} ${test.id} was not decided`)
    case 'not': {
      const a = settleTest(test.a, to)
      return typeof a === 'boolean' ? !a : { ...test, a }
    }
    case 'and':
    case 'or': {
      const absorbing = test.op === 'or'
      const [a, b] = [settleTest(test.a, to), settleTest(test.b, to)]
      if (a === absorbing || b === absorbing) return absorbing
      return typeof a === 'boolean' ? b : typeof b === 'boolean' ? a : { ...test, a, b }
    }
    default:
      return { ...test, a: to.hoist(settle(test.a, to)), b: to.hoist(settle(test.b, to)) }
  }
}

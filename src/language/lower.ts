import { nearest, type Place, RuleError } from './error.ts'
import { whyReserved } from './names.ts'
import type { Infix, Syntax } from './syntax.ts'
import { type Binary, type Compare, comparisons, type Expr, type Kind, type Test, type Unary, unaries } from './tree.ts'

/** What names mean where an expression stands. */
export interface Scope {
  /** The kind of each numeric name. */
  readonly numbers: ReadonlyMap<string, Kind>
  /** Boolean hyper-parameters. */
  readonly flags: ReadonlySet<string>
  /** State variables, for `first(b)`. */
  readonly states: ReadonlySet<string>
  /** Whether `sum` and `prod` may be used (closed forms only). */
  readonly sums: boolean
  place(offset: number): Place
}

const largestTensorPower = 8
const comparison: ReadonlySet<string> = new Set(comparisons)
const unary: ReadonlySet<string> = new Set(unaries)
const logical = new Set(['and', 'or', 'not', 'first'])

/** Lowers a numeric expression: gives each node its kind and inserts a rounding wherever a scalar meets a tensor. */
export function lowerNumber(node: Syntax, scope: Scope): Expr {
  switch (node.op) {
    case 'num':
      return { op: 'num', text: node.text, kind: 'scalar' }
    case 'name':
      return lowerName(node.id, node.at, scope)
    case 'call':
      return lowerCall(node, scope)
    case 'neg': {
      const a = lowerNumber(node.a, scope)
      return { op: 'neg', a, kind: a.kind }
    }
    case 'cond': {
      const test = lowerTest(node.test, scope)
      const [a, b, joined] = join(lowerNumber(node.a, scope), lowerNumber(node.b, scope))
      const kind = test.kind === 'tensor' ? 'tensor' : joined
      return { op: 'cond', test, a: meet(a, kind), b: meet(b, kind), kind }
    }
    case 'pow':
      return lowerPower(node.a, node.b, node.at, scope)
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return binary(node.op, lowerNumber(node.a, scope), lowerNumber(node.b, scope))
    default:
      throw new RuleError(
        'A condition stands where a number is expected.',
        'Write condition ? number : number.',
        scope.place(node.at),
      )
  }
}

/** Lowers a condition. */
export function lowerTest(node: Syntax, scope: Scope): Test {
  if (node.op === 'name' && scope.flags.has(node.id)) return { op: 'flag', id: node.id, kind: 'scalar' }
  if (node.op === 'not') {
    const a = lowerTest(node.a, scope)
    return { op: 'not', a, kind: a.kind }
  }
  if (node.op === 'and' || node.op === 'or') {
    const a = lowerTest(node.a, scope)
    const b = lowerTest(node.b, scope)
    return { op: node.op, a, b, kind: a.kind === 'tensor' || b.kind === 'tensor' ? 'tensor' : 'scalar' }
  }
  if (node.op === 'call' && node.fn === 'first') return lowerFirst(node.args[0]!, scope)
  if (comparison.has(node.op)) {
    const { op, a, b } = node as { op: Infix & Compare; a: Syntax; b: Syntax }
    const [left, right, kind] = join(lowerNumber(a, scope), lowerNumber(b, scope))
    return { op, a: left, b: right, kind }
  }
  throw new RuleError(
    'A number stands where a condition is expected.',
    'Write a comparison, for example momentum != 0, or a boolean hyper-parameter.',
    scope.place(node.at),
  )
}

function lowerFirst(arg: Syntax, scope: Scope): Test {
  if (arg.op !== 'name' || !scope.states.has(arg.id)) {
    throw new RuleError(
      'first(b) asks whether a state variable was written.',
      `It may ask of: ${[...scope.states].join(', ') || '(none here)'}.`,
      scope.place(arg.at),
    )
  }
  return { op: 'first', id: arg.id, kind: 'scalar' }
}

function lowerName(id: string, at: number, scope: Scope): Expr {
  const kind = scope.numbers.get(id)
  if (kind) return { op: 'name', id, kind }
  if (scope.flags.has(id)) {
    throw new RuleError(`${id} is a boolean, not a number.`, `Write ${id} ? a : b.`, scope.place(at))
  }
  const near = nearest(id, scope.numbers.keys())
  const known = [...scope.numbers.keys()].join(', ')
  const why = whyReserved(id)
  throw new RuleError(
    `'${id}' is not known here${why ? `; it ${why}` : ''}.`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known here: ${known}.`,
    scope.place(at),
  )
}

function lowerCall(node: Syntax & { op: 'call' }, scope: Scope): Expr {
  const { fn, args, at } = node
  if (logical.has(fn))
    throw new RuleError(`${fn}(...) is a condition, not a number.`, `Write ${fn}(...) ? a : b.`, scope.place(at))
  if (fn === 'sum' || fn === 'prod') return lowerSum(fn, node, scope)
  const first = lowerNumber(args[0]!, scope)
  if (fn === 'fl') {
    if (first.kind === 'tensor') {
      throw new RuleError(
        'fl(s) rounds a scalar; this is a tensor.',
        'Tensors are in their format already: leave fl out.',
        scope.place(at),
      )
    }
    return { op: 'fl', a: first, kind: 'format' }
  }
  if (unary.has(fn)) return { op: fn as Unary, a: first, kind: first.kind }
  return binary(fn as 'min' | 'max', first, lowerNumber(args[1]!, scope))
}

function lowerSum(op: 'sum' | 'prod', { args, at }: Syntax & { op: 'call' }, scope: Scope): Expr {
  if (!scope.sums) {
    throw new RuleError(
      `${op}(...) belongs to closed forms.`,
      'A step is a fixed number of assignments.',
      scope.place(at),
    )
  }
  const [index, from, to, body] = args as [Syntax, Syntax, Syntax, Syntax]
  if (index.op !== 'name' || scope.numbers.has(index.id)) {
    throw new RuleError(`${op} takes a new name as its index.`, `Write ${op}(k, 1, n, ...).`, scope.place(index.at))
  }
  const inner: Scope = {
    ...scope,
    place: scope.place.bind(scope),
    numbers: new Map([...scope.numbers, [index.id, 'scalar']]),
  }
  return {
    op,
    index: index.id,
    from: lowerNumber(from, scope),
    to: lowerNumber(to, scope),
    body: lowerNumber(body, inner),
    kind: 'scalar',
  }
}

function lowerPower(base: Syntax, exponent: Syntax, at: number, scope: Scope): Expr {
  const a = lowerNumber(base, scope)
  if (a.kind !== 'tensor') {
    const b = lowerNumber(exponent, scope)
    if (b.kind !== 'tensor') return binary('pow', a, b)
  } else if (exponent.op === 'num') {
    const value = Number(exponent.text)
    if (Number.isInteger(value) && value >= 2 && value <= largestTensorPower)
      return { op: 'power', a, exponent: value, kind: 'tensor' }
  }
  throw new RuleError(
    a.kind === 'tensor'
      ? 'A tensor is raised to something else than a small whole number.'
      : 'The exponent is a tensor.',
    `Tensor powers have a written exponent from 2 to ${largestTensorPower}, for example g^2; use sqrt for roots.`,
    scope.place(at),
  )
}

/** An operation on two numbers of any kind: a scalar that meets the tensor's format is rounded to it first. */
export function binary(op: Binary, left: Expr, right: Expr): Expr {
  const [a, b, kind] = join(left, right)
  return { op, a, b, kind }
}

/** Two operands as they enter one operation, and the kind that it computes in. */
export function join(a: Expr, b: Expr): [Expr, Expr, Kind] {
  const kind =
    a.kind === 'tensor' || b.kind === 'tensor'
      ? 'tensor'
      : a.kind === 'format' || b.kind === 'format'
        ? 'format'
        : 'scalar'
  return [meet(a, kind), meet(b, kind), kind]
}

/** An operand as it enters an operation of this kind. */
export function meet(a: Expr, kind: Kind): Expr {
  return a.kind === 'scalar' && kind !== 'scalar' ? { op: 'toTensor', a, kind: 'format' } : a
}

import { fold } from '../language/fold.ts'
import type { ClosedForm } from '../language/rule.ts'
import type { Expr } from '../language/tree.ts'
import { Big, bigFromDouble } from '../numbers/big.ts'
import { remember } from '../numbers/remember.ts'
import { exact } from './exact.ts'

type Environment = Map<string, Big>
type Numeric = (env: Environment) => Big
type Condition = (env: Environment) => boolean

/** What a closed form is about: start, gradient, number of steps, and hyper-parameters. */
export interface ClosedFormInput {
  readonly x0: number
  /** The constant or first gradient; `a`, the curvature of the quadratic; `r`, the ratio of geometric gradients. */
  readonly c: number
  readonly a: number
  readonly r: number
  readonly n: number
  readonly hyper: Readonly<Record<string, number | boolean>>
}

/** x after n steps, from the closed form alone, in 64 digits. */
export function evaluateClosedForm(form: ClosedForm, input: ClosedFormInput): Big {
  const numbers: [string, Big][] = [
    ...(['x0', 'c', 'a', 'r', 'n'] as const).map((id): [string, Big] => [id, bigFromDouble(input[id])]),
    ...Object.entries(input.hyper).map(([id, value]): [string, Big] => [id, bigFromDouble(Number(value))]),
  ]
  return compile(form.x)(new Map(numbers))
}

const compiled = new WeakMap<Expr, Numeric>()

const compile = (expr: Expr): Numeric => remember(compiled, expr, () => fold<Numeric, Condition>(expr, meaning))

const { operations } = exact
const unary =
  (op: 'neg' | 'sqrt' | 'abs' | 'sign') =>
  (a: Numeric): Numeric =>
  env =>
    operations[op](a(env), 'scalar')
const infix =
  (op: 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'pow') =>
  (a: Numeric, b: Numeric): Numeric =>
  env =>
    operations[op](a(env), b(env), 'scalar')
const compare =
  (op: 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne') =>
  (a: Numeric, b: Numeric): Condition =>
  env =>
    operations[op](a(env), b(env), 'scalar')

/** Folds body(k) over k = from..to, in order; nothing where to < from. */
const finite =
  (start: Big, combine: (so: Big, next: Big) => Big) =>
  (index: string, from: Numeric, to: Numeric, body: Numeric): Numeric =>
  env => {
    const inner = new Map(env)
    const last = to(env)
    let result = start
    for (let k = from(env); k.lte(last); k = k.plus(1)) result = combine(result, body(inner.set(index, k)))
    return result
  }

/** The exact meaning as functions of an environment; conditionals evaluate only the branch they take. */
const meaning = {
  num: (text: string): Numeric => {
    const value = operations.num(text)
    return () => value
  },
  name:
    (id: string): Numeric =>
    env =>
      env.get(id)!,
  toTensor: (a: Numeric): Numeric => a,
  fl: (a: Numeric): Numeric => a,
  power:
    (a: Numeric, exponent: number): Numeric =>
    env =>
      a(env).pow(exponent),
  cond:
    (test: Condition, a: Numeric, b: Numeric): Numeric =>
    env =>
      test(env) ? a(env) : b(env),
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
  pow: infix('pow'),
  lt: compare('lt'),
  le: compare('le'),
  gt: compare('gt'),
  ge: compare('ge'),
  eq: compare('eq'),
  ne: compare('ne'),
  and:
    (a: Condition, b: Condition): Condition =>
    env =>
      a(env) && b(env),
  or:
    (a: Condition, b: Condition): Condition =>
    env =>
      a(env) || b(env),
  not:
    (a: Condition): Condition =>
    env =>
      !a(env),
  flag:
    (id: string): Condition =>
    env =>
      !env.get(id)!.isZero(),
  first: (id: string): Condition => {
    throw new TypeError(`a closed form has no state to ask first(${id}) of`)
  },
  sum: finite(new Big(0), (so, next) => so.plus(next)),
  prod: finite(new Big(1), (so, next) => so.times(next)),
}

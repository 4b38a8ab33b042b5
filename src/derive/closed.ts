import { fold, type Sums } from '../language/fold.ts'
import type { ClosedForm } from '../language/rule.ts'
import type { Algebra, Binary, Compare, Expr, Unary } from '../language/tree.ts'
import { binaries, comparisons, unaries } from '../language/tree.ts'
import { remember } from '../numbers/remember.ts'
import { doubleDouble } from './double-double.ts'
import { exact } from './exact.ts'
import type { Meaning } from './meaning.ts'

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

type Environment<R> = Map<string, R>
type Numeric<R> = (env: Environment<R>) => R
type Condition<R> = (env: Environment<R>) => boolean

/** Evaluates closed forms under a meaning: x after n steps, from the expression alone. */
function evaluator<R>(meaning: Meaning<R, boolean>): (form: ClosedForm, input: ClosedFormInput) => R {
  const algebra = lazily(meaning)
  const compiled = new WeakMap<Expr, Numeric<R>>()
  return (form, input) => {
    const numbers: [string, number | boolean][] = [
      ...(['x0', 'c', 'a', 'r', 'n'] as const).map((id): [string, number] => [id, input[id]]),
      ...Object.entries(input.hyper),
    ]
    const code = remember(compiled, form.x, () => fold<Numeric<R>, Condition<R>>(form.x, algebra))
    return code(new Map(numbers.map(([id, value]) => [id, meaning.read(Number(value))])))
  }
}

/** A meaning as functions of an environment, with finite sums and products; conditionals evaluate only the branch they take. */
function lazily<R>({ operations, read }: Meaning<R, boolean>): Algebra<Numeric<R>, Condition<R>> & Sums<Numeric<R>> {
  const unary =
    (op: Unary) =>
    (a: Numeric<R>): Numeric<R> =>
    env =>
      operations[op](a(env), 'scalar')
  const infix =
    (op: Binary) =>
    (a: Numeric<R>, b: Numeric<R>): Numeric<R> =>
    env =>
      operations[op](a(env), b(env), 'scalar')
  const compare =
    (op: Compare) =>
    (a: Numeric<R>, b: Numeric<R>): Condition<R> =>
    env =>
      operations[op](a(env), b(env), 'scalar')
  const [zero, one] = [read(0), read(1)]
  /** Folds body(k) over k = from..to, in order; nothing where to < from. */
  const finite =
    (start: R, op: 'add' | 'mul') =>
    (index: string, from: Numeric<R>, to: Numeric<R>, body: Numeric<R>): Numeric<R> =>
    env => {
      const inner = new Map(env)
      const last = to(env)
      let result = start
      for (let k = from(env); operations.le(k, last, 'scalar'); k = operations.add(k, one, 'scalar')) {
        result = operations[op](result, body(inner.set(index, k)), 'scalar')
      }
      return result
    }
  return {
    ...(Object.fromEntries(unaries.map(op => [op, unary(op)])) as Record<Unary, ReturnType<typeof unary>>),
    ...(Object.fromEntries(binaries.map(op => [op, infix(op)])) as Record<Binary, ReturnType<typeof infix>>),
    ...(Object.fromEntries(comparisons.map(op => [op, compare(op)])) as Record<Compare, ReturnType<typeof compare>>),
    num: text => {
      const value = operations.num(text)
      return () => value
    },
    name: id => env => env.get(id)!,
    toTensor: a => a,
    fl: a => a,
    power: (a, exponent) => env => operations.power(a(env), exponent, 'scalar'),
    cond: (test, a, b) => env => (test(env) ? a(env) : b(env)),
    and: (a, b) => env => a(env) && b(env),
    or: (a, b) => env => a(env) || b(env),
    not: a => env => !a(env),
    flag: id => env => operations.ne(env.get(id)!, zero, 'scalar'),
    first: id => {
      throw new TypeError(`a closed form has no state to ask first(${id}) of`)
    },
    sum: finite(zero, 'add'),
    prod: finite(one, 'mul'),
  }
}

/** x after n steps in 64 digits. */
export const evaluateClosedForm = evaluator(exact)

/** The same to about 30 digits, for everyday runs. */
export const closedFormQuickly = evaluator(doubleDouble)

/** The closed tree that rule text is lowered to. It is never simplified or reordered: order written is order evaluated. */

export const unaries = ['neg', 'sqrt', 'abs', 'sign'] as const
export const binaries = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pow'] as const
export const comparisons = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'] as const

export type Unary = (typeof unaries)[number]
export type Binary = (typeof binaries)[number]
export type Compare = (typeof comparisons)[number]

/**
 * Where a value lives. `scalar`: one binary64 number per step (hyper-parameters, literals, t). `format`: one number per
 * step, rounded to the tensor's format and computed in it (what `fl(s)` gives). `tensor`: one number per element.
 */
export type Kind = 'scalar' | 'format' | 'tensor'

/** A numeric expression. `toTensor` is the rounding that lowering inserts where a scalar meets a tensor; `fl` is the written one. */
export type Expr =
  | { readonly op: 'num'; readonly text: string; readonly kind: 'scalar' }
  | { readonly op: 'name'; readonly id: string; readonly kind: Kind }
  | { readonly op: 'toTensor' | 'fl'; readonly a: Expr; readonly kind: 'format' }
  | { readonly op: Unary; readonly a: Expr; readonly kind: Kind }
  | { readonly op: Binary; readonly a: Expr; readonly b: Expr; readonly kind: Kind }
  | { readonly op: 'power'; readonly a: Expr; readonly exponent: number; readonly kind: 'tensor' }
  | { readonly op: 'cond'; readonly test: Test; readonly a: Expr; readonly b: Expr; readonly kind: Kind }
  | {
      readonly op: 'sum' | 'prod'
      readonly index: string
      readonly from: Expr
      readonly to: Expr
      readonly body: Expr
      readonly kind: 'scalar'
    }

/** A condition. `flag` reads a boolean hyper-parameter, `first(b)` is true until the state variable b was written. */
export type Test =
  | { readonly op: Compare; readonly a: Expr; readonly b: Expr; readonly kind: Kind }
  | { readonly op: 'and' | 'or'; readonly a: Test; readonly b: Test; readonly kind: Kind }
  | { readonly op: 'not'; readonly a: Test; readonly kind: Kind }
  | { readonly op: 'flag' | 'first'; readonly id: string; readonly kind: 'scalar' }

/** One assignment: to the iterate `x`, to a state variable, or to a local. */
export interface Statement {
  readonly target: string
  readonly role: 'x' | 'state' | 'local'
  readonly value: Expr
}

/** What conditions need of a meaning. */
export interface Logic<B> {
  and(a: B, b: B): B
  or(a: B, b: B): B
  not(a: B): B
  flag(id: string): B
  first(id: string): B
}

/** What a meaning must say of numbers, names and the places where formats meet. */
export interface Terms<R, B> {
  num(text: string): R
  name(id: string, kind: Kind): R
  toTensor(a: R): R
  fl(a: R): R
  /** A tensor to a small whole exponent: exponent - 1 products, left to right. */
  power(a: R, exponent: number, kind: Kind): R
  cond(test: B, a: R, b: R, kind: Kind): R
}

/**
 * A meaning of rule text: one record of functions folded over the tree. `R` stands for numbers, `B` for conditions; arity
 * and operand types are here, so that a wrong row does not compile. `kind` is the kind of the result.
 */
export type Algebra<R, B> = Terms<R, B> &
  Record<Unary, (a: R, kind: Kind) => R> &
  Record<Binary, (a: R, b: R, kind: Kind) => R> &
  Record<Compare, (a: R, b: R, kind: Kind) => B> &
  Logic<B>

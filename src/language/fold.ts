import type { Algebra, Expr, Test } from './tree.ts'

/** What a meaning must say of the finite sums and products of closed forms. */
export interface Sums<R> {
  sum(index: string, from: R, to: R, body: R): R
  prod(index: string, from: R, to: R, body: R): R
}

/** Folds a meaning over an expression, bottom up, operands left to right. */
export function fold<R, B>(expr: Expr, algebra: Algebra<R, B> & Partial<Sums<R>>): R {
  const number = (e: Expr): R => fold(e, algebra)
  switch (expr.op) {
    case 'num':
      return algebra.num(expr.text)
    case 'name':
      return algebra.name(expr.id, expr.kind)
    case 'toTensor':
    case 'fl':
      return algebra[expr.op](number(expr.a))
    case 'power':
      return algebra.power(number(expr.a), expr.exponent, expr.kind)
    case 'cond':
      return algebra.cond(foldTest(expr.test, algebra), number(expr.a), number(expr.b), expr.kind)
    case 'neg':
    case 'sqrt':
    case 'abs':
    case 'sign':
      return algebra[expr.op](number(expr.a), expr.kind)
    case 'sum':
    case 'prod': {
      const rows = algebra[expr.op]
      if (!rows) throw new TypeError(`${expr.op} has no meaning outside closed forms`)
      return rows(expr.index, number(expr.from), number(expr.to), number(expr.body))
    }
    default:
      return algebra[expr.op](number(expr.a), number(expr.b), expr.kind)
  }
}

/** Folds a meaning over a condition. */
export function foldTest<R, B>(test: Test, algebra: Algebra<R, B> & Partial<Sums<R>>): B {
  switch (test.op) {
    case 'flag':
    case 'first':
      return algebra[test.op](test.id)
    case 'not':
      return algebra.not(foldTest(test.a, algebra))
    case 'and':
    case 'or':
      return algebra[test.op](foldTest(test.a, algebra), foldTest(test.b, algebra))
    default:
      return algebra[test.op](fold(test.a, algebra), fold(test.b, algebra), test.kind)
  }
}

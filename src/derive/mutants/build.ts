import type { Binary, Expr } from '../../language/tree.ts'

/** Pieces of an edited tree. Their kinds are given anew once an edit was made (rebuild.ts); until then any will do. */
export const num = (text: string): Expr => ({ op: 'num', text, kind: 'scalar' })
export const name = (id: string): Expr => ({ op: 'name', id, kind: 'scalar' })
export const op = (which: Binary, a: Expr, b: Expr): Expr => ({ op: which, a, b, kind: 'tensor' })

/** What the parser gives: the closed tree without kinds, each node with the offset where it begins. */
export type Syntax =
  | { readonly op: 'num'; readonly text: string; readonly at: number }
  | { readonly op: 'name'; readonly id: string; readonly at: number }
  | { readonly op: 'call'; readonly fn: string; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly op: Infix; readonly a: Syntax; readonly b: Syntax; readonly at: number }
  | { readonly op: 'neg' | 'not'; readonly a: Syntax; readonly at: number }
  | { readonly op: 'cond'; readonly test: Syntax; readonly a: Syntax; readonly b: Syntax; readonly at: number }

export type Infix = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne' | 'and' | 'or'

export interface Assignment {
  readonly target: string
  readonly value: Syntax
  readonly at: number
}

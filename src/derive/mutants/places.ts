import type { Expr } from '../../language/tree.ts'
import { childrenOf, mapChildren, type Node, withChild } from '../../language/walk.ts'

/** A node of an expression, and what the whole expression is with another node in its place. */
export interface Place {
  readonly node: Node
  put(other: Node): Expr
}

/** Every node of an expression, the whole first. */
export function* places(whole: Expr): Generator<Place> {
  yield* below(whole, other => other as Expr)
}

function* below(node: Node, put: (other: Node) => Expr): Generator<Place> {
  yield { node, put }
  for (const [place, child] of childrenOf(node)) yield* below(child, other => put(withChild(node, place, other)))
}

/** The node without the rounding that lowering put around it. */
export const core = (node: Expr): Expr => (node.op === 'toTensor' ? core(node.a) : node)

/** The same tree with names replaced. */
export const renamed = <N extends Node>(node: N, change: (id: string) => Expr | undefined): N =>
  node.op === 'name' ? ((change(node.id) ?? node) as N) : mapChildren(node, child => renamed(child, change))

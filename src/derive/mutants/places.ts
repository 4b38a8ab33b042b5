import type { Expr, Test } from '../../language/tree.ts'

export type Node = Expr | Test

/** A node of an expression, and what the whole expression is with another node in its place. */
export interface Place {
  readonly node: Node
  put(other: Node): Expr
}

const children = ['test', 'a', 'b'] as const

/** Every node of an expression, the whole first. */
export function* places(whole: Expr): Generator<Place> {
  yield* below(whole, other => other as Expr)
}

function* below(node: Node, put: (other: Node) => Expr): Generator<Place> {
  yield { node, put }
  for (const child of children) {
    if (child in node)
      yield* below((node as Record<typeof child, Node>)[child], other => put({ ...node, [child]: other } as Node))
  }
}

/** Whether any node below is of interest. */
export function contains(node: Node, wanted: (node: Node) => boolean): boolean {
  return (
    wanted(node) ||
    children.some(child => child in node && contains((node as Record<typeof child, Node>)[child], wanted))
  )
}

export const reads = (node: Node, id: string): boolean =>
  contains(node, each => (each.op === 'name' || each.op === 'flag') && each.id === id)

/** The node without the rounding that lowering put around it. */
export const core = (node: Expr): Expr => (node.op === 'toTensor' ? core(node.a) : node)

/** The same tree with names replaced. */
export function renamed<N extends Node>(node: N, change: (id: string) => Expr | undefined): N {
  if (node.op === 'name') return (change(node.id) ?? node) as N
  const parts = children.flatMap(child =>
    child in node ? [[child, renamed((node as unknown as Record<typeof child, Node>)[child], change)]] : [],
  )
  return parts.length > 0 ? ({ ...node, ...Object.fromEntries(parts) } as N) : node
}

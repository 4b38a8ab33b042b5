import type { Expr, Test } from './tree.ts'

export type Node = Expr | Test

/** Where a node of a step has others below it, in the order of the text; sums belong to closed forms, which nobody walks. */
const places = ['test', 'a', 'b'] as const
export type ChildPlace = (typeof places)[number]

/** The nodes right below, with where they stand. */
export const childrenOf = (node: Node): (readonly [ChildPlace, Node])[] =>
  places.flatMap(place => (place in node ? [[place, (node as Record<ChildPlace, Node>)[place]] as const] : []))

/** The same node with another in one of its places. */
export const withChild = (node: Node, place: ChildPlace, child: Node): Node => ({ ...node, [place]: child }) as Node

/** The same node with those right below it changed. */
export const mapChildren = <N extends Node>(node: N, change: (child: Node) => Node): N =>
  childrenOf(node).reduce<Node>((whole, [place, child]) => withChild(whole, place, change(child)), node) as N

/** Whether a node is of interest, or any below it. */
export const contains = (node: Node, wanted: (node: Node) => boolean): boolean =>
  wanted(node) || childrenOf(node).some(([, child]) => contains(child, wanted))

/** Every name in an expression, as often as it stands there; boolean hyper-parameters too. */
export const namesIn = (node: Node): string[] => [
  ...(node.op === 'name' || node.op === 'flag' ? [node.id] : []),
  ...childrenOf(node).flatMap(([, child]) => namesIn(child)),
]

/** Whether an expression reads a name. */
export const reads = (node: Node, id: string): boolean => namesIn(node).includes(id)

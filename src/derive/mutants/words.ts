import { print } from '../../language/print.ts'
import type { Node } from '../../language/walk.ts'
import { core } from './places.ts'

const spoken: Readonly<Record<string, string>> = { eps: 'epsilon', lr: 'the learning rate', g: 'the gradient' }

/** A part of a formula as it stands in a sentence: a name that everybody knows by its word, anything else as it is written. */
export function words(node: Node): string {
  const inner = node.op === 'toTensor' ? core(node) : node
  return inner.op === 'name' ? (spoken[inner.id] ?? inner.id) : print(inner)
}

import { whyReserved } from '../../language/names.ts'
import { print } from '../../language/print.ts'
import { tokenize } from '../../language/tokens.ts'
import type { Expr, Test } from '../../language/tree.ts'

/** A number, name or sign of a formula as it is written, and what it is for a comparison. */
export interface Term {
  readonly text: string
  /** The name in the other rule that means the same; else the text. */
  readonly key: string
  /** Whether a space stands before it. */
  readonly spaced: boolean
}

/** A term, and whether the other formula lacks it there. */
export interface Marked extends Term {
  readonly differs: boolean
}

/** The terms of a formula, in order; `called` says what a name is in the other rule. */
export function termsOf(node: Expr | Test, called: (id: string) => string = id => id): Term[] {
  const text = print(node)
  return tokenize(text, offset => ({ field: 'formula', text, offset })).map(({ type, text: own, offset }) => ({
    text: own,
    key: type === 'name' && whyReserved(own) === undefined ? called(own) : own,
    spaced: text[offset - 1] === ' ',
  }))
}

/** The length of the longest common subsequence of two lists from each pair of places on. */
function common(a: readonly Term[], b: readonly Term[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i]![j] =
        a[i]!.key === b[j]!.key ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!)
  return table
}

/** How much two formulas have in common, from 0 to 1. */
export const likeness = (a: readonly Term[], b: readonly Term[]): number =>
  (2 * common(a, b)[0]![0]!) / (a.length + b.length)

/** Both formulas with the terms marked that are not in their longest common subsequence. */
export function marked(a: readonly Term[], b: readonly Term[]): { a: Marked[]; b: Marked[] } {
  const table = common(a, b)
  const out: { a: Marked[]; b: Marked[] } = { a: [], b: [] }
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left && right && left.key === right.key) {
      out.a.push({ ...left, differs: false })
      out.b.push({ ...right, differs: false })
      i++
      j++
    } else if (left && (!right || table[i + 1]![j]! >= table[i]![j + 1]!)) {
      out.a.push({ ...left, differs: true })
      i++
    } else {
      out.b.push({ ...right!, differs: true })
      j++
    }
  }
  return out
}

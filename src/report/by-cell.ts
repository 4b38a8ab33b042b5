import type { Result } from '../subject/verdict.ts'

/** Results that belong together, one subject under one rule, in the order in which they came. */
export function byCell(results: readonly Result[]): Result[][] {
  const cells = new Map<string, Result[]>()
  for (const result of results) {
    const key = cellOf(result)
    cells.set(key, [...(cells.get(key) ?? []), result])
  }
  return [...cells.values()]
}

/** What tells one subject under one rule from all others. */
export const cellOf = ({ subject, rule }: Result): string => `${subject}\n${rule}`

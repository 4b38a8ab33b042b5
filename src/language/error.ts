/** Where in a rule something stands: which text, and the offset of the first character. */
export interface Place {
  /** The rule and field, e.g. `adam/pytorch, step`. */
  readonly field: string
  readonly text: string
  readonly offset: number
}

/** Rule text that is refused: what was given, where, and what to write. */
export class RuleError extends Error {
  readonly problem: string
  readonly hint: string
  readonly place: Place | undefined

  constructor(problem: string, hint: string, place?: Place) {
    super(describe(problem, hint, place))
    this.name = 'RuleError'
    this.problem = problem
    this.hint = hint
    this.place = place
  }
}

function describe(problem: string, hint: string, place: Place | undefined): string {
  if (!place) return hint ? `${problem}\n  ${hint}` : problem
  const before = place.text.slice(0, place.offset)
  const line = before.split('\n').length
  const start = before.lastIndexOf('\n') + 1
  const source = place.text.slice(start).split('\n')[0]!
  const indent = source.length - source.trimStart().length
  const column = place.offset - start
  return [
    `${place.field}, line ${line}, column ${column - indent + 1}: ${problem}`,
    `  ${source.slice(indent)}`,
    `  ${' '.repeat(Math.max(0, column - indent))}^`,
    `  ${hint}`,
  ].join('\n')
}

/** The candidates nearest to a misspelt name, by edit distance, at most three. */
export function nearest(name: string, candidates: Iterable<string>): string[] {
  const limit = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 2)))
  return [...candidates]
    .map(candidate => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

import type { Result } from '../subject/verdict.ts'
import type { Paint } from './terminal-style.ts'

/** What a cell of the matrix, or a line of the list of checks, says. */
export type Outcome =
  | 'deviates'
  | 'undecided'
  | 'known deviation'
  | 'within bound'
  | 'bit-exact'
  | 'holds'
  | 'not offered'

export interface Look {
  readonly glyph: string
  /** In a narrow table. */
  readonly short: string
  /** Explained once, below the table. */
  readonly meaning: string
  readonly colour: (paint: Paint) => (text: string) => string
}

/** How each outcome looks; readable without colours, and after `plain` without anything beyond ASCII. */
export const looks: Readonly<Record<Outcome, Look>> = {
  'bit-exact': { glyph: '✓', short: 'bit-exact', meaning: 'the very bits of the formula', colour: p => p.green },
  'within bound': {
    glyph: '≈',
    short: 'in bound',
    meaning: 'as close as rounding allows, by the derived bound',
    colour: p => p.green,
  },
  holds: {
    glyph: '✓',
    short: 'holds',
    meaning: 'the claims hold; no values were compared with the formula',
    colour: p => p.green,
  },
  deviates: {
    glyph: '✗',
    short: 'deviates',
    meaning: 'is not this formula; see below',
    colour: p => text => p.bold(p.red(text)),
  },
  'known deviation': { glyph: '!', short: 'known', meaning: 'deviates, and is on record', colour: p => p.yellow },
  undecided: { glyph: '?', short: 'undecided', meaning: 'could not be decided; see below', colour: p => p.yellow },
  'not offered': { glyph: '–', short: '', meaning: 'the subject does not have it', colour: p => p.dim },
}

/** The first that any result answers to is the outcome of them all. */
const ranking: readonly (readonly [Outcome, (result: Result) => boolean])[] = [
  ['deviates', ({ verdict, known }) => verdict === 'fail' && !known],
  ['undecided', ({ verdict }) => verdict === 'unknown'],
  ['known deviation', ({ known }) => known !== undefined],
  ['within bound', ({ verdict, grade }) => verdict === 'pass' && grade === 'within the bound'],
  ['bit-exact', ({ verdict, grade }) => verdict === 'pass' && grade === 'bit-exact'],
  ['holds', ({ verdict }) => verdict === 'pass'],
]

/** What several results say together; nothing but skipped checks is `not offered`. */
export function outcome(results: readonly Result[]): Outcome {
  const found = ranking.find(([, holds]) => results.some(holds))?.[0] ?? 'not offered'
  if (found !== 'within bound') return found
  // How bits compare is told by the replays; a relation between two runs has a bound of its own.
  const replays = results.filter(
    ({ group, verdict }) => verdict === 'pass' && (group === 'formula' || group === 'golden'),
  )
  return replays.length > 0 && replays.every(({ grade }) => grade === 'bit-exact') ? 'bit-exact' : found
}

/** One part of a cell: what holds for all formats, or for the one that it names. */
export interface Part {
  readonly outcome: Outcome
  readonly format?: 'f32' | 'f64'
}

const bad: ReadonlySet<Outcome> = new Set(['deviates', 'undecided', 'known deviation'])

/** A cell of the matrix: one outcome, or one a format where only one of the two is in order. */
export function cell(results: readonly Result[]): readonly Part[] {
  const of = (format: 'float32' | 'float64'): Outcome =>
    outcome(results.filter(({ formats }) => formats?.includes(format)))
  const parts: Part[] = [
    { outcome: of('float32'), format: 'f32' },
    { outcome: of('float64'), format: 'f64' },
  ]
  const differ =
    parts.every(part => part.outcome !== 'not offered') && bad.has(of('float32')) !== bad.has(of('float64'))
  return differ ? parts : [{ outcome: outcome(results) }]
}

/** One result as an outcome. */
export const outcomeOf = (result: Result): Outcome => outcome([result])

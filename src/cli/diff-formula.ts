import type { Line, Row } from '../derive/compare/align.ts'
import type { Marked } from '../derive/compare/terms.ts'
import { columns, pad, paint, type Terminal } from '../report/terminal-style.ts'
import type { Labels } from './diff-words.ts'

/** Narrower terminals show the statements below each other. */
const sideBySide = 100

/** A line of a formula as it is shown: the text, and below it, where colours do not say it, what differs. */
interface Shown {
  readonly text: string
  readonly marks: string
}

/** Two formulas beside each other, or below each other where the terminal is narrow. */
export const formulaLines = (rows: readonly Row[], labels: Labels, terminal: Terminal): string[] =>
  terminal.width >= sideBySide ? beside(rows, labels, terminal) : below(rows, labels, terminal)

/** The sign between two columns, as `diff -y` has it. */
const signOf = ({ a, b, same }: Row): string => (a && b ? (same ? ' ' : '|') : a ? '<' : '>')

function beside(rows: readonly Row[], labels: Labels, terminal: Terminal): string[] {
  const p = paint(terminal)
  const room = Math.floor((terminal.width - 9) / 2)
  const sides = (['a', 'b'] as const).map(side => {
    const wide = widest(rows, side)
    return rows.map(row => shown(row[side], row, side, wide, room, terminal))
  })
  const width = Math.max(columns(labels.a), ...sides[0]!.flat().map(({ text }) => columns(text)))
  const line = (left: string, sign: string, right: string): string =>
    `    ${pad(left, width)}  ${sign}  ${right}`.trimEnd()
  const body = rows.flatMap((row, r) => {
    const [left, right] = [sides[0]![r]!, sides[1]![r]!]
    return Array.from({ length: Math.max(left.length, right.length) }, (_, k) => {
      const text = line(left[k]?.text ?? '', signOf(row), right[k]?.text ?? '')
      const marks = line(left[k]?.marks ?? '', ' ', right[k]?.marks ?? '')
      return marks.trim() ? [text, marks] : [text]
    }).flat()
  })
  return [p.dim(line(labels.a, ' ', labels.b)), ...body]
}

function below(rows: readonly Row[], labels: Labels, terminal: Terminal): string[] {
  const p = paint(terminal)
  const wide = Math.max(widest(rows, 'a'), widest(rows, 'b'))
  const lines = (row: Row, side: 'a' | 'b', sign: string): string[] =>
    shown(row[side], row, side, wide, terminal.width - 6, terminal).flatMap(({ text, marks }) =>
      [`    ${sign} ${text}`, ...(marks ? [`      ${marks}`] : [])].map(each => each.trimEnd()),
    )
  return [
    p.dim(`    < ${labels.a}`),
    p.dim(`    > ${labels.b}`),
    '',
    ...rows.flatMap(row => {
      const spelled = (side: 'a' | 'b'): string => `${row[side]?.target} ${row[side]?.terms.map(each => each.text)}`
      if (row.same && spelled('a') === spelled('b')) return lines(row, 'a', ' ')
      return [...(row.a ? lines(row, 'a', '<') : []), ...(row.b ? lines(row, 'b', '>') : [])]
    }),
  ]
}

const widest = (rows: readonly Row[], side: 'a' | 'b'): number =>
  Math.max(0, ...rows.map(row => row[side]?.target.length ?? 0))

/** The terms of a statement between its spaces. */
function wordsOf(terms: readonly Marked[]): Marked[][] {
  const words: Marked[][] = []
  for (const term of terms) {
    if (term.spaced || words.length === 0) words.push([term])
    else words.at(-1)!.push(term)
  }
  return words
}

/** A statement in lines of at most so many columns, with what differs in colour or underlined by carets. */
function shown(
  line: Line | undefined,
  row: Row,
  side: 'a' | 'b',
  wide: number,
  room: number,
  terminal: Terminal,
): Shown[] {
  if (!line) return []
  const p = paint(terminal)
  const colour = side === 'a' ? p.red : p.green
  const head = `${pad(line.target, wide)} =`
  const both = row.a !== undefined && row.b !== undefined
  // A statement that only one of them has is said by its sign.
  const caret = (term: Marked | undefined): string => (both && !terminal.colours && term?.differs ? '^' : ' ')
  const lines: Shown[] = []
  let text = both ? head : colour(head)
  let marks = ' '.repeat(head.length)
  let last: Marked | undefined
  for (const word of wordsOf(line.terms)) {
    const length = word.reduce((sum, term) => sum + term.text.length, 0)
    if (last && columns(text) + 1 + length > room) {
      lines.push({ text, marks: marks.trimEnd() })
      text = marks = ' '.repeat(head.length + 2)
      last = undefined
    }
    text += ` ${word.map(term => (term.differs ? colour(term.text) : term.text)).join('')}`
    marks += word[0]!.differs && last?.differs ? caret(last) : ' '
    marks += word.map(term => caret(term).repeat(term.text.length)).join('')
    last = word.at(-1)
  }
  return [...lines, { text, marks: marks.trimEnd() }]
}

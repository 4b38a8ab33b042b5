import type { Report, Result } from '../subject/verdict.ts'
import { cell, looks, type Outcome, type Part } from './cells.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from './terminal-style.ts'

export interface Row {
  readonly name: string
  /** One cell a subject; empty where nothing was run. */
  readonly cells: readonly (readonly Part[])[]
}

interface Layout {
  readonly label: (cell: Outcome) => string
  readonly split: boolean
  readonly gap: number
}

const long = (cell: Outcome): string => cell
const short = (cell: Outcome): string => looks[cell].short
const none = (): string => ''

/** From roomy to tight; the first that fits the width is taken. */
const layouts: readonly Layout[] = [
  { label: long, split: false, gap: 3 },
  { label: long, split: false, gap: 2 },
  { label: long, split: true, gap: 2 },
  { label: short, split: true, gap: 2 },
  { label: short, split: true, gap: 1 },
  { label: none, split: true, gap: 2 },
]

const margin = '  '

/** The rows of the matrix. Families: a row; where a subject was held to several dialects of one family, a row each. */
export function rowsOf({ results, subjects }: Report): Row[] {
  const ids = [...new Set(results.map(({ rule }) => rule))]
  const several = (name: string): boolean =>
    subjects.some(
      subject =>
        new Set(results.filter(r => r.subject === subject.name && family(r.rule) === name).map(r => r.rule)).size > 1,
    )
  const names = [...new Set(ids.map(id => (several(family(id)) ? id : family(id))))]
  const belongs = (name: string) => (result: Result) =>
    name.includes('/') ? result.rule === name : family(result.rule) === name
  return names.map(name => ({
    name,
    cells: subjects.map(subject => {
      const own = results.filter(result => result.subject === subject.name).filter(belongs(name))
      return own.length > 0 ? cell(own) : []
    }),
  }))
}

const family = (rule: string): string => rule.split('/')[0]!

/** A subject's name in one or more lines: `pytorch:ieee` breaks after the colon, a path before each slash. */
const heading = (name: string, { split }: Layout): string[] => (split ? name.split(/(?<=:)|(?=\/)/) : [name])

const partText = ({ outcome, format }: Part, { label }: Layout): string =>
  `${looks[outcome].glyph} ${format ?? label(outcome)}`.trimEnd()

const cellText = (parts: readonly Part[], layout: Layout, look = (_: Part, text: string): string => text): string =>
  parts.map(part => look(part, partText(part, layout))).join('  ')

function widths(rows: readonly Row[], names: readonly string[], layout: Layout): number[] {
  return names.map((name, at) =>
    Math.max(...heading(name, layout).map(columns), ...rows.map(row => columns(cellText(row.cells[at]!, layout)))),
  )
}

/** The matrix: rules down, subjects across; in several tables where the subjects do not fit side by side. */
export function matrix(report: Report, terminal: Terminal): string[] {
  const rows = rowsOf(report)
  if (rows.length === 0 || report.subjects.length === 0) return []
  return [
    ...tables(
      rows,
      report.subjects.map(({ name }) => name),
      terminal,
    ),
    '',
    ...legend(rows, terminal),
  ]
}

function tables(rows: readonly Row[], names: readonly string[], terminal: Terminal): string[] {
  const first = Math.max(...rows.map(row => columns(row.name)))
  const room = terminal.width - margin.length - first
  const needs = (layout: Layout): number =>
    widths(rows, names, layout).reduce((sum, width) => sum + layout.gap + width, 0)
  const layout = layouts.find(candidate => needs(candidate) <= room)
  if (layout || names.length === 1) return table(rows, names, layout ?? layouts.at(-1)!, first, terminal)
  const half = Math.ceil(names.length / 2)
  const part = (from: number, to: number): string[] => {
    const kept = rows.map(row => ({ ...row, cells: row.cells.slice(from, to) }))
    return tables(kept, names.slice(from, to), terminal)
  }
  return [...part(0, half), '', ...part(half, names.length)]
}

function table(
  rows: readonly Row[],
  names: readonly string[],
  layout: Layout,
  first: number,
  terminal: Terminal,
): string[] {
  const p = paint(terminal)
  const wide = widths(rows, names, layout)
  const gap = ' '.repeat(layout.gap)
  const line = (head: string, cells: readonly string[]): string =>
    plain(
      `${margin}${pad(head, first)}${cells.map((cell, at) => gap + pad(cell, wide[at]!)).join('')}`,
      terminal,
    ).trimEnd()
  const heads = names.map(name => heading(name, layout))
  const tall = Math.max(...heads.map(head => head.length))
  const total = first + wide.reduce((sum, width) => sum + layout.gap + width, 0)
  return [
    ...Array.from({ length: tall }, (_, k) =>
      p.bold(
        line(
          '',
          heads.map(head => head[k - tall + head.length] ?? ''),
        ),
      ),
    ),
    p.dim(plain(margin + '─'.repeat(total), terminal)),
    ...rows.map(row =>
      line(
        row.name,
        row.cells.map(parts => cellText(parts, layout, ({ outcome }, text) => looks[outcome].colour(p)(text))),
      ),
    ),
  ]
}

/** What the glyphs that occur mean. */
function legend(rows: readonly Row[], terminal: Terminal): string[] {
  const p = paint(terminal)
  const seen = new Set(rows.flatMap(row => row.cells.flat()).map(({ outcome }) => outcome))
  const used = (Object.keys(looks) as Outcome[]).filter(outcome => seen.has(outcome))
  return used.flatMap(outcome => {
    const { glyph, meaning, colour } = looks[outcome]
    const [head = '', ...rest] = wrap(
      plain(`${pad(outcome, 15)}  ${meaning}`, terminal),
      terminal.width,
      '    ',
      '      ',
    )
    return [`${margin}${colour(p)(plain(glyph, terminal))} ${p.dim(head.slice(4))}`, ...rest.map(line => p.dim(line))]
  })
}

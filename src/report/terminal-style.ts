import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'
import { throughNpx } from './npx.ts'

/** What a terminal can show; a writer asks nothing else of its surroundings. */
export interface Terminal {
  /** Columns. */
  readonly width: number
  readonly colours: boolean
  /** Whether characters beyond ASCII can be shown. */
  readonly unicode: boolean
  /** Whether commands are typed as `npx lockstep`. */
  readonly npx?: boolean
}

export type Paint = ReturnType<typeof pc.createColors>

export const paint = ({ colours }: Terminal): Paint => pc.createColors(colours)

const ascii: Readonly<Record<string, string>> = {
  '✓': '+',
  '≈': '~',
  '✗': 'X',
  '–': '-',
  '─': '-',
  '·': '*',
  '…': '...',
  '→': '->',
  '←': '<-',
  '±': '+-',
  '▸': '>',
  '²': '^2',
  '×': 'x',
  '’': "'",
  '“': '"',
  '”': '"',
  '−': '-',
  θ: 'theta',
  η: 'eta',
  ε: 'eps',
  ρ: 'rho',
  Δ: 'Delta',
  '√': 'sqrt',
  φ: 'phi',
  γ: 'gamma',
  β: 'beta',
  λ: 'lambda',
  '∇': 'grad ',
  '₁': '1',
  '₂': '2',
  ᵗ: '^t',
  '‖': '||',
}

/** Text as this terminal can show it: letters and signs beyond ASCII are spelled out where it has none, commands are those that work. */
export function plain(given: string, terminal: Terminal): string {
  const text = terminal.npx ? throughNpx(given) : given
  if (terminal.unicode) return text
  return text.replace(/\P{ASCII}/gu, sign => ascii[sign] ?? sign.normalize('NFKD').replace(/\P{ASCII}/gu, ''))
}

/** How many columns a text takes; escape sequences take none. */
export const columns = (text: string): number => [...stripVTControlCharacters(text)].length

/** A text filled with spaces to so many columns. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)))

/** Breaks a text at spaces into lines of at most `width` columns; every line but the first begins with `indent`. */
export function wrap(text: string, width: number, first = '', indent = first): string[] {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && columns(line) + 1 + columns(word) > width) {
      lines.push(line)
      line = indent
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}

/** The first line of a message that may go on with a traceback. */
export const firstLine = (text: string): string => text.split('\n', 1)[0]!

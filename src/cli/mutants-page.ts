import type { Mutant } from '../derive/mutants/index.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import { historyLines } from '../score/history-tally.ts'
import type { ReportFate } from '../score/reports.ts'
import type { RuleScore } from '../score/score.ts'
import { missed, tally } from '../score/tally.ts'

/** Every mutant of some rules: the sentence, and what is written. */
export function listPage(
  lists: readonly { rule: string; mutants: readonly Omit<Mutant, 'rule'>[] }[],
  terminal: Terminal,
): string {
  const p = paint(terminal)
  const lines = lists.flatMap(({ rule, mutants }) => [
    '',
    p.bold(`  ${rule}: ${mutants.length} variants that differ by one edit`),
    '',
    ...mutants.flatMap(({ says, now }) => [
      ...wrap(plain(says, terminal), terminal.width, '  ', '    '),
      ...wrap(plain(now, terminal), terminal.width, '      ', '        ').map(line => p.dim(line)),
    ]),
  ])
  return `${lines.join('\n')}\n\n`
}

/** A share in percent, rounded down: 100 % is all of them. */
export const share = (part: number | null, whole: number): string =>
  whole === 0 || part === null ? '–' : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`

/** What was scored. */
export interface Found {
  readonly rules: readonly RuleScore[]
  readonly reports: readonly ReportFate[]
}

/** The score of some rules: a line a rule, what each check contributes, and all that was missed. */
export function scorePage(
  { rules: scores, reports }: Found,
  { seconds, out }: { seconds: number; out?: string },
  terminal: Terminal,
): string {
  const p = paint(terminal)
  const wide = Math.max(4, ...scores.map(({ rule }) => columns(rule)))
  const row = (cells: readonly string[]): string =>
    `  ${pad(cells[0]!, wide)}${cells
      .slice(1)
      .map(cell => cell.padStart(13))
      .join('')}`.trimEnd()
  const figures = (name: string, some: readonly RuleScore[]): string => {
    const { mutants, equivalent, caught, byVectors } = tally(some)
    const real = mutants - equivalent
    return row([
      name,
      String(mutants),
      String(equivalent),
      share(caught, real),
      share(caught, mutants),
      share(byVectors, real),
    ])
  }
  const all = tally(scores)
  const misses = scores.flatMap(score => missed(score).map(fate => ({ rule: score.rule, fate })))
  const by = [...all.by].map(([check, count]) => `${check} ${count}`).join(', ')
  const seeds = scores[0]?.seeds ?? []
  return `${[
    '',
    p.bold(row(['rule', 'variants', 'equivalent', 'rejected', 'of all', 'by vectors'])),
    ...scores.map(score => figures(score.rule, [score])),
    ...(scores.length > 1 ? ['', p.bold(figures('all', scores))] : []),
    '',
    ...wrap(plain(`First rejected by: ${by || 'no check'}.`, terminal), terminal.width, '  ', '    '),
    ...misses.flatMap(({ rule, fate }) => [
      '',
      ...wrap(plain(`Missed in ${rule}: ${fate.says}.`, terminal), terminal.width, '  ', '    '),
      ...wrap(plain(fate.now, terminal), terminal.width, '    ', '      ').map(line => p.dim(line)),
    ]),
    ...(reports.length > 0
      ? ['', ...historyLines(reports).flatMap(line => wrap(plain(line, terminal), terminal.width, '  ', '    '))]
      : []),
    '',
    ...wrap(
      `Rejected: the share of those that are not equivalent that verify's default run rejects, the worst of ${seeds.length} seeds (${seeds.join(', ')}). By vectors: golden/vectors/ alone. ${seconds.toFixed(0)} s.`,
      terminal.width,
      '  ',
    ),
    ...wrap(
      out === undefined
        ? `Next: lockstep mutants ${scores[0]?.rule ?? ''} --list, or --out <directory> for tables.`
        : `Written to ${out}: README.md and tables.`,
      terminal.width,
      '  ',
    ),
  ].join('\n')}\n\n`
}

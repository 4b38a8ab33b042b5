import type { Diagnosis, Report, Result } from '../subject/verdict.ts'
import { byCell } from './by-cell.ts'
import { looks } from './cells.ts'
import { brief, diagnosisFor } from './diagnosis.ts'
import { briefly, command, isOpenFailure, telling } from './findings.ts'
import { firstLine, paint, plain, type Terminal, wrap } from './terminal-style.ts'

/** Findings, one for each subject and rule: what the most telling check saw, which others saw it, and how to see more. */
export function findings(report: Report, terminal: Terminal): string[] {
  const cells = byCell(report.results.filter(isOpenFailure))
  if (cells.length === 0) return []
  return [
    paint(terminal).bold('Findings'),
    ...cells.flatMap(cell => finding(cell.sort(telling), diagnosisFor(report, cell[0]!), terminal)),
  ]
}

const found = ({ finding, reason }: Result): string =>
  [reason && firstLine(reason), finding && briefly(finding)].filter(Boolean).join('; ') || 'deviates'

function finding(
  [first, ...others]: readonly Result[],
  diagnosis: Diagnosis | undefined,
  terminal: Terminal,
): string[] {
  const p = paint(terminal)
  const result = first!
  const { glyph } = looks.deviates
  const text = `${result.subject}, ${result.rule}, ${result.check}: ${found(result)}`
  const [head = '', ...rest] = wrap(plain(text, terminal), terminal.width, `  ${glyph} `, '    ')
  const also =
    others.length > 0
      ? wrap(
          plain(`also: ${[...new Set(others.map(other => other.check))].join(', ')}`, terminal),
          terminal.width,
          '    ',
          '      ',
        )
      : []
  const looksLike = diagnosis ? wrap(plain(brief(diagnosis), terminal), terminal.width, '    ', '      ') : []
  return [
    plain(head.replace(glyph, p.red(glyph)), terminal),
    ...rest,
    ...looksLike,
    ...also.map(line => p.dim(line)),
    `    ${p.cyan(plain(`→ ${command(result)}`, terminal))}`,
  ]
}

import type { Report } from '../subject/verdict.ts'
import { detail } from './detail.ts'
import { findings } from './list.ts'
import { matrix } from './matrix.ts'
import { general, notes } from './notes.ts'
import { summary } from './summary.ts'
import type { Terminal } from './terminal-style.ts'

/** The report for people: a matrix, findings, notes and a summary; for one subject under one rule, check by check. */
export function terminal(report: Report, screen: Terminal): string {
  const single = new Set(report.results.map(({ subject, rule }) => `${subject}\n${rule}`)).size === 1
  const body = single
    ? [detail(report, screen), notes(report, screen, general(report))]
    : [matrix(report, screen), findings(report, screen), notes(report, screen)]
  const parts = [...body, summary(report, screen)].filter(part => part.length > 0)
  return `\n${parts.map(part => part.join('\n')).join('\n\n')}\n`
}

import type { Report, Result } from '../subject/verdict.ts'
import { byCell } from './by-cell.ts'
import { looks, type Outcome, type Part } from './cells.ts'
import { atLength, brief, diagnosisFor } from './diagnosis.ts'
import { command, explain, isOpenFailure, sentence, telling } from './findings.ts'
import { block, code, shown, table } from './markdown-text.ts'
import { rowsOf } from './matrix.ts'
import { notesOf, noteText } from './notes.ts'
import { effort, verdict } from './summary.ts'
import { firstLine, type Terminal } from './terminal-style.ts'

const page: Terminal = { width: 100, colours: false, unicode: true }

/** Findings beyond these are counted only: GitHub takes a comment of 65,536 characters. */
const most = 20

/** A report for a comment on a change, or a job's summary: the summary, the matrix, findings, notes. */
export function markdown(report: Report): string {
  const parts = [
    ['## Lockstep'],
    ...(report.incomplete ? [['**The run did not end: results are missing.**']] : []),
    [`**${shown(verdict(report))}**`, '', shown(effort(report))],
    matrix(report),
    findings(report),
    notes(report),
  ]
  return `${parts
    .filter(part => part.length > 0)
    .map(part => part.join('\n'))
    .join('\n\n')}\n`
}

function matrix(report: Report): string[] {
  const rows = rowsOf(report)
  if (rows.length === 0) return []
  const seen = new Set(rows.flatMap(({ cells }) => cells.flat()).map(({ outcome }) => outcome))
  const legend = (Object.keys(looks) as Outcome[]).filter(outcome => seen.has(outcome))
  return [
    ...table(
      ['', ...report.subjects.map(({ name }) => shown(name))],
      rows.map(({ name, cells }) => [shown(name), ...cells.map(cellText)]),
    ),
    '',
    legend.map(outcome => `${looks[outcome].glyph} ${looks[outcome].meaning.replace('; see below', '')}`).join(' · '),
  ]
}

const cellText = (parts: readonly Part[]): string =>
  parts.map(({ outcome, format }) => `${looks[outcome].glyph} ${format ?? outcome}`).join('  ')

function findings(report: Report): string[] {
  const cells = byCell(report.results.filter(isOpenFailure)).map(cell => cell.sort(telling))
  if (cells.length === 0) return []
  const more = cells.length > most ? [`- ${cells.length - most} more subjects under rules deviate.`] : []
  return ['### Findings', '', ...cells.slice(0, most).flatMap(cell => finding(cell, report)), ...more]
}

function finding([first, ...others]: readonly Result[], report: Report): string[] {
  const result = first!
  const { subject, rule, check } = result
  const what = result.finding ? sentence(rule, result.finding) : firstLine(result.reason ?? 'deviates')
  const diagnosis = diagnosisFor(report, result)
  const also = [...new Set(others.map(other => other.check))]
  return [
    `- ${looks.deviates.glyph} **${shown(`${subject}, ${rule}, ${check}`)}**: ${shown(what)}${also.length > 0 ? ` Also: ${shown(also.join(', '))}.` : ''}`,
    ...(diagnosis ? ['', `  ${shown(brief(diagnosis))}`] : []),
    '',
    `  ${code(command(result))}`,
    '',
    '  <details><summary>at length</summary>',
    '',
    ...block(
      [...explain(result, page), ...(diagnosis ? ['', ...atLength(diagnosis, page, result.finding)] : [])],
      '  ',
    ),
    '',
    '  </details>',
    '',
  ]
}

function notes(report: Report): string[] {
  const all = notesOf(report)
  if (all.length === 0) return []
  return ['### Notes', '', ...all.map(note => `- ${looks[note.outcome].glyph} ${shown(noteText(note))}`)]
}

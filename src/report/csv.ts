import type { Report, Result } from '../subject/verdict.ts'
import { outcomeOf } from './cells.ts'
import { csvText } from './csv-text.ts'

/** The columns, in order: a header each, and what stands under it. */
const fields: readonly (readonly [string, (result: Result, report: Report) => string | number | undefined])[] = [
  ['subject', ({ subject }) => subject],
  ['version', ({ subject }, { subjects }) => subjects.find(({ name }) => name === subject)?.version],
  ['rule', ({ rule }) => rule],
  ['check', ({ check }) => check],
  ['group', ({ group }) => group],
  ['format', ({ formats = [] }) => formats.join(' ')],
  ['outcome', outcomeOf],
  ['worst', ({ worst }) => worst],
  ['proving', ({ proving }) => proving],
  ['scenarios', ({ scenarios }) => scenarios],
  ['values', ({ observed }) => observed],
  ['step', ({ finding }) => finding?.step],
  ['parameter', ({ finding }) => finding?.parameter],
  ['variable', ({ finding }) => finding?.variable],
  ['index', ({ finding }) => finding?.index],
  ['got', ({ finding }) => finding?.got],
  ['low', ({ finding }) => finding?.low],
  ['high', ({ finding }) => finding?.high],
  ['expected', ({ finding }) => finding?.expected],
  ['ulps', ({ finding }) => finding?.ulps],
  ['reason', ({ reason, known }) => known?.reason ?? reason],
  ['source', ({ known }) => known?.link],
  ['replay', ({ replay }) => replay],
]

/** The results as a table, one a line, for a data frame. */
export const csv = (report: Report): string =>
  csvText([fields.map(([name]) => name), ...report.results.map(result => fields.map(([, of]) => of(result, report)))])

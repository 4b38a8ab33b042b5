import type { Report, Result } from '../subject/verdict.ts'
import type { ReportDocument } from './schema.ts'

/** JSON has no NaN and no infinities, and its writers lose the sign of zero: such numbers are written as strings. */
const keepNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? Object.is(value, -0)
      ? '-0'
      : String(value)
    : value

/** A result with its finding's fields beside its own, so that a reader needs one level only. */
function flat({ finding, scenario, replay, ...rest }: Result): ReportDocument['results'][number] {
  return { ...rest, ...finding, ...(replay !== undefined && { replay }), ...(scenario && { scenario }) }
}

/** A value as one JSON document that ends with a newline. */
export const document = (value: unknown): string => `${JSON.stringify(value, keepNumbers, 2)}\n`

/** The report as one JSON document. */
export function json(report: Report): string {
  const written: ReportDocument = { ...report, results: report.results.map(flat) }
  return document(written)
}

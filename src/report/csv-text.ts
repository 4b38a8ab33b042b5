/** One cell of a table. */
export type Cell = string | number | boolean | null | undefined

/** A field as RFC 4180 has it; numbers with all their digits, so that they are read back as they were; empty where there is none. */
function field(value: Cell): string {
  const text = Object.is(value, -0) ? '-0' : String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Rows as CSV (RFC 4180), a line each. */
export const csvText = (rows: readonly (readonly Cell[])[]): string =>
  rows.map(row => `${row.map(field).join(',')}\r\n`).join('')

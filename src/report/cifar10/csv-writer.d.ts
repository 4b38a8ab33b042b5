/** The part of csv-writer that is used, by tsconfig.json: its own types are sources, which do not pass this project's type checker. */
interface Stringifier<Row> {
  getHeaderString(): string | null
  stringifyRecords(rows: readonly Row[]): string
}

export function createObjectCsvStringifier<Row>(options: {
  header: readonly { readonly id: string; readonly title: string }[]
  recordDelimiter?: '\n' | '\r\n'
}): Stringifier<Row>

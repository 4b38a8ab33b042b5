/** The part of csv-writer that is used; its own types are sources, which do not pass this project's type checker. */
declare module 'csv-writer' {
  interface Stringifier<Row> {
    getHeaderString(): string | null
    stringifyRecords(rows: readonly Row[]): string
  }
  export function createObjectCsvStringifier<Row>(options: {
    header: readonly { readonly id: string; readonly title: string }[]
    recordDelimiter?: '\n' | '\r\n'
  }): Stringifier<Row>
}

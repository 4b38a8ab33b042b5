/** What would move a terminal's cursor, colour it, or turn the direction of its text; line ends and tabs are left. */
const unprintable = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** A stranger's words for a terminal and a report: what cannot be shown is marked. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd')

/** The same for all texts of a value, names of fields included, but for the fields that are code. */
export function printableValue(value: unknown, code: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(item => printableValue(item, code))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      printable(name),
      code.has(name) ? inner : printableValue(inner, code),
    ]),
  )
}

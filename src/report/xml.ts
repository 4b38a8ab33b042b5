/** Characters that XML 1.0 cannot hold, not even escaped: controls, unpaired surrogates and two non-characters. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const visible = (sign: string): string => `\\u{${sign.codePointAt(0)!.toString(16)}}`

/** Text as XML holds it; what XML has no way to hold is written out, as \u{1b}. */
export const escaped = (text: string): string =>
  text
    .replace(forbidden, visible)
    .replace(/[&<>"]/g, sign => named[sign]!)
    // A parser would make a line feed of it.
    .replaceAll('\r', '&#13;')

/** Attributes, each after a space; those without a value are left out. A parser would make spaces of line breaks and tabs. */
export const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('')

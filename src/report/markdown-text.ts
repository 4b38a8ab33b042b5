/** Text that Markdown shows as it is, in one line: no markup, no HTML, no mention of a person. */
export const shown = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|#~$]/g, sign => `\\${sign}`)
    .replaceAll('&', '&amp;')
    .replaceAll('@', '@<!-- -->')
    .replaceAll(/\s+/g, ' ')

/** Text as code, in one line, whatever backticks it has. */
export function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1)
  const space = /^`|`$/.test(text) ? ' ' : ''
  return fence + space + text.replaceAll(/\s+/g, ' ') + space + fence
}

/** Lines as a block of code, whatever fences they have. */
export function block(text: readonly string[], indent = ''): string[] {
  const lines = text.flatMap(line => line.split(/\r\n?|\n/))
  const fence = '`'.repeat(Math.max(3, ...lines.map(line => longestRun(line) + 1)))
  return [`${fence}text`, ...lines, fence].map(line => indent + line)
}

/** A table; in cells a bar would begin the next one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

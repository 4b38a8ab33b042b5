import { UsageError } from './failures.ts'

/** A command line as the words that a shell would make of it: quotes and backslashes, and nothing else that a shell does. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!
    if (quote === "'" ? character === "'" : quote === '"' && character === '"') quote = ''
    else if (quote === '' && (character === "'" || character === '"')) {
      quote = character
      word ??= ''
    } else if (character === '\\' && quote !== "'" && escapes(line[at + 1], quote)) word = (word ?? '') + line[++at]
    else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (quote !== '')
    throw new UsageError(`In --command ${line}: a quote ${quote} is not closed.`, 'Close it, or write \\ before it.')
  if (word !== undefined) words.push(word)
  if (words.length === 0) throw new UsageError('--command names no program.', 'For example: --command "./my-optimizer"')
  return words
}

/** What a backslash takes its meaning from; elsewhere, as in a path of Windows, it is itself. */
const escapes = (next: string | undefined, quote: string): boolean =>
  next !== undefined && (quote === '"' ? /["\\$`]/.test(next) : /["'\\\s]/.test(next))

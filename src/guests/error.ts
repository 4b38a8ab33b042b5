import { printable } from '../language/readable.ts'

/** What went wrong with a guest: it is not there, it died, it took too long, it answered nonsense, or it declined. */
export type GuestErrorKind = 'missing' | 'crashed' | 'timeout' | 'garbage' | 'refused'

/** Where and how a guest failed, beside the message. */
export interface GuestErrorDetails {
  /** The last 4 kB that the guest wrote to its standard error. */
  stderr?: string
  /** The guest's own stack trace. */
  traceback?: string
  cause?: unknown
}

/** A guest that could not answer. The message says what was given, what was expected and what to do. */
export class GuestError extends Error {
  override readonly name = 'GuestError'
  readonly kind: GuestErrorKind
  readonly stderr: string
  readonly traceback: string

  constructor(kind: GuestErrorKind, message: string, details: GuestErrorDetails = {}) {
    const { stderr = '', traceback = '', cause } = details
    const parts = [readable(message)]
    if (traceback.trim()) parts.push(`Traceback:\n${indent(readable(traceback))}`)
    if (stderr.trim()) parts.push(`The end of its standard error:\n${indent(readable(stderr))}`)
    super(parts.join('\n'), cause === undefined ? {} : { cause })
    this.kind = kind
    this.stderr = stderr
    this.traceback = traceback
  }
}

/** No guest has more to say than this about one failure. */
const longest = 4096

/** A guest's words for a terminal and a report: no control characters but line ends and tabs, and not without end. */
export function readable(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}... (${text.length} characters)` : text
  return printable(cut)
}

/** A name that a guest gives: a short line. */
export const label = (text: string): string => readable(text.replace(/\s+/g, ' ').trim().slice(0, 100))

const indent = (text: string) => text.trimEnd().replace(/^/gm, '  ')

/** A value as it is shown in messages: short, on one line. */
export function shown(value: unknown, limit = 80): string {
  let text: string
  try {
    text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  } catch {
    text = String(value)
  }
  return text.length > limit ? `${text.slice(0, limit)}... (${text.length} characters)` : text
}

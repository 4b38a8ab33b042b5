import { readable, shown } from '../error.ts'

/** A file that is not a trace, or a step of it that cannot be read: where, what was expected, and what to write. */
export class TraceError extends Error {
  override readonly name = 'TraceError'

  constructor(place: string, problem: string, hint = '') {
    super(readable(`${place}: ${problem}${hint ? `\n  ${hint}` : ''}`))
  }
}

/** What was there instead, in a few words. */
export const instead = (value: unknown): string =>
  value === undefined
    ? 'it is missing'
    : Array.isArray(value)
      ? `got a list of ${value.length}`
      : typeof value === 'object' && value !== null
        ? `got an object with ${Object.keys(value).slice(0, 5).join(', ') || 'nothing in it'}`
        : `got ${shown(value, 40)}`

import { arrayFromBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Format, HyperValues } from '../../subject/subject.ts'
import { shown } from '../error.ts'
import { instead, TraceError } from './error.ts'

export type Fields = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers that JSON does not have. */
const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}

export function numberFrom(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined
}

/** Refuses fields that the format does not have, so that a misspelt one is not passed over. */
export function checkFields(value: unknown, known: readonly string[], place: string, what: string): Fields {
  if (!isObject(value)) throw new TraceError(place, `${what}: expected an object, ${instead(value)}.`)
  const unknown = Object.keys(value).find(field => !known.includes(field))
  if (unknown !== undefined)
    throw new TraceError(
      place,
      `${what}: there is no field '${unknown}'.`,
      `Fields are ${known.join(', ')}; anything else may stand in info.`,
    )
  return value
}

/** As many numbers of a format, from bits or from a list of numbers (nested lists are read in their order). */
export function arrayFrom(
  value: unknown,
  format: Format,
  length: number | undefined,
  place: string,
  what: string,
): Float64Array {
  const values =
    value instanceof Float64Array
      ? value
      : typeof value === 'string'
        ? fromBits(value, format, place, what)
        : fromList(value, format, place, what)
  if (length !== undefined && values.length !== length)
    throw new TraceError(place, `${what}: expected ${length} ${format} numbers, got ${values.length}.`)
  return values
}

function fromBits(bits: string, format: Format, place: string, what: string): Float64Array {
  try {
    return arrayFromBits(bits, format)
  } catch (error) {
    throw new TraceError(place, `${what}: ${(error as Error).message}`)
  }
}

function fromList(value: unknown, format: Format, place: string, what: string): Float64Array {
  if (!Array.isArray(value))
    throw new TraceError(
      place,
      `${what}: expected ${format} numbers, as a list or as hexadecimal bits; ${instead(value)}.`,
    )
  const { round } = formats[format]
  return Float64Array.from(value.flat(Number.POSITIVE_INFINITY), (item: unknown) => {
    const number = numberFrom(item)
    if (number === undefined)
      throw new TraceError(place, `${what}: expected numbers, "NaN", "Infinity" or "-Infinity"; ${instead(item)}.`)
    if (!Object.is(round(number), number))
      throw new TraceError(
        place,
        `${what}: ${number} is not a float32 number; the nearest is ${round(number)}.`,
        'Write all its digits as a binary64 number (Python: float(x)), or its bits.',
      )
    return number
  })
}

/** Values of hyper-parameters; a pair `betas` is beta1 and beta2. */
export function hyperFrom(value: unknown, place: string, what: string): HyperValues {
  if (!isObject(value)) throw new TraceError(place, `${what}: expected hyper-parameters by name, ${instead(value)}.`)
  const values: HyperValues = {}
  for (const [name, given] of Object.entries(value)) {
    if (!/^\w+$/.test(name))
      throw new TraceError(place, `${what}: ${shown(name)} is not the name of a hyper-parameter.`)
    if (name === 'betas' && Array.isArray(given) && given.length === 2) {
      values.beta1 = scalarFrom(given[0], place, `${what}.betas`)
      values.beta2 = scalarFrom(given[1], place, `${what}.betas`)
    } else values[name] = typeof given === 'boolean' ? given : scalarFrom(given, place, `${what}.${name}`)
  }
  return values
}

function scalarFrom(value: unknown, place: string, what: string): number {
  const number = numberFrom(value)
  if (number === undefined) throw new TraceError(place, `${what}: expected a number, true or false; ${instead(value)}.`)
  return number
}

export function wholeFrom(value: unknown, least: number, place: string, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    throw new TraceError(place, `${what}: expected a whole number from ${least} on, ${instead(value)}.`)
  return value
}

import { InvalidArgumentError } from 'commander'
import { decimalValue } from './decimal.ts'

/** Gathers an option that may be given more than once. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value]

const hyperForm = 'Expected name=value with a number, true or false, for example lr=0.01 or amsgrad=true.'

/** `name=value` pairs, gathered; numbers in decimals, options as true or false. */
export function hyperValue(
  text: string,
  before: Readonly<Record<string, number | boolean>>,
): Record<string, number | boolean> {
  const [, name, typed = ''] = /^([A-Za-z]\w*)=(.*)$/.exec(text) ?? []
  const value = typed === 'true' || (typed === 'false' ? false : decimalValue(typed.trim()))
  if (name === undefined) throw new InvalidArgumentError(hyperForm)
  if (typeof value === 'string') throw new InvalidArgumentError(`${value} ${hyperForm}`)
  return { ...before, [name]: value }
}

/** A seed: a whole number from 0 to 2^31 - 1. */
export function seedValue(text: string): number {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > 0x7fffffff)
    throw new InvalidArgumentError('Expected a whole number from 0 to 2147483647.')
  return seed
}

/** The longest time-out in seconds: a timer of Node counts 2^31 milliseconds, and would end at once where it is set to more. */
const longest = 2e6

/** A length of time in seconds, as milliseconds. */
export function secondsValue(text: string): number {
  const seconds = decimalValue(text.trim())
  if (typeof seconds === 'string' || seconds <= 0)
    throw new InvalidArgumentError('Expected a number of seconds above 0, for example 60.')
  if (seconds > longest)
    throw new InvalidArgumentError(
      `Expected at most ${longest} seconds (23 days), which is as long as a timer can run.`,
    )
  return 1000 * seconds
}

import { InvalidArgumentError } from 'commander'

/** Gathers an option that may be given more than once. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value]

/** `name=value` pairs, gathered; numbers in decimals, options as true or false. */
export function hyperValue(
  text: string,
  before: Readonly<Record<string, number | boolean>>,
): Record<string, number | boolean> {
  const [, name, value = ''] = /^([A-Za-z]\w*)=(.*)$/.exec(text) ?? []
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (name === undefined || (Number.isNaN(number) && value !== 'true' && value !== 'false')) {
    throw new InvalidArgumentError(
      'Expected name=value with a number, true or false, for example lr=0.01 or amsgrad=true.',
    )
  }
  return { ...before, [name]: value === 'true' || (value === 'false' ? false : number) }
}

/** A seed: a whole number from 0 to 2^31 - 1. */
export function seedValue(text: string): number {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > 0x7fffffff)
    throw new InvalidArgumentError('Expected a whole number from 0 to 2147483647.')
  return seed
}

/** A length of time in seconds, as milliseconds; no timer takes more than 24 days. */
export function secondsValue(text: string): number {
  const seconds = Number(text)
  if (text.trim() === '' || !(seconds > 0 && seconds <= 2e6))
    throw new InvalidArgumentError('Expected a number of seconds above 0, for example 60.')
  return 1000 * seconds
}

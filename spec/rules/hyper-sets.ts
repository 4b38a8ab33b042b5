import { isLegal } from '../../src/derive/hyper.ts'
import { contains } from '../../src/language/domain.ts'
import type { Hyper, Rule } from '../../src/language/rule.ts'

export type Values = Record<string, number | boolean>

/** A small generator of numbers in [0, 1) with a fixed seed (Mulberry32), so that every run draws the same. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Values of one hyper-parameter: its default, the edges of its domain, and values between and beyond. */
export function valuesOf({ default: usual, domain }: Hyper): (number | boolean)[] {
  if (typeof usual === 'boolean') return [usual, !usual]
  const fraction = domain !== undefined && domain.high <= 1
  const drawn = fraction ? [0, 0.3, 0.9, 0.95, 1] : usual === 0 ? [0.01, 0.5, 1.5] : [0, usual * 10, 0.125]
  return [usual, ...drawn.filter(value => value !== usual && (!domain || contains(domain, value)))]
}

/** The defaults of a rule. */
export const defaultsOf = (rule: Rule): Values =>
  Object.fromEntries(Object.values(rule.hyper).map(hyper => [hyper.name, hyper.default]))

/**
 * Legal sets of hyper-parameters: the defaults, each value of each hyper-parameter alone, and as many mixtures as asked for;
 * `held` are the same in all.
 */
export function hyperSets(rule: Rule, held: Values, mixtures: number, seed = 1): Values[] {
  const usual = { ...defaultsOf(rule), ...held }
  const free = Object.values(rule.hyper).filter(({ name }) => !Object.hasOwn(held, name))
  const random = seeded(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const alone = free.flatMap(hyper => valuesOf(hyper).map(value => ({ ...usual, [hyper.name]: value })))
  const mixed = Array.from({ length: mixtures }, () => ({
    ...usual,
    ...Object.fromEntries(free.map(hyper => [hyper.name, pick(valuesOf(hyper))])),
  }))
  const seen = new Map([usual, ...alone, ...mixed].map(values => [JSON.stringify(values), values]))
  return [...seen.values()].filter(values => isLegal(rule, values))
}

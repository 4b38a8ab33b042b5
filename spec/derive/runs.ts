import { Decider } from '../../src/derive/decide.ts'
import type { Meaning } from '../../src/derive/meaning.ts'
import { type HyperValues, Stepper } from '../../src/derive/stepper.ts'
import { type Arithmetic, ieee } from '../../src/language/arithmetic.ts'
import type { Rule } from '../../src/language/rule.ts'

export interface Snapshot<R> {
  readonly x: readonly R[]
  readonly state: Readonly<Record<string, readonly R[]>>
}

/** A rule's own defaults with some of them replaced. */
export const hyperOf = (rule: Rule, given: HyperValues = {}): HyperValues => ({
  ...Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value])),
  ...given,
})

export const stepperOf = <R, B>(
  rule: Rule,
  meaning: Meaning<R, B>,
  format: 'float32' | 'float64' = 'float64',
  arithmetic: Arithmetic = ieee,
): Stepper<R, B> => new Stepper(rule, meaning, new Decider(rule, format, arithmetic))

/** What a rule does under a meaning: iterates and written state after every step. */
export function run<R, B>(
  stepper: Stepper<R, B>,
  x0: ArrayLike<number>,
  gradients: readonly ArrayLike<number>[],
  hyper: HyperValues,
): Snapshot<R>[] {
  const cell = stepper.begin(x0, hyper)
  const list = (values: { readonly [index: number]: R }): R[] =>
    Array.from({ length: cell.length }, (_, i) => values[i]!)
  return gradients.map((gradient, k) => {
    stepper.step(cell, stepper.read(gradient), hyper, k + 1)
    const written = [...cell.state].filter(([id]) => cell.written.has(id))
    return { x: list(cell.x), state: Object.fromEntries(written.map(([id, values]) => [id, list(values)])) }
  })
}

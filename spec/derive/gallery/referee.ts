import { bound } from '../../../src/derive/bound.ts'
import { Decider } from '../../../src/derive/decide.ts'
import { Stepper } from '../../../src/derive/stepper.ts'
import { type Arithmetic, ieee } from '../../../src/language/arithmetic.ts'
import type { Rule } from '../../../src/language/rule.ts'
import * as dd from '../../../src/numbers/double-double.ts'
import { remember } from '../../../src/numbers/remember.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import { type Play, plays } from './scenarios.ts'
import { type Implementation, type Numbers, toolsOf } from './tools.ts'

type Format = 'float32' | 'float64'

/** The iterates of a play with the distance that the bound allows, `[step][element]`. */
export interface Allowed {
  readonly play: Play
  readonly rows: { value: dd.DoubleDouble; error: number; mayBeNaN: boolean }[][]
}

/** How far an implementation strayed, in units of the bound, and in how much of what was seen the bound said anything. */
export interface Straying {
  readonly worst: number
  readonly bounded: number
}

/** Runs the bound beside a play. */
export function allow(rule: Rule, format: Format, play: Play, arithmetic: Arithmetic = ieee): Allowed {
  const stepper = new Stepper(rule, bound(format, arithmetic), new Decider(rule, format, arithmetic))
  const cell = stepper.begin(play.x0, play.hyper)
  const rows = play.gradients.map((gradient, step) => {
    stepper.step(cell, stepper.read(gradient), play.hyper, step + 1)
    return play.x0.map((_, i) => cell.x[i]!)
  })
  return { play, rows }
}

const cache = new Map<string, Allowed[]>()

/** The plays of an implementation's rule and options, each with its bound. */
export function court(
  { rule: id, options = {} }: Pick<Implementation, 'rule' | 'options'>,
  format: Format,
  count: number,
): Allowed[] {
  const key = JSON.stringify([id, options, format, count])
  const rule = findRule(id)
  let all = cache.get(key)
  if (!all) {
    all = plays(Object.keys(rule.hyper), { ...flags(rule), ...options }, format, count).map(play =>
      allow(rule, format, play),
    )
    cache.set(key, all)
  }
  return all
}

const flags = (rule: Rule) =>
  Object.fromEntries(
    Object.values(rule.hyper)
      .filter(h => typeof h.default === 'boolean')
      .map(h => [h.name, h.default]),
  )

const judged = new WeakMap<Implementation, Map<string, Straying>>()

/** The largest distance of an implementation from the exact iterates, in units of the bound. */
export function judge(implementation: Implementation, format: Format, count: number): Straying {
  const known = remember(judged, implementation, () => new Map<string, Straying>())
  return remember(known, `${format} ${count}`, () => stray(implementation, format, count))
}

function stray(implementation: Implementation, format: Format, count: number): Straying {
  let [worst, bounded, seen] = [0, 0, 0]
  const tools = toolsOf(format)
  for (const { play, rows } of court(implementation, format, count)) {
    for (let i = 0; i < play.x0.length; i++) {
      const update = implementation.make(play.hyper as Numbers, tools)
      const memory: number[] = [0, 0, 0, 0, 0, 0]
      let x = play.x0[i]!
      for (const [step, row] of rows.entries()) {
        x = update(x, play.gradients[step]![i]!, step + 1, memory)
        const ratio = distance(x, row[i]!)
        seen += 1
        if (ratio === undefined) continue
        bounded += 1
        worst = Math.max(worst, ratio)
      }
    }
  }
  return { worst, bounded: bounded / seen }
}

/** In units of the bound; undefined where the bound says nothing. */
export function distance(x: number, { value, error, mayBeNaN }: Allowed['rows'][number][number]): number | undefined {
  if (error === Number.POSITIVE_INFINITY || mayBeNaN) return undefined
  const off = Math.abs(dd.sub(value, dd.dd(x)).hi)
  if (Number.isNaN(off) || Number.isNaN(error)) return Number.POSITIVE_INFINITY
  return off === 0 ? 0 : off / error
}

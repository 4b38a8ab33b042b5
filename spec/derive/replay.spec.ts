import { describe, expect, it } from 'vitest'
import { mayGenerate } from '../../src/derive/compile.ts'
import { replay } from '../../src/derive/replay.ts'
import { type Arithmetic, ieee } from '../../src/language/arithmetic.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleWith } from '../language/helpers.ts'
import { plays } from './gallery/scenarios.ts'
import { hyperOf, run, stepperOf } from './runs.ts'

const formats = ['float32', 'float64'] as const
const special = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-42,
  -1e-42,
  2 ** -149,
  5e-324,
  1e38,
  -1e308,
  2 ** -126,
]
const rounded: Arithmetic = { ...ieee, rounded: ['lr', 'beta1', 't'], powers: 'format', power: 'running' }

/** All iterates and states of a run as one text of bits; every NaN is the same. */
function bits(
  id: string,
  format: 'float32' | 'float64',
  arithmetic: Arithmetic,
  generate: boolean,
  play: ReturnType<typeof plays>[number],
): string {
  const stepper = stepperOf(findRule(id), replay(format, arithmetic, generate), format, arithmetic)
  const steps = run(stepper, play.x0, play.gradients, play.hyper)
  return steps
    .map(({ x, state }) => [x, ...Object.values(state)].map(values => arrayToBits(values, format)).join(' '))
    .join('\n')
}

describe.each(formats)('compiled and run as closures, a rule gives the same bits in %s', format => {
  it('code may be generated here', () => {
    expect(mayGenerate()).toBe(true)
  })

  it.each(ruleIds())('%s', id => {
    const rule = findRule(id)
    const flags = Object.values(rule.hyper).filter(({ default: value }) => typeof value === 'boolean')
    const options = [false, true].map(on => Object.fromEntries(flags.map(({ name }) => [name, on])))
    for (const on of flags.length > 0 ? options : [{}]) {
      for (const [k, play] of plays(Object.keys(rule.hyper), on, format, 4).entries()) {
        const wild = {
          ...play,
          gradients: play.gradients.map((row, step) =>
            row.map((g, i) => ((step + i + k) % 3 ? g : special[(step * 5 + i) % special.length]!)),
          ),
        }
        for (const arithmetic of [ieee, rounded]) {
          for (const each of [play, wild]) {
            expect(bits(id, format, arithmetic, true, each)).toBe(bits(id, format, arithmetic, false, each))
          }
        }
      }
    }
  })
})

describe('every operation of the language compiles to the bits of its closure', () => {
  const texts = [
    'x + g',
    'x - g',
    'x * g',
    'x / g',
    'sqrt(x)',
    'abs(x)',
    'sign(x)',
    '-x',
    'min(x, g)',
    'max(x, g)',
    'x^2',
    'x^3 * g',
    '(x + g)^4',
    'x < g ? x : g',
    'x <= g and not (x == g) ? 1 : lr',
    'x > 0 or g != g ? x : -g',
    'x >= g ? (x == 0 ? 2 : 3) : 4',
    'fl(1 - beta1) * x',
    'fl(lr)^t * x',
    '2^-t * x',
    'abs(-lr) * x',
    'min(lr, t) * x',
    'max(fl(lr), fl(beta1)) * x',
    'sqrt(lr) / t * x',
    'sign(lr - 1) * x',
    '1e-3 * x',
    '(nesterov ? lr : beta1) * x',
    'lr > 1 ? x : g',
  ]
  const values = [...special, 1, -1.5, 0.1, 3]
  const x0 = values.flatMap(a => values.map(() => a))
  const g = values.flatMap(() => values)

  it.each(texts)('%s', text => {
    const rule = ruleWith(`x = ${text}`)
    for (const format of formats) {
      const of = (generate: boolean) =>
        run(stepperOf(rule, replay(format, ieee, generate), format), x0, [g, g], hyperOf(rule)).map(({ x }) =>
          arrayToBits(x, format),
        )
      expect(of(true)).toEqual(of(false))
    }
  })
})

describe('the replay takes special values as PyTorch does', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number
  it.each([
    ['max(x, g)', [nan, 1, 0, -0, 2, -inf], [1, nan, -0, 0, 3, -1], [nan, nan, 0, -0, 3, -1]],
    ['min(x, g)', [nan, 1, 0, -0, 2, inf], [1, nan, -0, 0, 3, 1], [nan, nan, 0, -0, 2, 1]],
    ['sign(x)', [nan, -0, 0, -inf, 5e-324, -3], [], [0, 0, 0, -1, 1, -1]],
    ['abs(x)', [nan, -0, -inf], [], [nan, 0, inf]],
    ['-x', [0, -0, inf], [], [-0, 0, -inf]],
    ['x < g ? 1 : 2', [nan, 0, 1], [1, nan, 2], [2, 2, 1]],
    ['x != g ? 1 : 2', [nan, 0, 0], [nan, -0, 1], [1, 2, 1]],
    ['sqrt(x)', [-0, -1, inf], [], [-0, nan, inf]],
    ['g / x', [0, -0, 0], [1, 1, 0], [inf, -inf, nan]],
  ])('%s', (text, x0, g, expected) => {
    const rule = ruleWith(`x = ${text}`)
    for (const generate of [true, false]) {
      const gradient = x0.map((_, i) => g[i] ?? 0)
      const [after] = run(stepperOf(rule, replay('float64', ieee, generate)), x0, [gradient], hyperOf(rule))
      expect(after!.x).toEqual(expected)
    }
  })

  it('a branch on scalars that is not taken is not computed: 0 * inf and -0 stay out', () => {
    const rule = ruleWith('x = lr == 0 ? g : g + lr * x')
    const [after] = run(stepperOf(rule, replay('float64', ieee)), [inf, 1], [[-0, -0]], hyperOf(rule, { lr: 0 }))
    expect(after!.x).toEqual([-0, -0])
  })
})

describe('the arithmetic of a subject', () => {
  const value = (
    text: string,
    format: 'float32' | 'float64',
    arithmetic: Partial<Arithmetic>,
    x0 = 1,
    hyper = {},
    steps = 1,
  ): number => {
    const rule = ruleWith(`x = ${text}`)
    const all = { ...ieee, ...arithmetic }
    const stepper = stepperOf(rule, replay(format, all), format, all)
    const gradients = Array.from({ length: steps }, () => [1])
    return run(stepper, [x0], gradients, hyperOf(rule, hyper)).at(-1)!.x[0]!
  }
  const { fround } = Math

  it('rounds scalars where they meet a tensor, and no sooner', () => {
    expect(value('(1 - beta1) * g', 'float32', {})).toBe(fround(1 - 0.9))
    expect(value('(1 - beta1) * g', 'float32', { rounded: ['beta1'] })).toBe(fround(1 - fround(0.9)))
    expect(value('(1 - beta1) * g', 'float64', { rounded: ['beta1'] })).toBe(1 - 0.9)
  })

  it('takes powers in binary64, in the format, or as a running product', () => {
    const third = (arithmetic: Partial<Arithmetic>) => value('beta1^t * g', 'float32', arithmetic, 1, {}, 3)
    const b = fround(0.9)
    expect(third({})).toBe(fround(0.729))
    expect(third({ powers: 'format' })).toBe(fround(b ** 3))
    expect(third({ powers: 'format', power: 'running' })).toBe(fround(fround(b * b) * b))
  })

  it('keeps subnormals or flushes them, as results and as operands', () => {
    const product = (subnormals: 'kept' | 'flushed', x0: number, lr: number) =>
      value('lr * x', 'float32', { subnormals }, x0, { lr })
    expect(product('kept', 2 ** -100, 2 ** -40)).toBe(2 ** -140)
    expect(product('flushed', 2 ** -100, 2 ** -40)).toBe(0)
    expect(product('flushed', -(2 ** -100), 2 ** -40)).toBe(-0)
    expect(product('kept', 2 ** -140, 2 ** 40)).toBe(2 ** -100)
    expect(product('flushed', 2 ** -140, 2 ** 40)).toBe(0)
    expect(product('flushed', 2 ** -126, 1)).toBe(2 ** -126)
  })
})

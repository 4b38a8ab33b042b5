import { describe, expect, test } from 'vitest'
import { cluesOf } from '../../src/diagnose/clues/index.ts'
import { describeDiagnosis, functionSubject } from '../../src/kit/index.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Clue } from '../../src/subject/verdict.ts'
import { diagnosed } from './ask.ts'

interface Hyper {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
}

/** Where an Adam by hand can be broken: the gradient that it takes, its first average, the step that it makes. */
interface Breaks {
  readonly skips?: (g: number) => boolean
  readonly gradient?: (g: number) => number
  readonly average?: (m: number, g: number, t: number) => number
  readonly step?: (step: number, at: { t: number; g: number; x: number; length: number }) => number
  /** Whether its second average goes on from the one of two updates before. */
  readonly second?: boolean
  /** Whether it shows its averages. */
  readonly shows?: boolean
}

/** Adam as printed (Kingma & Ba 2015, Algorithm 1), with one thing that no edit of its formula says. */
function broken({ skips, gradient, average, step, second, shows }: Breaks) {
  return functionSubject((hyper: unknown, x: Float64Array) => {
    let { lr, beta1, beta2, eps } = hyper as Hyper
    const [m, v, old] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
    let t = 0
    return {
      step(gradients: Float64Array) {
        t += 1
        for (const [i, given] of gradients.entries()) {
          if (skips?.(given)) continue
          const g = gradient ? gradient(given) : given
          const plain = beta1 * m[i]! + (1 - beta1) * g
          m[i] = average ? average(plain, g, t) : plain
          const last = v[i]!
          v[i] = beta2 * (second ? old[i]! : last) + (1 - beta2) * g * g
          old[i] = last
          const move = (lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + eps)
          x[i]! -= step ? step(move, { t, g, x: x[i]!, length: x.length }) : move
        }
        return x
      },
      set(next: unknown) {
        ;({ lr, beta1, beta2, eps } = next as Hyper)
      },
      ...(shows && { state: () => ({ m, v }) }),
    }
  })
}

const clues: readonly (readonly [string, Breaks, Partial<Clue> & { says?: string }])[] = [
  [
    'an average that starts at the first gradient',
    { average: (m, g, t) => (t === 1 ? g : m), shows: true },
    { variable: 'm', says: 'in the first update of a parameter', instead: 'g' },
  ],
  [
    'the same, where no state is shown',
    { average: (m, g, t) => (t === 1 ? g : m) },
    { variable: 'x', says: 'in the first update of a parameter', instead: '1/(1 - beta1) times the step of the rule' },
  ],
  [
    'elements without gradient that are skipped',
    { skips: g => g === 0 },
    { variable: 'x', says: 'where the gradient is zero', instead: 'left as it was' },
  ],
  [
    'a step that is clipped',
    { step: move => Math.max(-0.01, Math.min(0.01, move)) },
    {
      variable: 'x',
      says: 'where the length of the step that the rule makes is',
      instead: 'a step of the length 0.01, whatever the rule gives',
    },
  ],
  [
    'a decay that is left out where it would work against the average',
    { step: (move, { x, t }) => (move * x > 0 || t === 0 ? move + 0.01 * x : move), shows: true },
    { variable: 'x', says: 'where x and m have the same sign' },
  ],
  [
    'two buffers that are never exchanged',
    { second: true, shows: true },
    { variable: 'v', instead: 'as if made of the state of two updates before, not of the last' },
  ],
  [
    'a rate that warms up',
    { step: (move, { t }) => move * Math.min(1, t / 5) },
    { variable: 'x', instead: 'a multiple of the step of the rule: 0.2 in update 1, 0.4 in update 2' },
  ],
  [
    'a step that is made every other time',
    { step: (move, { t }) => (t % 2 === 0 ? 0 : move) },
    { variable: 'x', says: 'in every 2nd update', instead: 'left as it was' },
  ],
  [
    'scalars that are treated apart',
    { step: (move, { length }) => (length === 1 ? 2 * move : move) },
    { variable: 'x', says: 'in parameters of one element', instead: '2 times the step of the rule' },
  ],
  [
    'a pull that acts on one side',
    { step: (move, { x }) => (x < 0 ? move + 0.001 : move) },
    { variable: 'x', says: 'where x is negative', instead: 'what the rule gives - 0.001' },
  ],
  [
    'gradients that are halved where they are large',
    { gradient: g => (Math.abs(g) > 1 ? g / 2 : g) },
    { variable: 'x', says: 'where |g| is 1.01 or more' },
  ],
  [
    'steps along the gradient that are left out',
    { step: (move, { g }) => (move * g > 0 ? move : 0) },
    { variable: 'x', says: 'where the rule steps with the gradient, not against it', instead: 'left as it was' },
  ],
]

test.each(clues)('%s: which variable goes wrong, where, and what stands there', async (_, breaks, expected) => {
  const diagnosis = await diagnosed(broken(breaks), 'adam/kingma-ba')
  const { says = '', ...clue } = expected
  expect(diagnosis).toMatchObject({ kind: 'none', clues: [clue] })
  expect(diagnosis!.clues![0]!.where?.says ?? '').toContain(says)
  expect(describeDiagnosis(diagnosis!).replace(/\s+/g, ' ')).toContain(`${expected.variable} goes wrong`)
})

test('a variable that never goes wrong is called right, and what follows from a wrong one is not', async () => {
  const diagnosis = await diagnosed(broken({ average: (m, g, t) => (t === 1 ? g : m), shows: true }), 'adam/kingma-ba')
  expect(diagnosis!.sound).toEqual(['v'])
})

test('numbers that follow nothing get no place and no value', async () => {
  let seed = 1
  const noise = (): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2 ** 31
  }
  const diagnosis = await diagnosed(broken({ step: move => move * (1 + noise()) }), 'adam/kingma-ba')
  expect(diagnosis!.clues).toHaveLength(1)
  expect(diagnosis!.clues![0]).not.toHaveProperty('where')
  expect(diagnosis!.clues![0]).not.toHaveProperty('instead')
})

describe('nothing is made a law of that may be chance', () => {
  const rule = findRule('sgd/lecture')
  const bits = (values: readonly number[]) => arrayToBits(values, 'float64')

  /** Twelve steps of one element, of which some are off by their gradient, as a trace. */
  async function offIn(steps: readonly number[]) {
    const scenario: Scenario = {
      name: 'one element',
      rule: rule.id,
      format: 'float64',
      groups: [{ hyper: { lr: 0.5 }, params: [{ name: 'a', value: bits([1]) }] }],
      steps: 12,
      gradients: Array.from({ length: 12 }, (_, k) => [bits([1 + k / 16])]),
    }
    const { steps: played, ...trace } = await drive(ruleSubject(rule), scenario)
    let off = 0
    const moved = played.map((step, k) => {
      if (steps.includes(k + 1)) off += 1 + k / 16
      return { ...step, x: step.x!.map(values => values.map(value => value + off)) }
    })
    return cluesOf(rule, ieee, [{ ...trace, steps: moved }])
  }

  test('two steps are examples, three and more get what stands there', async () => {
    const [two, four] = [await offIn([3, 9]), await offIn([3, 6, 7, 10])]
    expect(two.clues).toMatchObject([{ variable: 'x', seen: { strays: 2, of: 12 } }])
    expect(two.clues[0]).not.toHaveProperty('instead')
    expect(four.clues[0]!.instead).toBe('-1 times the step of the rule')
  })

  test('a place that four of twelve may share by chance is none', async () => {
    expect((await offIn([3, 6, 7, 10])).clues[0]).not.toHaveProperty('where')
  })
})

test('lost digits are no explanation where few elements stray that should', async () => {
  const subject = broken({ step: (move, { g }) => (Math.abs(g) > 1000 ? move * (1 + 1e-9) : move) })
  const diagnosis = await diagnosed(subject, 'adam/kingma-ba')
  expect(diagnosis!.kind).toBe('none')
  expect(diagnosis!.clues![0]!.where!.says).toMatch(/^where \|g\| is /)
})

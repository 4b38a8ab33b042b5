import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lowerRule } from '../../src/language/lower-rule.ts'
import type { Rule } from '../../src/language/rule.ts'
import { arithmetics } from '../../src/rules/arithmetics.ts'
import { families, findRule, ruleIds } from '../../src/rules/index.ts'
import { projects, published, rowsOf } from '../../src/score/published/index.ts'
import { accepts, acceptsSubject } from '../../src/score/published/judge.ts'
import type { Project, Row } from '../../src/score/published/row.ts'
import { settingsFor } from '../../src/score/published/settings.ts'
import { net, parabola, rosenbrockByTurns, sumOfSquares } from '../../src/score/published/slopes.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { edited } from '../checks/wrong.ts'
import { seeded } from '../rules/hyper-sets.ts'

const arithmeticOf = {
  keras: arithmetics.keras,
  tfjs: arithmetics.tfjs,
  onnx: arithmetics.numpy,
  optax: arithmetics.optax,
  pytorch: arithmetics['pytorch-ieee'],
} as const satisfies Record<Project, unknown>

const asIn = (project: Project, rule: Rule): Subject => ruleSubject(rule, arithmeticOf[project])

const titled = (row: Row): [string, Row] => [
  `${row.project}: ${row.rule}, ${row.test}, ${JSON.stringify(row.hyper)}`,
  row,
]
const all = projects.flatMap(project => published[project])
/** TensorFlow.js divides AdaDelta's step by the accumulator of the step before, and its tests expect that. */
const isMistaken = ({ rule }: Row): boolean => rule === 'adadelta/tfjs'

describe('the rule that a published test is about passes it, in the arithmetic of its project', () => {
  test.each(all.filter(row => !isMistaken(row)).map(titled))('%s', async (_, row) => {
    const rule = findRule(row.rule)
    expect(await acceptsSubject(row, asIn(row.project, rule), rule)).toBe(true)
  })
})

describe("TensorFlow.js's tests of AdaDelta", () => {
  const rows = all.filter(isMistaken)
  const late = withStep('adadelta/tfjs', step => {
    const [first, second, ...rest] = step.trim().split('\n')
    return [second, first, ...rest].join('\n')
  })

  test.each(rows.map(titled))('reject the published rule: %s', async (_, row) => {
    const rule = findRule(row.rule)
    expect(await acceptsSubject(row, asIn('tfjs', rule), rule)).toBe(false)
  })

  test.each(rows.map(titled))('accept one that divides by the old accumulator: %s', async (_, row) => {
    expect(await acceptsSubject(row, asIn('tfjs', late), late)).toBe(true)
  })
})

function withStep(id: string, change: (step: string) => string): Rule {
  const rule = findRule(id)
  const source = families.find(family => family.id === rule.family)!.dialects[rule.dialect]!
  return lowerRule(rule, { ...source, step: change(String(source.step)) })
}

describe('a rule that climbs is rejected by', () => {
  const climbing: readonly [Project, string, string, string][] = [
    ['keras', 'adam/keras', 'x - alpha_t', 'x + alpha_t'],
    ['tfjs', 'adam/tfjs', 'x - mhat', 'x + mhat'],
    ['onnx', 'adam/pytorch', 'x - step_size', 'x + step_size'],
    ['optax', 'adam/optax', 'x - lr', 'x + lr'],
    ['pytorch', 'adam/pytorch', 'x - step_size', 'x + step_size'],
  ]
  test.each(climbing)('%s', async (project, id, from, to) => {
    const rule = edited(id, from, to)
    expect(await accepts(project, asIn(project, rule), rule)).toBe(false)
  })
})

describe('an Adam by Kingma & Ba', () => {
  const judged = async (rule: Rule): Promise<Record<string, boolean | undefined>> =>
    Object.fromEntries(
      await Promise.all(
        projects.map(async project => [project, await accepts(project, asIn(project, rule), rule)] as const),
      ),
    )

  test('is accepted by every project', async () => {
    expect(await judged(findRule('adam/kingma-ba'))).toEqual(
      Object.fromEntries(projects.map(project => [project, true])),
    )
  })

  test('without bias correction is accepted by ONNX and Optax, whose tests do not see it', async () => {
    const rule = withStep('adam/kingma-ba', step =>
      step.replace('m / (1 - beta1^t)', 'm').replace('v / (1 - beta2^t)', 'v'),
    )
    expect(await judged(rule)).toEqual({ keras: false, tfjs: false, onnx: true, optax: true, pytorch: false })
  })

  test('with a wrong second moment is rejected by ONNX, which looks at the state', async () => {
    const rule = withStep('adam/kingma-ba', step => `${step}\n v = v + g`)
    expect(await accepts('onnx', asIn('onnx', rule), rule)).toBe(false)
  })
})

describe('the published tests do not see', () => {
  test.each<[string, Project, string, string, string]>([
    [
      "that TensorFlow.js' centered RMSProp subtracts epsilon",
      'tfjs',
      'rmsprop/tfjs',
      'v - m^2 + eps',
      'v - (m^2 + eps)',
    ],
    [
      "on which side of the root Keras' Adagrad adds epsilon",
      'keras',
      'adagrad/keras',
      'sqrt(G) + eps',
      'sqrt(G + eps)',
    ],
    [
      "on which side of the root Keras' RMSprop adds epsilon",
      'keras',
      'rmsprop/keras',
      'sqrt(centered ? v - m^2 : v) + eps',
      'sqrt(centered ? v - m^2 + eps : v + eps)',
    ],
    ["what momentum does in Keras' SGD", 'keras', 'sgd/keras', 'v = momentum * v', 'v = 5 * momentum * v'],
  ])('%s', async (_, project, id, from, to) => {
    const rule = edited(id, from, to)
    expect(await accepts(project, asIn(project, rule), rule)).toBe(true)
  })

  test('that an Adam in C++ adds epsilon before the bias correction, as adam/keras does', async () => {
    const rule = findRule('adam/keras')
    expect(await accepts('pytorch', asIn('pytorch', rule), rule)).toBe(true)
  })
})

describe('which tests a rule can be given', () => {
  const find = (project: Project, test: string, id: string): Row =>
    published[project].find(row => row.test.endsWith(test) && row.rule === id)!

  test.each<[string, Row, string, ReturnType<typeof settingsFor>]>([
    [
      "the dialect's names",
      find('tfjs', 'momentum: basic', 'momentum/tfjs'),
      'momentum/lecture',
      { hyper: { lr: 0.1, gamma: 0.5 }, penalty: 0 },
    ],
    [
      'options that the test does not speak of are switched off',
      find('tfjs', 'momentum: basic', 'momentum/tfjs'),
      'momentum/pytorch',
      { hyper: { lr: 0.1, momentum: 0.5, dampening: 0, weight_decay: 0, maximize: false }, penalty: 0 },
    ],
    [
      'an option without effect is left out where it is not legal',
      find('keras', 'test_correctness_with_golden', 'sgd/keras'),
      'sgd/pytorch',
      {
        hyper: { lr: 0.01, momentum: 0, dampening: 0, weight_decay: 0, nesterov: false, maximize: false },
        penalty: 0,
      },
    ],
    [
      'an L2 penalty goes with the gradient where the rule has none',
      find('onnx', 'test_adam', 'adam/pytorch'),
      'adam/kingma-ba',
      { hyper: { lr: 0.1, beta1: 0.95, beta2: 0.1, eps: 1e-7 }, penalty: 0.001 },
    ],
    [
      'a rate of 1 is none',
      find('keras', 'test_correctness_with_golden', 'adadelta/keras'),
      'adadelta/zeiler',
      { hyper: { rho: 0.8, eps: 1e-6 }, penalty: 0 },
    ],
    [
      'not without the option',
      find('keras', 'test_correctness_with_golden', 'rmsprop/keras'),
      'rmsprop/lecture',
      undefined,
    ],
    ['not without the rate', find('keras', 'test_single_step', 'adadelta/keras'), 'adadelta/zeiler', undefined],
  ])('%s', (_, row, id, settings) => expect(settingsFor(row, findRule(id))).toEqual(settings))

  test('a momentum that is stored otherwise cannot start from the state that ONNX gives', async () => {
    const rule = findRule('momentum/keras')
    expect(await accepts('onnx', ruleSubject(rule), rule)).toBeUndefined()
  })

  test('a subject that cannot start in the middle is not judged by ONNX', async () => {
    const rule = findRule('adam/pytorch')
    const { openAt: _, ...subject } = ruleSubject(rule)
    expect(await accepts('onnx', subject, rule)).toBeUndefined()
  })

  test('Keras and Optax test no Nesterov momentum, and Keras none at all', () => {
    expect(rowsOf('keras', 'momentum')).toEqual([])
    expect(rowsOf('keras', 'nesterov')).toEqual([])
    expect(rowsOf('optax', 'nesterov')).toEqual([])
  })
})

describe('the rows', () => {
  test.each(all.map(titled))('%s: is about a rule, with its names and within its steps', (_, row) => {
    expect(ruleIds()).toContain(row.rule)
    expect(settingsFor(row, findRule(row.rule))).toBeDefined()
    expect(row.claims.length).toBeGreaterThan(0)
    for (const { step } of row.claims) expect(step).toBeLessThanOrEqual(row.steps)
    if (!('formula' in row.gradients)) expect(row.gradients).toHaveLength(row.steps)
    expect(row.source).toMatch(/^https:\/\/github\.com\/.*\.(py|ts|cpp)(#L\d+)?$/)
  })

  test('are told of on the page, each with its file', () => {
    const page = readFileSync(new URL('../../docs/published-tests.md', import.meta.url), 'utf8')
    for (const source of new Set(all.map(row => row.source.split('#')[0]!))) expect(page).toContain(`(${source})`)
  })

  test('have addresses of the version that they name', () => {
    for (const { source, version } of all) expect(source).toContain(`v${version}/`)
  })
})

describe('the gradient of a function is its slope', () => {
  // A central difference is off by h^2 f'''/6 and by 2^-52 |f| / h: with these functions below 1e-8 at h = 2^-17.
  const h = 2 ** -17
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
  const forward = (x: Float64Array): number =>
    [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
    ].reduce((sum, [p, q]) => {
      const hidden = [0, 1, 2].map(k => sigmoid(x[2 * k]! * p! + x[2 * k + 1]! * q! + x[6 + k]!))
      return sum + sigmoid(x[9]! * hidden[0]! + x[10]! * hidden[1]! + x[11]! * hidden[2]! + x[12]!)
    }, 0)

  test.each([
    ['sumOfSquares', sumOfSquares, sumOfSquares.cost!, 3],
    ['parabola', parabola([1, -1, 1]), (x: Float64Array) => (x[0]! - 1) ** 2 + (x[1]! + 1) ** 2 + (x[2]! - 1) ** 2, 3],
    ['net', net, forward, 13],
  ] as const)('%s', (_, slope, f, length) => {
    const random = seeded(7)
    const x = Float64Array.from({ length }, () => 2 * random() - 1)
    const shifted = (at: number, by: number): number => f(x.map((value, i) => (i === at ? value + by : value)))
    for (const [i, value] of slope.gradient(x, 1).entries())
      expect(Math.abs(value - (shifted(i, h) - shifted(i, -h)) / (2 * h))).toBeLessThan(1e-8)
  })

  test('one coordinate at a time: the second in the first step, the first in the second', () => {
    const x = Float64Array.of(1.5, 1.5)
    expect(rosenbrockByTurns.gradient(x, 1)).toEqual(Float64Array.of(0, -150))
    expect(rosenbrockByTurns.gradient(x, 2)).toEqual(Float64Array.of(451, 0))
  })
})

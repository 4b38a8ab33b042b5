import { describe, expect, test } from 'vitest'
import { align, type Line, type Row } from '../../../src/derive/compare/align.ts'
import { factsOf } from '../../../src/derive/compare/facts.ts'
import { inWordsOf } from '../../../src/derive/compare/vocabulary.ts'
import { loadRuleText } from '../../../src/language/load.ts'
import { print, printStatement } from '../../../src/language/print.ts'
import type { Rule } from '../../../src/language/rule.ts'
import { findRule, ruleIds } from '../../../src/rules/lookup.ts'

const sameNames = (a: Rule, b: Rule): Map<string, string> =>
  new Map(
    Object.keys(a.hyper)
      .filter(name => Object.hasOwn(b.hyper, name))
      .map(name => [name, name]),
  )

const pairs = (rows: readonly Row[]): (readonly [string | undefined, string | undefined])[] =>
  rows.map(({ a, b }) => [a?.target, b?.target])

const unmarked = (line: Line | undefined): string[] =>
  (line?.terms ?? []).filter(({ differs }) => !differs).map(({ key }) => key)

const markedIn = (line: Line | undefined): string[] =>
  (line?.terms ?? []).filter(({ differs }) => differs).map(({ text }) => text)

/** Heavy ball with other names for everything, one of which is a state variable of the other's. */
const renamed = loadRuleText(
  `
id: own/ball
title: Heavy ball
source: a spec
hyper: { eta: { default: 0.01, domain: "[0, inf)" }, v: { default: 0.9, domain: "[0, 1)" } }
state: { lr: 0 }
step: |
  lr = v * lr + eta * g
  x = x - lr
`,
  'ball.rule.yaml',
)

describe('alignment', () => {
  test.each(ruleIds())('%s beside itself: every statement with its own, nothing marked, no facts', id => {
    const rule = findRule(id)
    const names = sameNames(rule, rule)
    const alignment = align(rule, rule, names)
    expect(pairs(alignment.rows)).toEqual(rule.step.map(({ target }) => [target, target]))
    expect(alignment.rows.every(({ same }) => same)).toBe(true)
    expect(factsOf(rule, rule, names, alignment)).toEqual([])
  })

  test('a formula under other names is the same', () => {
    const rule = findRule('momentum/lecture')
    const names = new Map([
      ['lr', 'eta'],
      ['gamma', 'v'],
    ])
    const alignment = align(rule, renamed, names)
    expect(pairs(alignment.rows)).toEqual([
      ['v', 'lr'],
      ['x', 'x'],
    ])
    expect(alignment.rows.every(({ same }) => same)).toBe(true)
    expect(factsOf(rule, renamed, names, alignment).filter(({ formula }) => formula)).toEqual([])
  })

  test('epsilon inside and outside the root: only the last statement is marked', () => {
    const [a, b] = [findRule('adam/lecture'), findRule('adam/kingma-ba')]
    const { rows } = align(a, b, sameNames(a, b))
    expect(rows.map(({ same }) => same)).toEqual([true, true, true, true, false])
    expect(unmarked(rows[4]!.a)).toEqual(unmarked(rows[4]!.b))
  })

  test('a square and a product of the signed gradient: these terms alone are marked', () => {
    const [a, b] = [findRule('adagrad/lecture'), findRule('adagrad/pytorch')]
    const { rows } = align(a, b, sameNames(a, b))
    const sum = rows.find(row => row.a?.target === 'G')!
    expect([markedIn(sum.a), markedIn(sum.b)]).toEqual([
      ['g', '^', '2'],
      ['d', '*', 'd'],
    ])
  })

  test('state of another name and no description is found by its statement', () => {
    const [a, b] = [findRule('rmsprop/lecture'), findRule('rmsprop/pytorch')]
    const { rows, state } = align(a, b, new Map([...sameNames(a, b), ['gamma', 'alpha']]))
    expect(pairs(rows)).toContainEqual(['G', 'v'])
    expect([...state]).toContainEqual(['G', 'v'])
  })

  test('where the gradient is taken, defaults, domains and what only one has are facts', () => {
    const [a, b] = [findRule('nesterov/lecture'), findRule('nesterov/pytorch')]
    const names = new Map([
      ['lr', 'lr'],
      ['gamma', 'momentum'],
    ])
    const facts = factsOf(a, b, names, align(a, b, names))
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'gradient', a: 'x - gamma * v', b: 'x' }))
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'default', what: 'lr', a: '0.01', b: '0.001' }))
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'domain', what: 'gamma / momentum' }))
    expect(facts.filter(({ kind }) => kind === 'hyper-parameter').map(({ what }) => what)).toEqual([
      'weight_decay',
      'maximize',
    ])
  })
})

describe('a rule in the words of another', () => {
  const momentum = findRule('momentum/lecture')
  const names = new Map([
    ['lr', 'eta'],
    ['gamma', 'v'],
  ])

  test('has its names for hyper-parameters; its own state gives way where the name is taken', () => {
    const rule = inWordsOf(momentum, renamed, names, 'shared')
    expect(Object.keys(rule.hyper)).toEqual(['lr', 'gamma'])
    expect(rule.step.map(printStatement)).toEqual(['lr_ = gamma * lr_ + lr * g', 'x = x - lr_'])
    expect(Object.keys(rule.state)).toEqual(['lr_'])
  })

  test('has the defaults of the other or its own, and always its own domains', () => {
    const [a, b] = [findRule('sgd/pytorch'), findRule('momentum/pytorch')]
    const defaults = (of: 'shared' | 'own') => inWordsOf(a, b, sameNames(a, b), of).hyper.momentum
    expect(defaults('shared')).toMatchObject({ default: 0, domain: { text: '(0, inf)' } })
    expect(defaults('own')).toMatchObject({ default: 0.9, domain: { text: '(0, inf)' } })
  })

  test('renames options in conditions, too', () => {
    const nesterov = findRule('sgd/keras')
    const rule = inWordsOf(
      { ...momentum, hyper: { nag: { ...nesterov.hyper.nesterov!, name: 'nag' } } },
      nesterov,
      new Map([['nag', 'nesterov']]),
      'shared',
    )
    expect(print(rule.step.at(-1)!.value)).toContain('(nag ?')
  })
})

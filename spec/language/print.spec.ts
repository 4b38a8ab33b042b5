import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binary, lowerNumber, lowerTest, meet, type Scope } from '../../src/language/lower.ts'
import { parseExpression } from '../../src/language/parse.ts'
import { print, printStatement } from '../../src/language/print.ts'
import { comparisons, type Expr, type Kind, type Test, unaries } from '../../src/language/tree.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleWith } from './helpers.ts'

const names: readonly (readonly [string, Kind])[] = [
  ['lr', 'scalar'],
  ['t', 'scalar'],
  ['w', 'format'],
  ['x', 'tensor'],
  ['g', 'tensor'],
  ['m', 'tensor'],
]
const scope: Scope = {
  numbers: new Map(names),
  flags: new Set(['nesterov', 'centered']),
  states: new Set(['m']),
  sums: false,
  place: offset => ({ field: 'a spec', text: '', offset }),
}

const name = (kinds: readonly Kind[]) =>
  fc.constantFrom(
    ...names.filter(([, kind]) => kinds.includes(kind)).map(([id, kind]): Expr => ({ op: 'name', id, kind })),
  )
const num: fc.Arbitrary<Expr> = fc
  .oneof(
    fc.constantFrom('0', '1', '0.5', '.5', '1e-8', '2.50', '1E+3'),
    fc.nat(1000).map(String),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(String),
  )
  .map(text => ({ op: 'num', text, kind: 'scalar' }))

/** Valid trees, put together by lowering's own constructors, so that their kinds and inserted roundings are consistent. */
const { number, condition } = fc.letrec<{ number: Expr; condition: Test }>(tie => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 2, arbitrary: name(['scalar', 'format', 'tensor']) },
    { weight: 1, arbitrary: num },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...unaries), tie('number')).map(([op, a]): Expr => ({ op, a, kind: a.kind })),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom('add', 'sub', 'mul', 'div', 'min', 'max'), tie('number'), tie('number'))
        .map(([op, a, b]) => binary(op, a, b)),
    },
    {
      weight: 1,
      arbitrary: tie('number').map((a): Expr => (a.kind === 'tensor' ? a : { op: 'fl', a, kind: 'format' })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('number'), tie('number'), fc.integer({ min: 2, max: 8 }))
        .map(([a, b, exponent]): Expr => {
          if (a.kind === 'tensor') return { op: 'power', a, exponent, kind: 'tensor' }
          return b.kind === 'tensor' ? a : binary('pow', a, b)
        }),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(tie('condition'), tie('number'), tie('number')).map(([test, a, b]): Expr => {
        const { a: left, b: right, kind: joined } = binary('sub', a, b) as Expr & { a: Expr; b: Expr }
        const kind = test.kind === 'tensor' ? 'tensor' : joined
        return { op: 'cond', test, a: meet(left, kind), b: meet(right, kind), kind }
      }),
    },
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    {
      weight: 1,
      arbitrary: fc.constantFrom('nesterov', 'centered').map((id): Test => ({ op: 'flag', id, kind: 'scalar' })),
    },
    { weight: 1, arbitrary: fc.constant<Test>({ op: 'first', id: 'm', kind: 'scalar' }) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...comparisons), tie('number'), tie('number')).map(([op, a, b]): Test => {
        const { a: left, b: right, kind } = binary('sub', a, b) as Expr & { a: Expr; b: Expr }
        return { op, a: left, b: right, kind }
      }),
    },
    { weight: 1, arbitrary: tie('condition').map((a): Test => ({ op: 'not', a, kind: a.kind })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('and', 'or'), tie('condition'), tie('condition'))
        .map(
          ([op, a, b]): Test => ({ op, a, b, kind: a.kind === 'tensor' || b.kind === 'tensor' ? 'tensor' : 'scalar' }),
        ),
    },
  ),
}))

const settings = { seed: 20261123, numRuns: 600 }

describe('print, then parse and lower, gives the same tree', () => {
  it('for every number', () => {
    fc.assert(
      fc.property(number, tree => {
        expect(lowerNumber(parseExpression(print(tree), 'printed'), scope)).toEqual(tree)
      }),
      settings,
    )
  })

  it('for every condition', () => {
    fc.assert(
      fc.property(condition, tree => {
        expect(lowerTest(parseExpression(print(tree), 'printed'), scope)).toEqual(tree)
      }),
      settings,
    )
  })

  it.each(ruleIds())('for the step of %s', id => {
    const { hyper, state, step } = findRule(id)
    const texts = Object.values(hyper).map(({ name: key, text, default: value }) => [
      key,
      { default: typeof value === 'boolean' ? value : text },
    ])
    const again = ruleWith(step.map(printStatement).join('\n'), {
      hyper: Object.fromEntries(texts),
      state: Object.fromEntries(Object.keys(state).map(key => [key, '0'])),
    })
    expect(again.step).toEqual(step)
  })
})

describe('parentheses are printed where they mean something', () => {
  it.each([
    '(-x)^2',
    '-x^2',
    '-(-x)',
    '-x * g',
    '-(x * g)',
    'x - (g - m)',
    'x - g - m',
    'x / (g / m)',
    'x / g / m',
    '(x + g) * m',
    '(lr^2)^t',
    'lr^(2^t)',
    'lr^(-t)',
    '(nesterov ? x : g) * m',
    'nesterov ? x : centered ? g : m',
    'nesterov ? (centered ? x : g) : m',
    'not (x < g) ? x : g',
    'not nesterov and centered ? x : g',
    '(nesterov or centered) and first(m) ? x : g',
    'x + 1 < g * 2 ? x : g',
  ])('%s', text => {
    expect(print(lowerNumber(parseExpression(text, 'text'), scope))).toBe(text)
  })
})

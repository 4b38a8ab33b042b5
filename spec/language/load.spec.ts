import { describe, expect, it } from 'vitest'
import { loadRule, loadRuleText, loadUserRule } from '../../src/language/load.ts'
import { parseExpression } from '../../src/language/parse.ts'
import { families } from '../../src/rules/table.ts'
import { refusal, ruleWith } from './helpers.ts'

const yaml = `
id: heavy/ball
title: Heavy ball
source: Polyak 1964
hyper:
  lr: { default: 0.01000000000000000000001, domain: '[0, inf)' }
  mu: { default: 0.9, domain: '[0, 1)', meaning: share that is kept }
  maximize: { default: false }
state:
  v: { init: 0, when: mu != 0, as: velocity }
clock: optimizer
require: [lr > 0]
step: |
  d = maximize ? -g : g
  v = mu * v + d
  x = mu != 0 ? x - lr * v : x - lr * d
`
const object = {
  id: 'heavy/ball',
  title: 'Heavy ball',
  source: 'Polyak 1964',
  hyper: {
    lr: { default: '0.01000000000000000000001', domain: '[0, inf)' },
    mu: { default: '0.9', domain: '[0, 1)', meaning: 'share that is kept' },
    maximize: { default: false },
  },
  state: { v: { init: '0', when: 'mu != 0', as: 'velocity' } },
  clock: 'optimizer',
  require: ['lr > 0'],
  step: ['d = maximize ? -g : g', 'v = mu * v + d', 'x = mu != 0 ? x - lr * v : x - lr * d'],
}

describe('a rule file', () => {
  it('and a module are the same rule: one schema, block or list, numbers with all their digits', () => {
    const [file, module] = [loadRuleText(yaml, 'a/heavy.rule.yaml'), loadRule(object, 'heavy.ts')]
    expect(file).toEqual(module)
    expect(file).toMatchObject({ id: 'heavy/ball', family: 'heavy', dialect: 'ball', title: 'Heavy ball' })
    expect(file.hyper.lr!.text).toBe('0.01000000000000000000001')
  })

  it.each([
    ['dir/adan.rule.yaml', 'adan'],
    ['C:\\rules\\adan.rule.yaml', 'adan'],
    ['adan.ts', 'adan'],
  ])('%s without an id is the rule %s', (from, id) => {
    expect(loadRule({ step: 'x = x - g' }, from)).toMatchObject({ id, family: id, dialect: 'own', title: id })
  })

  it.each([
    [
      { ...object, hyper: { lr: { default: 0.001 } } },
      /hyper\.lr\.default: expected .*, got 0\.001/,
      /Write the number as text: '0\.001'/,
    ],
    [{ ...object, state: { v: 0 } }, /state\.v: expected/, /Write the number as text: '0'/],
    [{ ...object, stepp: 'x' }, /stepp: this field is not known/, /id, title, source, .*step/],
    [
      { ...object, hyper: { lr: { default: '1', range: '[0, 1]' } } },
      /hyper\.lr\.range: this field is not known/,
      /default, domain, meaning/,
    ],
    [
      { ...object, state: { v: { init: '0', wen: 'mu' } } },
      /state\.v\.wen: this field is not known/,
      /init, when, as, meaning/,
    ],
    [{ ...object, state: { v: { when: 'mu' } } }, /state\.v\.init is missing/, /adding-a-rule/],
    [{ hyper: {}, setp: 'x = x - g' }, /setp: this field is not known/, /^Did you mean step\?/],
    [{ ...object, state: { v: { int: '0' } } }, /state\.v\.int: this field is not known/, /^Did you mean init\?/],
    [{ hyper: {} }, /: step is missing\.$/, /adding-a-rule/],
    [{ ...object, clock: 'wall' }, /clock: expected .*parameter.*optimizer/, /adding-a-rule/],
    [{ ...object, step: undefined }, /step: expected/, /adding-a-rule/],
    [{ ...object, id: '../../etc/passwd' }, /id: '\.\.\/\.\.\/etc\/passwd' is not the name/, /adan\/paper/],
    [[], /the whole file/, /adding-a-rule/],
    ['x = x - g', /the whole file/, /adding-a-rule/],
    [null, /the whole file/, /adding-a-rule/],
  ])('%# names the field that is wrong and what to do', (value, problem, hint) => {
    const refused = refusal(() => loadRule(value, 'my.rule.yaml'))
    expect(refused.problem).toMatch(problem)
    expect(refused.problem).toContain('my.rule.yaml')
    expect(refused.hint).toMatch(hint)
  })

  it('a module that throws from its own accessors is not swallowed', () => {
    const own = new Error('own')
    const value = Object.defineProperty({}, 'step', {
      enumerable: true,
      get: () => {
        throw own
      },
    })
    expect(() => loadRule(value, 'a.ts')).toThrow(own)
  })
})

describe("a stranger's rule file is safe to load", () => {
  const withStep = (step: string) => `source: s\nhyper: { lr: { default: 1 } }\nstep: ${JSON.stringify(step)}\n`

  it.each([
    'x = constructor.constructor("return process")()',
    "x = constructor.constructor('return process')()",
    'x = constructor',
    'x = constructor(g)',
    'x = x.constructor',
    'x = x["constructor"]',
    'x = __proto__',
    'x = toString(g)',
    'x = import(g)',
    'x = evaluate(g)',
    'x = createUnit(g)',
    'x = g; process',
    'x = g\n__proto__ = g',
    'f(x) = f(x)\nx = f(g)',
    '$' + '{process.exit()}',
    'x = `g`',
  ])('%j is refused, and nothing of it is run', step => {
    expect(refusal(() => loadRuleText(withStep(step), 'a.rule.yaml')).hint).not.toBe('')
  })

  it.each(['__proto__', 'constructor', 'prototype'])('the key %s is refused wherever it stands', key => {
    const places = [
      `${key}: { polluted: yes }\nstep: x = x - g\n`,
      `hyper: { ${key}: { default: 1 } }\nstep: x = x - g\n`,
      `hyper: { lr: { default: 1, ${key}: { polluted: yes } } }\nstep: x = x - g\n`,
      `state: { ${key}: 0 }\nstep: x = x - g\n`,
    ]
    for (const text of places) {
      const { problem } = refusal(() => loadRuleText(text, 'a.rule.yaml'))
      expect(problem).toMatch(new RegExp(`'${key}' is a name of the host language`))
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(refusal(() => loadRule(JSON.parse(`{ "${key}": {}, "step": "x = x - g" }`), 'a.json')).problem).toContain(
      key,
    )
  })

  it('aliases that multiply are refused before they are expanded', () => {
    const lines = Array.from(
      { length: 20 },
      (_, k) =>
        `a${k}: &a${k} [${
          k
            ? Array(10)
                .fill(`*a${k - 1}`)
                .join(', ')
            : 'x'
        }]`,
    )
    expect(refusal(() => loadRuleText(`${lines.join('\n')}\nstep: x = x - g\n`, 'bomb.rule.yaml')).problem).toMatch(
      /alias/i,
    )
  })

  it.each([
    ['tags', 'step: !!js/function "() => 1"\n', undefined],
    ['brackets', `step: ${'['.repeat(10_000)}`, undefined],
    ['two documents', 'step: x = x - g\n---\nstep: x = g\n', /not YAML/],
    ['a key twice', 'step: x = x - g\nstep: x = g\n', /not YAML.*unique/],
    ['a megabyte', `# ${'a'.repeat(1_000_000)}\nstep: x = x - g\n`, /too long/],
    ['nothing', '', /the whole file\): expected the fields of a rule, got nothing/],
    ['a comment alone', '# later', /got nothing: it is empty/],
    ['a text', 'later', /expected fields, got "later"/],
  ])('%s in YAML are refused', (_, text, problem) => {
    expect(refusal(() => loadRuleText(text, 'a.rule.yaml')).problem).toMatch(problem ?? /./)
  })

  it.each([
    ['parentheses', `${'('.repeat(10_000)}g${')'.repeat(10_000)}`, /too long|nested/],
    ['51 parentheses', `${'('.repeat(51)}g${')'.repeat(51)}`, /nested more than 50 deep/],
    ['calls', `${'abs('.repeat(51)}g${')'.repeat(51)}`, /nested more than 50 deep/],
    ['minus signs', `${'-'.repeat(10_000)}g`, /too long/],
    ['terms', `g${' + g'.repeat(10_000)}`, /too long/],
    ['powers', `2${'^2'.repeat(1000)} * g`, /too long/],
    ['blanks', `${' '.repeat(60_000)}g`, /too long/],
    ['letters', 'g'.repeat(60_000), /too long/],
  ])('10,000 %s are a clear error', (_, text, problem) => {
    const refused = refusal(() => ruleWith(`x = x - ${text}`))
    expect(refused.problem).toMatch(problem)
    expect(refused.hint).not.toBe('')
  })

  it.each([
    ['parentheses', `${'('.repeat(50)}g${')'.repeat(50)}`],
    ['minus signs', `${'-'.repeat(990)}g`],
    ['terms', `g${' + g'.repeat(490)}`],
    ['powers', `2${'^2'.repeat(490)} * g`],
    ['conditions', `${'nesterov ? g : '.repeat(240)}x`],
  ])('what is within the limits is read, walked and printed: %s', (_, text) => {
    expect(ruleWith(`x = ${text}`).step).toHaveLength(1)
  })

  it('an expression has no assignment in it', () => {
    expect(refusal(() => parseExpression('lr = 1', 'require')).problem).toMatch(/assignment/)
    expect(refusal(() => parseExpression(' \n ', 'require')).problem).toMatch(/missing/)
  })
})

describe('what a step computes for nothing is refused where it stands', () => {
  const hyper = { lr: { default: '0.1' }, beta: { default: '0.9' } }
  const user = (step: string[], state: Record<string, string> = { m: '0' }) =>
    loadUserRule({ hyper, state, step }, 'mine.rule.yaml')

  it.each<[string, string[], RegExp, string]>([
    [
      'a corrected average that the last line forgets',
      ['m = beta * m + g', 'mhat = m / (1 - beta^t)', 'x = x - lr * m'],
      /^'mhat' is never read/,
      '2:1',
    ],
    [
      'a local that is assigned twice',
      ['d = -g', 'd = g', 'm = d', 'x = x - lr * d'],
      /^'d' is assigned again before this value is read/,
      '1:1',
    ],
    ['a state variable that is assigned twice', ['m = g', '  m = 2 * g', 'x = x - m'], /^'m' is assigned again/, '1:1'],
    ['an iterate that is assigned twice', ['m = g', 'x = x - lr * g', 'x = m'], /^'x' is assigned again/, '2:1'],
    ['the last value of a local', ['d = g', 'm = d', 'd = 2 * d', 'x = x - m'], /^'d' is never read/, '3:1'],
  ])('%s', (_, step, problem, at) => {
    expect(refusal(() => user(step))).toMatchObject({ problem: expect.stringMatching(problem), at })
  })

  it('a state variable that keeps its first value', () => {
    expect(refusal(() => user(['x = x - lr * m * g'])).problem).toMatch(/^mine, state m: the step never assigns it/)
    expect(refusal(() => user(['m = g', 'x = x - m'], { m: '0', v: '0' })).problem).toMatch(/state v: the step never/)
  })

  it.each([
    ['a local in a condition', ['d = g * g', 'm = g', 'x = d > 1 ? x : x - m']],
    ['a local that is changed step by step', ['d = g', 'd = d + lr * x', 'd = -d', 'm = d', 'x = x + m']],
    ['state that only the next step reads', ['x = x - lr * m', 'm = g']],
    ['state that is only shown', ['m = abs(g)', 'x = x - lr * g']],
    ['an iterate in two parts', ['x = x - lr * x', 'm = g', 'x = x - m']],
  ])('but not %s', (_, step) => {
    expect(user(step).step).toHaveLength(step.length)
  })

  it('in a file as in a module, and no built-in rule does it', () => {
    expect(refusal(() => loadRuleText('step: [d = g, x = x - g]', 'mine.rule.yaml')).problem).toMatch(/'d' is never/)
    for (const { id, title, dialects } of families)
      for (const [dialect, source] of Object.entries(dialects))
        expect(loadUserRule({ ...source, id: `${id}/${dialect}`, title }, 'built-in').id).toBe(`${id}/${dialect}`)
  })
})

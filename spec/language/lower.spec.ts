import { describe, expect, it } from 'vitest'
import { refusal, ruleWith, shape } from './helpers.ts'

const last = (step: string): string => shape(ruleWith(step).step.at(-1)!.value)

const trees: readonly (readonly [string, string])[] = [
  ['x = x - lr * g', '(sub:t x:t (mul:t (toTensor:f lr:s) g:t))'],
  ['x = (1 - beta1) * g', '(mul:t (toTensor:f (sub:s 1:s beta1:s)) g:t)'],
  ['x = beta1 * lr * g', '(mul:t (toTensor:f (mul:s beta1:s lr:s)) g:t)'],
  ['x = beta1 * (lr * g)', '(mul:t (toTensor:f beta1:s) (mul:t (toTensor:f lr:s) g:t))'],
  ['x = x / (1 - beta1^t)', '(div:t x:t (toTensor:f (sub:s 1:s (pow:s beta1:s t:s))))'],
  ['x = 2^-t * x', '(mul:t (toTensor:f (pow:s 2:s (neg:s t:s))) x:t)'],
  ['x = -x^2', '(neg:t (power2:t x:t))'],
  ['x = (-x)^2', '(power2:t (neg:t x:t))'],
  ['x = -2^2 * x', '(mul:t (toTensor:f (neg:s (pow:s 2:s 2:s))) x:t)'],
  ['x = x - g - m', '(sub:t (sub:t x:t g:t) m:t)'],
  ['x = x - (g - m)', '(sub:t x:t (sub:t g:t m:t))'],
  ['x = fl(1 - beta1) * g', '(mul:t (fl:f (sub:s 1:s beta1:s)) g:t)'],
  ['w = fl(1 - beta1)\nx = (1 - w) * g', '(mul:t (sub:f (toTensor:f 1:s) w:f) g:t)'],
  ['w = fl(beta1)\nx = w < 0.5 ? x : g', '(cond:t (lt:f w:f (toTensor:f 0.5:s)) x:t g:t)'],
  ['x = max(m, 0)', '(max:t m:t (toTensor:f 0:s))'],
  ['x = nesterov ? g : 0', '(cond:t nesterov:s g:t (toTensor:f 0:s))'],
  ['x = lr > 0 and not nesterov ? g : x', '(cond:t (and:s (gt:s lr:s 0:s) (not:s nesterov:s)) g:t x:t)'],
  ['x = x > 0 ? lr : beta1', '(cond:t (gt:t x:t (toTensor:f 0:s)) (toTensor:f lr:s) (toTensor:f beta1:s))'],
  ['x = (nesterov ? lr : beta1) * g', '(mul:t (toTensor:f (cond:s nesterov:s lr:s beta1:s)) g:t)'],
  ['x = nesterov or x > 0 ? g : x', '(cond:t (or:t nesterov:s (gt:t x:t (toTensor:f 0:s))) g:t x:t)'],
  ['x = first(m) ? g : m', '(cond:t (first m) g:t m:t)'],
  ['x = g ? x : g', ''],
]

describe('lowering gives every node its kind and rounds a scalar where it meets a tensor', () => {
  it.each(trees.filter(([, tree]) => tree))('%s', (step, tree) => {
    expect(last(step)).toBe(tree)
  })

  it('a scalar that is assigned to state or x is rounded there, and a local keeps its kind', () => {
    const rule = ruleWith('u = lr * 2\nm = u\nx = m')
    expect(rule.step.map(({ role, value }) => [role, shape(value)])).toEqual([
      ['local', '(mul:s lr:s 2:s)'],
      ['state', '(toTensor:f u:s)'],
      ['x', 'm:t'],
    ])
  })

  it('a local may be assigned again with another kind', () => {
    expect(last('u = lr\nu = u * g\nx = x - u')).toBe('(sub:t x:t u:t)')
  })

  it('digits of literals are kept as they were written', () => {
    expect(last('x = 0.10000000000000000000000001 * x')).toContain('0.10000000000000000000000001:s')
  })
})

describe('the fields of a rule beside its step', () => {
  it('state has an initial value, a condition and the name under which a framework exposes it', () => {
    const { state } = ruleWith('x = x - v', {
      state: { v: { init: 'lr * 2', when: 'beta1 != 0 and not nesterov', as: 'velocity', meaning: 'speed' }, w: '1' },
    })
    expect(shape(state.v!.init)).toBe('(mul:s lr:s 2:s)')
    expect(shape(state.v!.when!)).toBe('(and:s (ne:s beta1:s 0:s) (not:s nesterov:s))')
    expect([state.v!.as, state.w!.as]).toEqual(['velocity', 'w'])
  })

  it('the gradient is taken at x unless a rule says otherwise', () => {
    expect(shape(ruleWith('x = x - g').at)).toBe('x:t')
    expect(shape(ruleWith('x = x - g', { at: 'x - beta1 * m' }).at)).toBe(
      '(sub:t x:t (mul:t (toTensor:f beta1:s) m:t))',
    )
    expect(refusal(() => ruleWith('x = x - g', { at: 'x - g' })).problem).toMatch(/'g' is not known here/)
  })

  it('t counts the updates of a parameter unless a rule says otherwise', () => {
    expect(ruleWith('x = x - g').clock).toBe('parameter')
    expect(ruleWith('x = x - g', { clock: 'optimizer' }).clock).toBe('optimizer')
  })

  it('legal combinations are conditions on hyper-parameters, kept with their text', () => {
    const { require } = ruleWith('x = x - g', { require: ['not nesterov or lr > 0'] })
    expect(require).toMatchObject([{ text: 'not nesterov or lr > 0', test: { op: 'or', kind: 'scalar' } }])
  })

  it.each([
    ['require', { require: ['first(m)'] }],
    ['when', { state: { m: { init: '0', when: 'first(m)' } } }],
    ['at', { at: 'first(m) ? x : x - m' }],
  ])('first is asked in a step only, not in %s', (_, more) => {
    expect(refusal(() => ruleWith('x = x - g', more)).problem).toMatch(/whether a state variable was written/)
  })

  it.each([
    ['require', { require: ['x > 0'] }, /'x' is not known/],
    ['when', { state: { m: { init: '0', when: 't > 1' } } }, /'t' is not known/],
    ['init', { state: { m: 'g' } }, /'g' is not known/],
  ])('%s reads hyper-parameters alone', (_, more, problem) => {
    expect(refusal(() => ruleWith('x = x - lr', more)).problem).toMatch(problem)
  })

  it('closed forms have finite sums, over a new name', () => {
    const form = (x: string) => ({
      closedForms: {
        f: { gradient: 'constant' as const, x, derivation: 'by hand', where: { nesterov: false, lr: '0.1' } },
      },
    })
    const [closed] = ruleWith('x = x - g', form('x0 - c * sum(k, 1, n, lr^k)')).closedForms
    expect(shape(closed!.x)).toBe('(sub:s x0:s (mul:s c:s (sum k 1:s n:s (pow:s lr:s k:s))))')
    expect(closed!.where).toEqual({ nesterov: false, lr: 0.1 })
    expect(refusal(() => ruleWith('x = x - g', form('sum(n, 1, n, n)'))).problem).toMatch(/new name as its index/)
    expect(refusal(() => ruleWith('x = x - g', form('sum(2, 1, n, 1)'))).problem).toMatch(/new name as its index/)
  })

  it('values that a closed form fixes are numbers of hyper-parameters that exist', () => {
    const where = (values: Record<string, string | boolean>) => ({
      closedForms: { f: { gradient: 'constant' as const, x: 'x0', derivation: '', where: values } },
    })
    expect(refusal(() => ruleWith('x = x - g', where({ lt: '1' }))).problem).toMatch(/'lt' is not a hyper-parameter/)
    expect(refusal(() => ruleWith('x = x - g', where({ lr: 'much' }))).problem).toMatch(/'much' is not a decimal/)
  })
})

describe('names', () => {
  it.each([
    'e',
    'pi',
    'sqrt',
    'and',
    'mod',
    'true',
    'first',
    '__proto__',
    'constructor',
    'toString',
    'isPrototypeOf',
    '__defineGetter__',
    'beta-1',
    '1st',
    'β',
  ])('a hyper-parameter or state variable cannot be called %s', name => {
    const hyper = Object.fromEntries([[name, { default: '1' }]])
    expect(refusal(() => ruleWith('x = x - g', { hyper })).problem).toMatch(/cannot be called/)
    expect(refusal(() => ruleWith('x = x - g', { state: Object.fromEntries([[name, '0']]) })).problem).toMatch(
      /cannot be called/,
    )
  })

  it.each(['x', 'g', 't', 'n', 'lr'])('the name %s is not given twice', name => {
    expect(refusal(() => ruleWith('x = x - g', { state: { [name]: '0' } })).problem).toMatch(/taken twice/)
  })

  it('a local cannot be named after what the host language has', () => {
    expect(refusal(() => ruleWith('__proto__ = g\nx = x - g')).problem).toMatch(/host language/)
  })
})

describe('hyper-parameters', () => {
  it('are the binary64 numbers that their decimal texts round to', () => {
    const { hyper } = ruleWith('x = x - g', {
      hyper: { lr: { default: '0.1000000000000000055511151231257827' }, on: { default: 'true' } },
    })
    expect(hyper.lr).toMatchObject({ default: 0.1, text: '0.1000000000000000055511151231257827' })
    expect(hyper.on!.default).toBe(true)
  })

  it.each(['', 'abc', '1e400', '- 1', '1 2', '+1', '0x10', 'NaN', '0.1 # tenth', 'Infinity'])(
    'a default is not %j',
    text => {
      expect(() => ruleWith('x = x - g', { hyper: { lr: { default: text } } })).toThrow(/lr/)
    },
  )

  it('a default lies in its domain', () => {
    const hyper = (domain: string) => ({ hyper: { lr: { default: '1', domain } } })
    expect(refusal(() => ruleWith('x = x - g', hyper('[0, 1)'))).problem).toMatch(
      /default 1 is outside the domain \[0, 1\)/,
    )
    expect(ruleWith('x = x - g', hyper('[0, 1]')).hyper.lr!.domain).toMatchObject({ low: 0, high: 1, highClosed: true })
  })
})

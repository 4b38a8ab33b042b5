import { describe, expect, it } from 'vitest'
import { arrange, arrangeTest } from '../../src/derive/arrange.ts'
import { type Arithmetic, ieee } from '../../src/language/arithmetic.ts'
import { print, printStatement } from '../../src/language/print.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleWith, shape } from '../language/helpers.ts'

/** As Keras does it: the rate and powers in the variable's type, 1 - beta1 in binary64. */
const keras: Arithmetic = { ...ieee, name: 'keras', rounded: ['lr'], powers: 'format' }
const arranged = (step: string, arithmetic: Arithmetic): string[] =>
  arrange(ruleWith(step).step, arithmetic).map(printStatement)

describe('rounding points of an arithmetic become fl in the step', () => {
  it.each([
    ['x = x - lr * g', ['x = x - fl(lr) * g']],
    ['m = beta1 * m + (1 - beta1) * g\nx = x - m', ['m = beta1 * m + (1 - beta1) * g', 'x = x - m']],
    ['a = lr * sqrt(1 - beta1^t)\nx = x - a * g', ['a = fl(lr) * sqrt(1 - fl(beta1)^fl(t))', 'x = x - a * g']],
    ['a = lr\nb = 2 * a\nx = x - b * g', ['a = fl(lr)', 'b = 2 * a', 'x = x - b * g']],
    ['x = lr > 0.5 ? x : g', ['x = fl(lr) > 0.5 ? x : g']],
    ['x = (nesterov ? lr : beta1) * g', ['x = (nesterov ? fl(lr) : beta1) * g']],
    ['x = fl(lr) * g', ['x = fl(lr) * g']],
    ['m = lr\nx = x - m', ['m = fl(lr)', 'x = x - m']],
  ])('%s', (step, expected) => {
    expect(arranged(step, keras)).toEqual(expected)
  })

  it('kinds follow from the leaves: what meets a rounded scalar is rounded, too', () => {
    const [statement] = arrange(ruleWith('x = (lr + beta1) * g').step, keras)
    expect(shape(statement!.value)).toBe('(mul:t (add:f (fl:f lr:s) (toTensor:f beta1:s)) g:t)')
  })

  it('conditions outside the step are arranged in the same way', () => {
    const { when } = ruleWith('x = x - m', { state: { m: { init: '0', when: 'lr != 0' } } }).state.m!
    expect(print(arrangeTest(when!, keras))).toBe('fl(lr) != 0')
  })

  it.each(ruleIds())('IEEE arithmetic leaves %s as it is written', id => {
    const { step } = findRule(id)
    expect(arrange(step, ieee)).toEqual(step)
  })
})

import { describe, expect, it } from 'vitest'
import { completeHyper, HyperError, holds, isLegal } from '../../src/derive/hyper.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleWith } from '../language/helpers.ts'

const sgd = findRule('sgd/pytorch')

describe('hyper-parameters that are given', () => {
  it('replace the defaults, and leave the others as they are', () => {
    const values = completeHyper(sgd, { lr: 0.5, momentum: 0.9, nesterov: true })
    expect(values).toMatchObject({ lr: 0.5, momentum: 0.9, nesterov: true, dampening: 0, maximize: false })
    expect(Object.keys(values)).toEqual(Object.keys(sgd.hyper))
  })

  it.each([
    [{ momentm: 0.9 }, /sgd\/pytorch has no hyper-parameter 'momentm'. Did you mean momentum\?/],
    [{ zzzzzzzzz: 1 }, /It has: lr, momentum/],
    [{ constructor: 1 }, /has no hyper-parameter 'constructor'/],
    [{ lr: true }, /lr = true: expected a number, for example 0\.001/],
    [{ nesterov: 1 }, /nesterov = 1: expected a boolean, for example false/],
    [{ lr: -1 }, /lr = -1 is outside its domain \[0, inf\)/],
    [{ lr: Number.NaN }, /lr = NaN is outside its domain/],
    [{ lr: Number.POSITIVE_INFINITY }, /outside its domain/],
    [{ nesterov: true }, /not legal; it requires not nesterov or \(momentum > 0 and dampening == 0\)/],
    [{ nesterov: true, momentum: 0.9, dampening: 0.1 }, /not legal/],
  ])('%j are refused with what is allowed', (given, message) => {
    expect(() => completeHyper(sgd, given as never)).toThrow(message)
    expect(() => completeHyper(sgd, given as never)).toThrow(HyperError)
  })

  it('are legal or not, without an exception', () => {
    const values = completeHyper(sgd, {})
    expect(isLegal(sgd, values)).toBe(true)
    expect(isLegal(sgd, { ...values, lr: -1 })).toBe(false)
    expect(isLegal(sgd, { ...values, nesterov: true })).toBe(false)
  })

  it('a condition holds in binary64, as it is written', () => {
    const rule = ruleWith('x = x - g', {
      require: ['lr + 0.2 == 0.3', '(lr < 1) and not nesterov', 'lr^2 > 0 or nesterov'],
    })
    const answers = (values: Record<string, number | boolean>) => rule.require.map(each => holds(each, values))
    expect(answers({ lr: 0.1, nesterov: false })).toEqual([false, true, true])
    expect(answers({ lr: 0.3 - 0.2, nesterov: true })).toEqual([true, false, true])
    expect(answers({ lr: 0, nesterov: false })).toEqual([false, true, false])
  })
})

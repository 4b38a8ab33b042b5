import { describe, expect, test } from 'vitest'
import { dialectState } from '../../src/guests/dialect-state.ts'
import { loadRule } from '../../src/language/load.ts'
import { findRule } from '../../src/rules/lookup.ts'

const names = async (rule: string, dialect: string) =>
  Object.fromEntries(await dialectState(findRule(rule), findRule(dialect)))

describe('state of a library under the names of another rule', () => {
  test.each<[string, string, Record<string, string>]>([
    ['adamw/loshchilov-hutter', 'adamw/pytorch', { m: 'exp_avg', v: 'exp_avg_sq' }],
    ['adam/kingma-ba', 'adam/keras', { m: 'momentum', v: 'velocity' }],
    ['adagrad/lecture', 'adagrad/pytorch', { G: 'sum' }],
    ['adadelta/zeiler', 'adadelta/optax', { G: 'e_g', s: 'e_x' }],
  ])('%s in %s', async (rule, dialect, expected) => {
    expect(await names(rule, dialect)).toEqual(expected)
  })

  test.each([
    ['with the rate in the buffer, and without', 'momentum/lecture', 'momentum/pytorch'],
    ['of the other sign', 'momentum/lecture', 'momentum/keras'],
    ['that starts at 0.1', 'adagrad/lecture', 'adagrad/keras'],
    ['of its own', 'adam/pytorch', 'adam/pytorch'],
  ])('a variable %s is not the same', async (_, rule, dialect) => {
    expect(await names(rule, dialect)).toEqual({})
  })

  test('a rule of one’s own is compared by what it computes', async () => {
    const own = loadRule(
      {
        id: 'adamw/mine',
        hyper: { lr: { default: '0.001' }, b1: { default: '0.9' }, beta2: { default: '0.999' }, eps: { default: '1' } },
        state: { p: '0', q: '0' },
        step: ['p = p + (1 - b1) * (g - p)', 'q = beta2 * q + g * g', 'x = x - lr * p / (sqrt(q) + eps)'],
      },
      'mine',
    )
    expect(Object.fromEntries(await dialectState(own, findRule('adamw/pytorch')))).toEqual({ p: 'exp_avg' })
  })
})

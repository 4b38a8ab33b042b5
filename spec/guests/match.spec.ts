import { describe, expect, test } from 'vitest'
import { matchHyper } from '../../src/guests/match-hyper.ts'
import { findRule } from '../../src/rules/lookup.ts'

type Entry = Parameters<typeof matchHyper>[1]
const entry = (hyper: string[], more: Partial<Entry> = {}): Entry => ({ hyper, ...more })
const own = (rule: string, given: Entry, map?: Record<string, string>) =>
  Object.fromEntries(matchHyper(findRule(rule), given, map).own)
const grounds = (rule: string, given: Entry) => Object.fromEntries(matchHyper(findRule(rule), given).ground)

describe('hyper-parameters are matched', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['adam/kingma-ba', ['lr', 'beta1', 'beta2', 'eps'], { lr: 'lr', beta1: 'beta1', beta2: 'beta2', eps: 'eps' }],
    [
      'adam/kingma-ba',
      ['learning_rate', 'b1', 'b2', 'epsilon'],
      { lr: 'learning_rate', beta1: 'b1', beta2: 'b2', eps: 'epsilon' },
    ],
    [
      'adam/kingma-ba',
      ['learningRate', 'beta_1', 'beta_2', 'Eps'],
      { lr: 'learningRate', beta1: 'beta_1', beta2: 'beta_2', eps: 'Eps' },
    ],
    ['adam/kingma-ba', ['alpha', 'beta1', 'beta2', 'eps'], { lr: 'alpha', beta1: 'beta1', beta2: 'beta2', eps: 'eps' }],
    ['rmsprop/pytorch', ['eta', 'alpha', 'eps'], { lr: 'eta', alpha: 'alpha', eps: 'eps' }],
    [
      'rmsprop/pytorch',
      ['lr', 'rho', 'epsilon', 'momentum'],
      { lr: 'lr', alpha: 'rho', eps: 'epsilon', momentum: 'momentum' },
    ],
    ['momentum/pytorch', ['rate', 'decay'], { lr: 'rate', momentum: 'decay' }],
    ['momentum/lecture', ['lr', 'momentum'], { lr: 'lr', gamma: 'momentum' }],
    ['rmsprop/pytorch', ['speed', 'gamma'], { alpha: 'gamma' }],
    ['adamw/pytorch', ['lr', 'wd', 'betas1'], { lr: 'lr', weight_decay: 'wd' }],
  ])('%s: %j', (rule, names, expected) => expect(own(rule, entry(names))).toEqual(expected))

  test('a name of the rule is never taken for another one of it', () => {
    expect(own('rmsprop/pytorch', entry(['alpha']))).toEqual({ alpha: 'alpha' })
  })

  test('a map goes before every guess', () => {
    expect(own('adam/kingma-ba', entry(['lr', 'speed', 'beta1', 'beta2', 'eps']), { lr: 'speed' })).toMatchObject({
      lr: 'speed',
    })
  })

  test('names whose default is None are matched by name alone', () => {
    expect(own('adadelta/optax', entry(['learning_rate'], { others: ['weight_decay', 'mask'] }))).toEqual({
      lr: 'learning_rate',
      weight_decay: 'weight_decay',
    })
  })

  describe('by their place', () => {
    test('where every number without a name finds one that has the rule’s own default', () => {
      const defaults = { a: 0.001, b: 0.9, c: 0.999, d: 1e-8 }
      const given = entry(['a', 'b', 'c', 'd'], { defaults })
      expect(own('adam/kingma-ba', given)).toEqual({ lr: 'a', beta1: 'b', beta2: 'c', eps: 'd' })
      expect(grounds('adam/kingma-ba', given)).toMatchObject({ lr: 'position', eps: 'position' })
    })

    test('or none', () => {
      expect(own('adam/kingma-ba', entry(['p', 'q', 'r', 's'], { required: ['p', 'q', 'r', 's'] }))).toMatchObject({
        lr: 'p',
        eps: 's',
      })
    })

    test('but not where a default says that it is something else', () => {
      const given = entry(['lr', 'beta1', 'beta2', 'clip'], {
        defaults: { lr: 0.001, beta1: 0.9, beta2: 0.999, clip: 1 },
      })
      expect(own('adam/kingma-ba', given)).not.toHaveProperty('eps')
    })

    test('nor where their number differs', () => {
      const given = entry(['lr', 'beta1', 'q'], { defaults: { lr: 0.001, beta1: 0.9, q: 0.999 } })
      expect(own('adam/kingma-ba', given)).toEqual({ lr: 'lr', beta1: 'beta1' })
    })
  })
})

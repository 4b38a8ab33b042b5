import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { readAs, shownAs } from '../../src/diagnose/names.ts'
import { settings } from '../../src/diagnose/settings.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { HyperValues, Offer, Setup, Subject } from '../../src/subject/subject.ts'
import { diagnosed, diagnosedAlone, said, takenFor } from './ask.ts'

/** A subject whose hyper-parameters are changed on their way to it. */
const given = (id: string, change: (hyper: HyperValues) => HyperValues): Subject => {
  const subject = ruleSubject(findRule(id))
  const opened = (setup: Setup): Setup => ({
    ...setup,
    groups: setup.groups.map(group => ({ ...group, hyper: change(group.hyper) })),
  })
  const only = (hyper: HyperValues): HyperValues =>
    Object.fromEntries(Object.entries(change(hyper)).filter(([name]) => Object.hasOwn(hyper, name)))
  return {
    ...subject,
    open: async setup => {
      const run = await subject.open(opened(setup))
      return {
        step: gradients => run.step(gradients),
        set: (group, hyper) => run.set!(group, only(hyper)),
        observe: () => run.observe!(),
      }
    },
  }
}

describe('another publication is named', () => {
  test.each([
    ['adam/lecture', 'adam/kingma-ba'],
    ['adagrad/optax', 'adagrad/lecture'],
    ['nesterov/keras', 'nesterov/tfjs'],
    ['adam/keras', 'adam/tfjs'],
  ])('%s in place of %s', async (is, id) => {
    const diagnosis = await diagnosedAlone(takenFor(findRule(is), id), id)
    expect(said(diagnosis).join('; ')).toContain(`it is the formula of ${is}`)
    expect(diagnosis).toMatchObject({ kind: 'dialect', explained: 1 })
  })

  test('with an edit, where that is what it is', async () => {
    const { rule } = mutantsOf(findRule('adam/lecture')).find(({ says }) => says === 'the gradient is not squared')!
    const diagnosis = await diagnosedAlone(takenFor(rule, 'adam/kingma-ba'), 'adam/kingma-ba')
    expect(diagnosis).toMatchObject({
      kind: 'edit',
      candidate: 'adam/lecture',
      explanation: 'it is the formula of adam/lecture, but the gradient is not squared',
    })
  })

  test('adam/pytorch that was written as adam/keras, state and all', async () => {
    const subject = takenFor(findRule('adam/keras'), 'adam/pytorch')
    const offer = (await subject.offers!('adam/pytorch')) as Offer
    const own: Subject = { ...subject, offers: () => ({ ...offer, hyper: ['lr', 'beta1', 'beta2', 'eps', 'amsgrad'] }) }
    const diagnosis = await diagnosed(own, 'adam/pytorch')
    expect(diagnosis).toMatchObject({ kind: 'dialect', candidate: 'adam/keras', explained: 1 })
    expect(diagnosis!.explanation).toContain('it is the formula of adam/keras')
  })
})

describe('another value of a hyper-parameter is named', () => {
  test.each<[string, string, (hyper: HyperValues) => HyperValues, string]>([
    [
      'a default of another dialect',
      'adam/pytorch',
      h => ({ eps: 1e-7, ...h }),
      'the default of eps is 1e-7 instead of 1e-8',
    ],
    ['ten times the default', 'sgd/pytorch', h => ({ lr: 0.01, ...h }), 'the default of lr is 0.01 instead of 0.001'],
    ['one that is ignored', 'adam/pytorch', h => ({ ...h, beta2: 0.999 }), 'beta2 is ignored: it is always 0.999'],
    [
      'an option that is ignored',
      'adam/pytorch',
      h => ({ ...h, amsgrad: false }),
      'amsgrad is ignored: it is always false',
    ],
    [
      'a rate that is halved',
      'adagrad/keras',
      h => ({ ...h, lr: Number(h.lr ?? 0.001) / 2 }),
      'lr is 0.5 times what is asked for',
    ],
  ])('%s', async (_, id, change, says) => {
    const diagnosis = await diagnosedAlone(given(id, change), id)
    expect(diagnosis).toMatchObject({ kind: 'default', explanation: says, explained: 1 })
  })

  test('no value outside of a domain is tried', () => {
    const values = settings(findRule('adam/kingma-ba')).flatMap(({ edits }) => edits.map(({ now }) => now))
    expect(values).toContain('beta1: 0')
    expect(values).not.toContain('beta1: 1')
  })
})

describe('names of one rule, read as those of another', () => {
  test('the same thing under another name keeps its value; what the other lacks is left out', () => {
    const { reading, lost } = readAs(findRule('momentum/lecture'), findRule('momentum/pytorch'))
    expect(reading({ lr: 0.1, momentum: 0.5, weight_decay: 0.2 })).toEqual({ lr: 0.1, gamma: 0.5 })
    expect(lost).toEqual(['dampening', 'weight_decay', 'maximize'])
  })

  test('state goes by symbol, or is the only one that is left', () => {
    const shown = (other: string, asked: string): string[] =>
      Object.values(shownAs(findRule(other), findRule(asked)).state).map(({ as }) => as)
    expect(shown('adam/keras', 'adam/pytorch')).toEqual(['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'])
    expect(shown('momentum/lecture', 'momentum/pytorch')).toEqual(['momentum_buffer'])
    expect(shown('adam/kingma-ba', 'sgd/pytorch')).toEqual(['m of adam/kingma-ba', 'v of adam/kingma-ba'])
  })
})

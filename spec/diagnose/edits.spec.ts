import { describe, expect, test } from 'vitest'
import { type Mutant, mutantsOf } from '../../src/derive/mutants/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import { diagnosedAlone, said, withoutState } from './ask.ts'

const mutant = (id: string, says: string): Mutant => mutantsOf(findRule(id)).find(each => each.says === says)!

/** Single edits of all kinds; each must be named, alone or among those that it cannot be told from. */
const rows: readonly (readonly [string, string])[] = [
  ['sgd/pytorch', 'weight_decay * x is subtracted instead of added'],
  ['sgd/pytorch', 'maximize is always off, whatever is asked for'],
  ['sgd/keras', 'nesterov is always on, whatever is asked for'],
  ['momentum/pytorch', 'the first step is taken like all others'],
  ['momentum/pytorch', 'x is computed from b as it was before the step'],
  ['momentum/lecture', 'lr * g is subtracted instead of added'],
  ['nesterov/pytorch', 'b is never updated'],
  ['adagrad/keras', 'G starts at 0 instead of initial_accumulator_value'],
  ['adagrad/keras', 'epsilon is added inside the square root'],
  ['adagrad/lecture', 'the gradient is not squared'],
  ['rmsprop/pytorch', 'centered is always off, whatever is asked for'],
  ['rmsprop/lecture', 'epsilon is added outside the square root'],
  ['rmsprop/keras', 'the factor 1 - rho is left out'],
  ['adadelta/zeiler', 'epsilon is left out'],
  ['adadelta/pytorch', 'the default of rho is 0.99 instead of 0.9'],
  ['adam/kingma-ba', 'epsilon is left out'],
  ['adam/kingma-ba', 'the bias correction 1 - beta2^t is left out'],
  ['adam/kingma-ba', 'the bias correction 1 - beta1^t counts one step too many'],
  ['adam/kingma-ba', 'the bias correction is applied to the state m itself'],
  ['adam/kingma-ba', 'mhat is computed from m as it was before the step'],
  ['adam/kingma-ba', 'beta1 is used instead of beta2'],
  ['adam/pytorch', 'amsgrad is always off, whatever is asked for'],
  ['adam/pytorch', 'epsilon is added before the division by sqrt(bc2)'],
  ['adam/keras', 't counts the updates of each parameter instead of the steps of the optimizer'],
  ['adamw/pytorch', 'weight decay is coupled: it enters the gradient, and with it the averages'],
]

describe('a single edit is named, and reproduces all that was observed', () => {
  test.each(rows)('%s: %s', async (id, says) => {
    const { rule } = mutant(id, says)
    const diagnosis = await diagnosedAlone(ruleSubject(rule), id)
    expect(diagnosis?.explained).toBe(1)
    expect(said(diagnosis).some(text => text.endsWith(says))).toBe(true)
    expect(diagnosis!.edits.length).toBeGreaterThan(0)
    expect(diagnosis!.first!.step).toBeGreaterThan(0)
  })
})

describe('it is named from its iterates alone, where no state is shown', () => {
  test.each([
    ['adam/kingma-ba', 'the gradient is not squared'],
    ['momentum/pytorch', 'the factor 1 - dampening is left out'],
    ['rmsprop/lecture', 'epsilon is left out'],
  ])('%s: %s', async (id, says) => {
    const diagnosis = await diagnosedAlone(withoutState(ruleSubject(mutant(id, says).rule)), id)
    expect(said(diagnosis).some(text => text.endsWith(says))).toBe(true)
  })
})

test('the lines of the formula stand beside it, as they were and as they are', async () => {
  const id = 'adam/kingma-ba'
  const { rule } = mutant(id, 'the bias correction 1 - beta2^t is left out')
  const diagnosis = await diagnosedAlone(ruleSubject(rule), id)
  expect(diagnosis).toMatchObject({ kind: 'edit', candidate: id })
  expect(diagnosis!.edits).toEqual([
    {
      says: 'the bias correction 1 - beta2^t is left out',
      was: 'vhat = v / (1 - beta2^t)',
      now: 'vhat = v / 1',
    },
  ])
})

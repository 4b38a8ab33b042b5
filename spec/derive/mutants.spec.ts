import { describe, expect, test } from 'vitest'
import { completeHyper } from '../../src/derive/hyper.ts'
import { type MutantKind, mutantsOf } from '../../src/derive/mutants/index.ts'
import { nodeEdits } from '../../src/derive/mutants/node-edits.ts'
import { ruleEdits } from '../../src/derive/mutants/rule-edits.ts'
import { stepEdits } from '../../src/derive/mutants/step-edits.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'

const says = (id: string): string[] => mutantsOf(findRule(id)).map(mutant => mutant.says)

describe('a mutant names itself in one plain sentence', () => {
  test.each([
    ['adam/kingma-ba', 'epsilon is added inside the square root'],
    ['adam/kingma-ba', 'epsilon is left out'],
    ['adam/kingma-ba', 'the bias correction 1 - beta2^t is left out'],
    ['adam/kingma-ba', 'the bias correction 1 - beta1^t counts one step too few'],
    ['adam/kingma-ba', 'the bias correction is applied to the state m itself'],
    ['adam/kingma-ba', 'mhat is computed from m as it was before the step'],
    ['adam/kingma-ba', 'the gradient is not squared'],
    ['adam/kingma-ba', 'beta1 is used instead of beta2'],
    ['adam/kingma-ba', '1 - beta2 is computed in the format of the tensor instead of binary64'],
    ['adam/kingma-ba', 'the default of eps is 1e-7 instead of 1e-8'],
    ['adam/lecture', 'epsilon is added outside the square root'],
    ['adam/pytorch', 'weight decay is decoupled: it moves x itself instead of entering the gradient'],
    ['adam/pytorch', 'amsgrad is always off, whatever is asked for'],
    ['adam/pytorch', 'epsilon is added before the division by sqrt(bc2)'],
    ['adamw/pytorch', 'weight decay is coupled: it enters the gradient, and with it the averages'],
    ['nesterov/lecture', 'the look-ahead is dropped: the gradient is taken at x'],
    ['momentum/pytorch', 'the first step is taken like all others'],
    ['adagrad/keras', 'G starts at 0 instead of initial_accumulator_value'],
    ['adam/kingma-ba', 't counts the steps of the optimizer, also those in which a parameter has no gradient'],
    ['momentum/lecture', 'x is updated before v, not after it'],
  ])('%s: %s', (id, sentence) => expect(says(id)).toContain(sentence))
})

test('every class of edits makes mutants of some rule, and no rule has two of the same', () => {
  const made = new Set<MutantKind>()
  for (const id of ruleIds()) {
    const mutants = mutantsOf(findRule(id))
    for (const { kind } of mutants) made.add(kind)
    expect(new Set(mutants.map(mutant => mutant.id)).size, id).toBe(mutants.length)
  }
  expect(made).toEqual(new Set(Object.keys({ ...nodeEdits, ...stepEdits, ...ruleEdits })))
})

/** Two steps with all that a rule may ask for; what is wrong in a mutant must not be that it breaks off. */
test.each(ruleIds())('every mutant of %s runs, with its options on and off', async id => {
  const rule = findRule(id)
  const flags = Object.values(rule.hyper).filter(hyper => typeof hyper.default === 'boolean')
  const settings = [{}, ...flags.map(({ name }) => ({ [name]: true }))].filter(hyper => {
    try {
      return completeHyper(rule, hyper)
    } catch {
      return false
    }
  })
  for (const mutant of mutantsOf(rule)) {
    for (const hyper of settings) {
      const trace = await drive(ruleSubject(mutant.rule), {
        name: 'two steps',
        rule: id,
        format: 'float64',
        groups: [{ hyper, params: [{ name: 'a', value: '3ff0000000000000' }] }],
        steps: 2,
        gradients: [['3fe0000000000000'], ['bfd0000000000000']],
      })
      expect(trace.steps, mutant.id).toHaveLength(2)
    }
  }
})

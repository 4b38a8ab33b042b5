import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import type { Rule } from '../../src/language/rule.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import { diagnosedAlone } from './ask.ts'

const edit = (rule: Rule, says: string): Rule => mutantsOf(rule).find(each => each.says === says)!.rule

/** Two edits of one rule, of different lines and of the same one. */
const rows: readonly (readonly [string, string, string])[] = [
  ['momentum/lecture', 'the factor gamma is left out', 'lr * g is subtracted instead of added'],
  ['adagrad/lecture', 'the gradient is not squared', 'epsilon is left out'],
  ['rmsprop/lecture', 'the factor 1 - gamma is left out', 'epsilon is added outside the square root'],
  ['adam/kingma-ba', 'the gradient is not squared', 'epsilon is a lower limit of sqrt(vhat) instead of a summand'],
  ['adam/kingma-ba', 'the factor 1 - beta1 is left out', 'the bias correction 1 - beta1^t counts one step too many'],
]

describe('two edits at once are named', () => {
  test.each(rows)('%s: %s, and %s', async (id, first, second) => {
    const diagnosis = await diagnosedAlone(ruleSubject(edit(edit(findRule(id), first), second)), id)
    const told = [diagnosis!, ...diagnosis!.alternatives].map(({ edits }) => edits.map(({ says }) => says).sort())
    expect(told).toContainEqual([first, second].sort())
    expect(diagnosis).toMatchObject({ kind: 'pair', explained: 1 })
  })
})

import { describe, expect, test } from 'vitest'
import { singleEdits } from '../../src/diagnose/edits.ts'
import { widerEdits } from '../../src/diagnose/wider-edits.ts'
import { printStatement } from '../../src/language/print.ts'
import type { Rule } from '../../src/language/rule.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import { edited } from '../checks/wrong.ts'
import { diagnosedAlone, said } from './ask.ts'

const text = ({ step }: Rule): string => step.map(printStatement).join('\n')

/** A rule with some of its text replaced, and what is said of it. Its text is lowered like any rule's, not edited as a tree. */
const rows: readonly (readonly [string, string, string, string])[] = [
  ['momentum/lecture', 'lr * g', '(1 - gamma) * (lr * g)', 'lr * g is multiplied by 1 - gamma, which it should not be'],
  ['momentum/lecture', 'gamma * v', 'gamma * gamma * v', 'gamma is squared'],
  ['sgd/lecture', 'lr * g', 'lr / sqrt(t) * g', 'lr * g is divided by sqrt(t), which it should not be'],
  ['sgd/lecture', '* g', '* sign(g)', 'the sign of the gradient alone is taken'],
  [
    'rmsprop/lecture',
    '(1 - gamma) * g^2',
    '2 * ((1 - gamma) * g^2)',
    '(1 - gamma) * g^2 is multiplied by 2, which it should not be',
  ],
]

describe('what a term has too much is named', () => {
  test.each(rows)('%s: %s as %s', async (id, from, to, says) => {
    const diagnosis = await diagnosedAlone(ruleSubject(edited(id, from, to)), id)
    expect(said(diagnosis)).toContain(says)
    expect(diagnosis?.explained).toBe(1)
  })

  test('what is wrong in all places alike is one edit', async () => {
    const without = edited('adam/kingma-ba', 'm / (1 - beta1^t)', 'm')
    const both = { ...without, step: edited('adam/kingma-ba', 'v / (1 - beta2^t)', 'v').step }
    const step = both.step.map((statement, at) => (statement.target === 'mhat' ? without.step[at]! : statement))
    const diagnosis = await diagnosedAlone(ruleSubject({ ...both, step }), 'adam/kingma-ba')
    expect(diagnosis).toMatchObject({ kind: 'edit', explanation: 'no bias is corrected' })
    expect(diagnosis!.edits).toHaveLength(2)
  })
})

test.each(ruleIds())('no wider edit of %s is the rule itself', id => {
  const rule = findRule(id)
  for (const { rule: other, explanation } of widerEdits(rule)) expect(text(other), explanation).not.toBe(text(rule))
  expect([...widerEdits(rule)].length + singleEdits(rule).length).toBeGreaterThan(20)
})

import { describe, expect, test } from 'vitest'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { editedRules } from './one-edit.ts'
import { references } from './references.ts'

// A rule that is wrong as printed is never a reference, so that nothing holds it in place.
const rules = ruleIds()
  .map(findRule)
  .filter(rule => !rule.erratum)

const textOf = ({ was, now }: { was: string; now: string }): string => `${was}  ->  ${now}`

describe('changing one operator turns a closed form or a trace of the library red', () => {
  test.each(rules)('$id', async rule => {
    const wrongWith = await references(rule)
    expect(wrongWith(rule)).toBeUndefined()
    const edits = editedRules(rule)
    expect(edits.length).toBeGreaterThan(0)
    const alive = edits.filter(edited => wrongWith(edited.rule) === undefined).map(textOf)
    expect(alive).toEqual([])
  })
})

test('an edit changes one line of a rule and keeps its name', () => {
  const rule = findRule('adam/kingma-ba')
  expect(editedRules(rule).map(({ now }) => now)).toContain('x = x - lr * mhat / (sqrt(vhat) - eps)')
  expect(editedRules(rule).map(({ now }) => now)).toContain('v = beta2 * v + (1 - beta2) * g^3')
  expect(new Set(editedRules(rule).map(edited => edited.rule.id))).toEqual(new Set(['adam/kingma-ba']))
})

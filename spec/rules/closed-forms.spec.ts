import { describe, expect, test } from 'vitest'
import { evaluateClosedForm } from '../../src/derive/closed.ts'
import { holds } from '../../src/derive/hyper.ts'
import type { ClosedForm, Rule } from '../../src/language/rule.ts'
import { Big } from '../../src/numbers/big.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { exactIterates, type Start } from './exactly.ts'
import { hyperSets, type Values } from './hyper-sets.ts'

/** Of 64 digits, 50 are compared: sums of up to 12 terms that cancel lose fewer than 14. */
const tolerance = new Big('1e-50')

const starts: readonly Start[] = [
  { x0: 1, c: 0.7, r: 0.5 },
  { x0: -0.25, c: -1.3, r: -0.75 },
  { x0: 0, c: 2 ** -20, r: 1.25 },
]

/** Every n up to here is compared: in one case of each form to 12, in the others, since sums of sums are slow, to 8. */
const longest = (at: number): number => (at === 0 ? 12 : 8)

const covers = (form: ClosedForm, hyper: Values, start: Start): boolean =>
  form.require.every(requirement => holds(requirement, { ...hyper, ...start, a: start.c, n: 1 }))

interface Case {
  readonly hyper: Values
  readonly start: Start
}

/** The first step at which a form leaves the recurrence, with what it was about. */
function difference(rule: Rule, form: ClosedForm, { hyper, start }: Case, upTo: number): object | undefined {
  const iterates = exactIterates(rule, hyper, form.gradient, start, upTo)
  const size = Big.max(start.x0, ...iterates.map(x => x.abs()))
  for (const [s, x] of iterates.entries()) {
    const value = evaluateClosedForm(form, { ...start, a: start.c, n: s + 1, hyper })
    const distance = value.minus(x).abs()
    if (!distance.lte(size.times(tolerance))) return { n: s + 1, hyper, start, form: `${value}`, recurrence: `${x}` }
  }
  return undefined
}

const rules = ruleIds().map(findRule)
const rows = rules.flatMap(rule => rule.closedForms.map(form => ({ id: `${rule.id}: ${form.name}`, rule, form })))

describe('to 50 digits, for n from 1 on, the closed form is what the recurrence gives', () => {
  test.each(rows)('$id', ({ rule, form }) => {
    const cases = hyperSets(rule, form.where, 3).flatMap((hyper, at) => {
      const start = starts[at % starts.length]!
      return covers(form, hyper, start) ? [{ hyper, start }] : []
    })
    expect(cases.length).toBeGreaterThanOrEqual(3)
    for (const [at, each] of cases.entries()) expect(difference(rule, form, each, longest(at))).toBeUndefined()
  })
})

test('every rule has a closed form after an impulse, and every one that is right as printed on a constant gradient', () => {
  const lacking = rules.filter(rule => {
    const shapes = rule.closedForms.map(form => form.gradient)
    return !shapes.includes('impulse') || (!rule.erratum && !shapes.includes('constant'))
  })
  expect(lacking.map(rule => rule.id)).toEqual([])
})

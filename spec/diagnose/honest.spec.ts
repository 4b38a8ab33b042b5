import { describe, expect, test } from 'vitest'
import { judgeTrace } from '../../src/checks/lockstep.ts'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { singleEdits } from '../../src/diagnose/edits.ts'
import { Evidence } from '../../src/diagnose/evidence.ts'
import { Judge } from '../../src/diagnose/judge.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { moved } from '../../src/subject/faults/alter.ts'
import { faults } from '../../src/subject/faults/index.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { diagnosed, diagnosedAlone, said, takenFor } from './ask.ts'

/** Numbers that follow no formula, the same in every run. */
function noisy(subject: Subject): Subject {
  let seed = 1
  return moved(subject, x =>
    x.map(value => {
      seed = (seed * 48_271) % 2_147_483_647
      return value * (1 + seed / 2 ** 31)
    }),
  )
}

test.each(ruleIds().filter(id => !findRule(id).erratum))('%s itself gets no diagnosis', async id => {
  expect(await diagnosedAlone(ruleSubject(findRule(id)), id)).toBeUndefined()
})

describe('what follows no formula', () => {
  test('is said to be unexplained, with the first divergence: variable, step, element, expected and actual', async () => {
    const diagnosis = await diagnosedAlone(noisy(ruleSubject(findRule('sgd/lecture'))), 'sgd/lecture')
    expect(diagnosis).toMatchObject({ kind: 'none', explained: 0, edits: [], alternatives: [] })
    expect(diagnosis!.first).toMatchObject({ step: 1, variable: 'x' })
    expect(diagnosis!.first!.got).not.toBe(diagnosis!.first!.expected)
    expect(diagnosis!.tried).toBeGreaterThan(100)
  })

  test('in a state variable is found there, before it reaches the iterate', async () => {
    const subject = ruleSubject(findRule('adam/kingma-ba'))
    const wrong: Subject = {
      ...subject,
      open: async (setup, saved) => {
        const run = await subject.open(setup, saved)
        const state = async () => (await run.observe!()).state!.map(each => ({ ...each, v: each.v!.map(v => v + 1) }))
        return { step: gradients => run.step(gradients), observe: async () => ({ state: await state() }) }
      },
    }
    const diagnosis = await diagnosedAlone(wrong, 'adam/kingma-ba')
    expect(diagnosis!.first).toMatchObject({ variable: 'v', step: 1 })
  })
})

describe('nothing is named that does not reproduce what was observed', () => {
  test('an edit that is right but for one element in one of many steps', async () => {
    const id = 'adagrad/lecture'
    const says = 'the gradient is not squared'
    const { rule } = mutantsOf(findRule(id)).find(each => each.says === says)!
    const close = moved(ruleSubject(rule), (x, _, __, step) =>
      step === 4 && x.length > 1 ? x.map((value, i) => (i === 1 ? value * 1.001 : value)) : x,
    )
    const diagnosis = await diagnosedAlone(close, id)
    expect(said(diagnosis)).not.toContain(says)
    expect(diagnosis).toMatchObject({ kind: 'none', explained: 0 })
  })

  /** One step from 0 with a gradient of 1. */
  const scenario: Scenario = {
    name: 'unit',
    rule: 'sgd/lecture',
    format: 'float64',
    groups: [{ hyper: { lr: 0.5 }, params: [{ name: 'a', value: arrayToBits([0], 'float64') }] }],
    steps: 1,
    gradients: [[arrayToBits([1], 'float64')]],
  }

  test('a formula whose interval is unbounded allows anything, and explains nothing', async () => {
    const rule = findRule('adam/kingma-ba')
    const trace = await drive(ruleSubject(findRule('sgd/lecture')), scenario)
    const asked = { ...trace, scenario: { ...scenario, rule: rule.id }, steps: trace.steps }
    const root = singleEdits(rule).find(({ edits: [edit] }) => edit!.now === 'v = beta2 * v + -beta2 * g^2')!
    expect(judgeTrace(root.rule, ieee, asked).finding).toBeUndefined()
    expect(new Evidence(new Judge(ieee), rule, [asked]).refuted(root)).toBe(true)
  })

  test('a candidate agrees with judgeTrace, whatever the candidate', async () => {
    const rule = findRule('momentum/pytorch')
    const [candidate] = singleEdits(rule).filter(({ explanation }) => explanation === 'b is never updated')
    const long: Scenario = {
      ...scenario,
      rule: rule.id,
      groups: [{ hyper: { lr: 0.5, momentum: 0.5 }, params: scenario.groups[0]!.params }],
      steps: 3,
      gradients: Array.from({ length: 3 }, () => (scenario.gradients as string[][])[0]!),
    }
    const traces = await Promise.all([candidate!.rule, rule].map(each => drive(ruleSubject(each), long)))
    for (const trace of traces)
      for (const single of singleEdits(rule))
        if (judgeTrace(single.rule, ieee, trace).finding)
          expect(new Evidence(new Judge(ieee), rule, [trace]).refuted(single), single.explanation).toBe(true)
  })
})

describe('an explanation that is not all', () => {
  const edited = mutantsOf(findRule('momentum/lecture')).find(({ now }) => now === 'v = gamma * v - lr * g')!
  const wrong = takenFor(edited.rule, 'momentum/lecture')

  test('says which contracts fail beside it', async () => {
    const both = faults['a step writes to its gradient'](wrong)
    const diagnosis = await diagnosed(both, 'momentum/lecture', ['formula', 'contract'])
    expect(diagnosis).toMatchObject({ explained: 1, beside: expect.arrayContaining(['gradients are left alone']) })
  })

  test('says nothing of the kind where the formula alone is wrong', async () => {
    const diagnosis = await diagnosed(wrong, 'momentum/lecture', ['formula', 'contract'])
    expect(diagnosis).toMatchObject({ explained: 1 })
    expect(diagnosis!.beside).toBeUndefined()
  })

  test('is not looked for in an optimizer that gives other steps each time', async () => {
    const arbitrary = faults['each run gives other bits'](ruleSubject(findRule('sgd/lecture')))
    const diagnosis = await diagnosed(arbitrary, 'sgd/lecture', ['formula', 'contract'])
    expect(diagnosis).toMatchObject({ kind: 'fault', checks: expect.arrayContaining(['same input, same bits']) })
  })
})

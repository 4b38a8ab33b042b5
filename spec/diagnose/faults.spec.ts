import { describe, expect, test } from 'vitest'
import { contracts } from '../../src/checks/contracts/index.ts'
import { meanings } from '../../src/diagnose/faults.ts'
import { countingFaults, shownFaults } from '../../src/diagnose/more-faults.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { type Fault, faults } from '../../src/subject/faults/index.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { diagnosed, diagnosedAlone, said } from './ask.ts'

const all: Readonly<Record<string, Fault>> = { ...faults, ...shownFaults }
const put = (fault: string, id: string): Subject => all[fault]!(ruleSubject(findRule(id)))

describe('a fault that shows in the steps is named', () => {
  test.each([
    ['a change takes effect a step late', 'momentum/lecture'],
    ['a change has no effect', 'sgd/lecture'],
    ['the remainder of a loop over eight is left out', 'adam/lecture'],
    ['groups share the hyper-parameters of the first', 'momentum/lecture'],
    ['only the first parameter moves', 'adagrad/lecture'],
    ['each step takes the gradient of the step before', 'sgd/lecture'],
    ['gradients are added up from step to step, and never set to zero', 'adam/kingma-ba'],
    ['the learning rate is read once: neither other groups nor changes reach it', 'adam/kingma-ba'],
    ['gradients are clipped to -1..1', 'rmsprop/lecture'],
    ['gradients pass through float32', 'rmsprop/lecture'],
  ])('%s, in %s', async (fault, id) => {
    const diagnosis = await diagnosedAlone(put(fault, id), id)
    expect(diagnosis).toMatchObject({ kind: 'fault', explained: 1 })
    expect(said(diagnosis)).toContain(fault)
  })

  test.each(countingFaults(findRule('adam/kingma-ba'), ieee))('%s', async (says, subject) => {
    const own = { ...ruleSubject(findRule('adam/kingma-ba')), open: subject.open }
    const diagnosis = await diagnosedAlone(own, 'adam/kingma-ba')
    // A formula that reads t in its bias corrections alone says the same of a count that stands still.
    const same = says === 'the count of steps stays at 1' ? 'the bias corrections are the same in every step' : says
    expect(said(diagnosis)).toContain(same)
  })
})

describe('a fault that shows in contracts alone is recognised by those that fail', () => {
  test.each([
    ['state is lost when it is resumed', 'adam/lecture'],
    ['state is saved with six digits', 'momentum/lecture'],
    ['saving makes a step', 'adam/lecture'],
    ['a late group has counted one of the steps before', 'adam/lecture'],
    ['a step writes to its gradient', 'sgd/lecture'],
  ])('%s, in %s', async (fault, id) => {
    const diagnosis = await diagnosed(put(fault, id), id, ['formula', 'contract'])
    expect(diagnosis).toMatchObject({ kind: 'fault', explanation: fault })
    expect(diagnosis!.checks!.length).toBeGreaterThan(0)
    expect(diagnosis!.first).toBeUndefined()
  })

  test('one that no table has is told by what its contract means', async () => {
    const id = 'sgd/lecture'
    const subject = ruleSubject(findRule(id))
    let open = 0
    const second: Subject = {
      ...subject,
      open: async (setup, saved) => {
        const run = await subject.open(setup, saved)
        const beside = open++ > 0
        return {
          step: async gradients => {
            const x = (await run.step(gradients))!
            return beside ? x.map(values => values.map(value => value + 2 ** -10)) : x
          },
          close: () => {
            open -= 1
          },
        }
      },
    }
    const diagnosis = await diagnosed(second, id, ['formula', 'contract'])
    expect(diagnosis).toMatchObject({ kind: 'fault', checks: ['instances share nothing'] })
    expect(diagnosis!.explanation).toBe(meanings['instances share nothing'])
  })

  test('every contract that can fail under a rule has a meaning, and nothing else has one', () => {
    const needsNoRule = ['every hyper-parameter has an effect', 'maximize', 'hyper-parameters outside their domain']
    const names = contracts.map(({ name }) => name).filter(name => !needsNoRule.includes(name))
    expect(Object.keys(meanings).sort()).toEqual(names.sort())
  })
})

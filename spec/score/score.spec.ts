import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { vectorsFor } from '../../src/guests/vector-files.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { whyEquivalent } from '../../src/score/equivalents.ts'
import { exactly } from '../../src/score/exactly.ts'
import { hunt } from '../../src/score/hunt.ts'
import { inside, intervalsOf } from '../../src/score/intervals.ts'
import { caught } from '../../src/score/prey.ts'
import { rejectedBy, scoreOf } from '../../src/score/score.ts'
import { missed, tally } from '../../src/score/tally.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'

const rule = findRule('momentum/lecture')
const mutants = mutantsOf(rule)
const named = (id: string, says: string) => mutantsOf(findRule(id)).find(mutant => mutant.says === says)!

describe('the score of a rule', () => {
  test('every variant of momentum/lecture is rejected, by verify and by its vectors', async () => {
    const score = await scoreOf(rule, vectorsFor(rule.id), [1])
    expect(missed(score)).toEqual([])
    expect(tally([score])).toMatchObject({
      mutants: mutants.length,
      equivalent: 0,
      caught: mutants.length,
      byVectors: mutants.length,
    })
  })

  test('the rule itself is rejected by nothing', async () => {
    expect(await rejectedBy(ruleSubject(rule), rule, vectorsFor(rule.id), 1)).toBeNull()
  })

  test('what is missed is told, and counts against the worst seed', () => {
    const fate = { id: 'a', says: 'a', now: 'a', accepted: {}, byVectors: false }
    const score = {
      rule: 'r',
      seeds: [1, 2],
      fates: [
        { ...fate, caught: ['formula', null] },
        { ...fate, caught: ['formula', 'formula'] },
        { ...fate, caught: [null, null], equivalent: 'because' },
      ],
    }
    expect(missed(score)).toHaveLength(1)
    expect(tally([score])).toMatchObject({ mutants: 3, equivalent: 1, caught: 1 })
  })
})

describe('the search for discriminating inputs', () => {
  test('each scenario it keeps catches what it is said to catch, and lets the rule pass', async () => {
    const { catches, free } = await hunt(rule, mutants, 1)
    expect(free).toEqual([])
    for (const { trap, mutants: own } of catches) {
      for (const mutant of own) expect(await caught(trap, mutant), mutant.id).toBe(true)
      const { steps } = await drive(ruleSubject(rule), trap.scenario)
      expect(
        inside(
          trap.allowed.float32,
          steps.map(({ x = [] }) => x),
        ),
      ).toBe(true)
    }
    expect(new Set(catches.flatMap(each => each.mutants)).size).toBe(mutants.length)
  })

  test('an interval holds the exact value: x - lr g of one step, by hand', async () => {
    const scenario: Scenario = {
      name: 'by hand',
      rule: 'sgd/lecture',
      format: 'float64',
      groups: [{ hyper: { lr: 0.5 }, params: [{ name: 'a', value: '3ff0000000000000' }] }],
      steps: 1,
      gradients: [['3fd0000000000000']],
    }
    // 1 - 0.5 * 0.25 = 0.875, exact in binary64; two operations on values below 1 err by less than 1e-14.
    const [[[interval]]] = (await intervalsOf(findRule('sgd/lecture'), ieee, scenario)) as [[[[number, number]]]]
    expect(interval[0]).toBeLessThan(0.875)
    expect(interval[1]).toBeGreaterThan(0.875)
    expect(interval[1] - interval[0]).toBeLessThan(1e-14)
  })
})

describe('arguments that a variant gives what its rule gives', () => {
  test.each(ruleIds().filter(id => !findRule(id).erratum))('%s: no exact iterate refutes one', async id => {
    const claimed = mutantsOf(findRule(id)).filter(
      mutant => mutant.kind !== 'format' && whyEquivalent(mutant, findRule(id)),
    )
    const searches = await exactly(findRule(id), claimed, { draws: 60, seed: 1 })
    expect(searches.filter(({ differs }) => differs).map(({ mutant }) => mutant.id)).toEqual([])
  })

  test('one that does not hold is refuted: a rate of zero that comes later shows what was kept', async () => {
    const wrong = named('sgd/pytorch', 'the learning rate is used instead of weight_decay')
    expect(whyEquivalent(wrong, findRule('sgd/pytorch'))).toBeUndefined()
    const plain = named('adam/kingma-ba', 'epsilon is added inside the square root')
    const [search] = await exactly(findRule('adam/kingma-ba'), [plain], { draws: 60, seed: 1 })
    expect(search!.differs).toBeDefined()
  })
})

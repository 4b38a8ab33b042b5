import { describe, expect, test } from 'vitest'
import { contracts } from '../../src/checks/contracts/index.ts'
import { same } from '../../src/checks/contracts/same.ts'
import { slackOf } from '../../src/checks/contracts/slack.ts'
import { limitsOf } from '../../src/checks/follow.ts'
import { type Context, freeRule, runCheck } from '../../src/checks/index.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { altered, moved, params, savedAs } from '../../src/subject/faults/alter.ts'
import { noRule } from '../../src/subject/no-rule.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { HyperValues, Offer, Played, Subject } from '../../src/subject/subject.ts'
import type { Result } from '../../src/subject/verdict.ts'
import { memorySubject } from './memory-subject.ts'
import { contextOf } from './wrong.ts'

const ask = (contract: string, subject: Subject, rule = 'adam/pytorch', depth: Context['depth'] = 'quick') =>
  runCheck(contracts.find(({ name }) => name === contract)!, {
    ...contextOf(subject, findRule(rule), 'float64'),
    depth,
  })

/** One step of one element. */
const oneStep = (x: number, g: number, hyper: HyperValues = { lr: 0.01 }): Scenario => ({
  name: 'one step',
  rule: 'sgd/lecture',
  format: 'float64',
  groups: [{ hyper, params: [{ name: 'a', value: arrayToBits([x], 'float64') }] }],
  steps: 1,
  gradients: [[arrayToBits([g], 'float64')]],
})

describe('two runs that must have the same bits', () => {
  const x = [Float64Array.of(0.5)]
  const shown: Played = { x, state: [{ m: Float64Array.of(1) }] }
  const hidden: Played = { x, state: [{}] }
  test.each([
    ['there', shown, hidden],
    ['missing', hidden, shown],
  ])('differ where state is %s in one of them alone', (word, got, expected) => {
    const judgement = same(oneStep(0, 1), [got], [expected], { reason: 'they differ' })
    expect(judgement.reason).toBe(`they differ: state m of a is ${word} at step 1`)
    expect(same(oneStep(0, 1), [got], [got], { reason: 'they differ' }).reason).toBeUndefined()
  })
})

test('a resumed run whose state has another dtype fails, although its numbers are right', async () => {
  const right = memorySubject(ruleSubject(findRule('adam/pytorch')))
  const single = altered(right, (run, _, saved) => ({
    observe: async () => {
      const observed = await run.observe!()
      const dtypes = observed.dtypes!.map(row => Object.fromEntries(Object.keys(row).map(name => [name, 'float32'])))
      return saved === undefined ? observed : { ...observed, dtypes }
    },
  }))
  expect(await ask('a resumed run goes on as before', right)).toMatchObject({ verdict: 'pass' })
  expect(await ask('a resumed run goes on as before', single)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/the dtypes of a run that was resumed after step \d+ are others/),
  })
})

test('state that is saved as plain numbers of JSON goes on as before, but not after an overflow, which is for the strict tier', async () => {
  const plain = savedAs(
    ruleSubject(findRule('adam/pytorch')),
    // Bits of an infinity or a NaN, whose exponent is all ones, become what JSON makes of such a number.
    inner => JSON.parse(JSON.stringify(inner).replace(/7ff[0-9a-f]{13}/g, '0000000000000000')),
    saved => saved,
  )
  expect(await ask('a resumed run goes on as before', plain)).toMatchObject({ verdict: 'pass' })
  expect(await ask('a resumed run goes on after an overflow', plain)).toMatchObject({ verdict: 'fail' })
  expect(contracts.find(({ name }) => name.includes('overflow'))?.strict).toBe(true)
})

describe('what two right evaluations may differ by is no more than it must be', () => {
  test('with a formula, twice the allowed width: 2 * 2 bounds', async () => {
    const rule = findRule('sgd/lecture')
    const subject = ruleSubject(rule)
    const scenario = oneStep(1, 1 / 3)
    const trace = await drive(subject, scenario)
    const slack = await slackOf(scenario, trace, contextOf(subject, rule, 'float64'))
    const { error } = limitsOf(rule, ieee, trace)(1, 0, 0)!
    expect(error).toBeGreaterThan(0)
    expect(slack(1, 0, 0)).toBe(4 * error)
  })

  test('without one, what 32 units in the last place of each input do, twice, and the rounding of x', async () => {
    const subject = ruleSubject(findRule('sgd/lecture'))
    const free = freeRule(subject.offers!(noRule) as Offer)
    const scenario = oneStep(0, 1)
    const trace = await drive(subject, scenario)
    const slack = await slackOf(scenario, trace, contextOf(subject, free, 'float64'))
    // x = -lr * g from 0 is as sensitive as g is: a unit of g, which is 2^-52 at 1 and 2^-53 below, is at most one of x.
    const x = Math.abs(trace.steps[0]!.x![0]![0]!)
    expect(slack(1, 0, 0)).toBeGreaterThanOrEqual(32 * 2 ** -52 * x)
    expect(slack(1, 0, 0)).toBeLessThanOrEqual((2 * 32 + 2) * 2 ** -51 * x)
  })
})

describe('a change of the rate takes effect in its own step', () => {
  const contract = 'a change of the rate takes effect in its own step'
  /** What is set before the first step holds at once; what is set later waits. */
  const waiting = (forSteps: number): Subject =>
    altered(ruleSubject(findRule('sgd/lecture')), run => {
      let step = 1
      const due: { step: number; group: number; hyper: HyperValues }[] = []
      return {
        set: (group, hyper) => void due.push({ step: step === 1 ? 1 : step + forSteps, group, hyper }),
        step: async gradients => {
          for (const change of due.filter(each => each.step === step)) await run.set!(change.group, change.hyper)
          step += 1
          return run.step(gradients)
        },
      }
    })
  test.each<[number, Partial<Result>]>([
    [0, { verdict: 'pass' }],
    [1, { verdict: 'fail', reason: 'a rate that is set before step 3 takes effect in step 4' }],
    [100, { verdict: 'fail', reason: 'a rate that is set before step 3 has no effect' }],
  ])('and not %i steps later', async (forSteps, expected) => {
    const row = contracts.find(({ name }) => name === contract)!
    // Not shrunk, since with a zero gradient in step 4 the change shows later, or never.
    const context = { ...contextOf(waiting(forSteps), findRule('sgd/lecture'), 'float64'), onRecord: true }
    expect(await runCheck({ ...row, shape: c => ({ ...row.shape!(c), steps: [6, 6] }) }, context)).toMatchObject(
      expected,
    )
  })
})

describe('the last element of a parameter of any length around the widths of vector units is looked at', () => {
  test.each([2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 1027])('%i', async length => {
    const wrong = moved(ruleSubject(findRule('adam/pytorch')), (x, k, setup) => {
      if (x.length === length) x[length - 1] = params(setup)[k]!.value[length - 1]!
      return x
    })
    const result = await ask('every element of every length', wrong)
    expect(result).toMatchObject({ verdict: 'fail', finding: { index: length - 1 } })
  })
})

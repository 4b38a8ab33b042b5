import { describe, expect, test } from 'vitest'
import type { VerifyOptions } from '../../src/kit/options.ts'
import { verify } from '../../src/kit/verify.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Subject } from '../../src/subject/subject.ts'
import type { Report, Result } from '../../src/subject/verdict.ts'
import { edited } from './wrong.ts'

const id = 'sgd/lecture'
const mine = (subject: Subject): Subject => ({ ...subject, name: 'mine', formats: ['float64'] })
const right = mine(ruleSubject(findRule(id)))
/** Wrong at a rate that no scenario is drawn with: only what was kept shows it. */
const rarely = mine(ruleSubject(edited(id, 'lr * g', '(lr == 0.123 ? 2 : 1) * lr * g')))

const kept = (fields: Partial<Scenario> = {}, hyper = { lr: 0.123 }): Scenario => ({
  name: 'unit',
  rule: id,
  format: 'float64',
  groups: [{ hyper, params: [{ name: 'a', value: arrayToBits([1], 'float64') }] }],
  steps: 1,
  gradients: [[arrayToBits([1], 'float64')]],
  ...fields,
})

const run = (subject: Subject, options: Partial<VerifyOptions> = {}): Promise<Report> =>
  verify({ subjects: [subject], rules: [id], checks: ['formula'], diagnose: false, ...options })
const only = async (subject: Subject, options?: Partial<VerifyOptions>): Promise<Result> =>
  (await run(subject, options)).results[0]!

describe('a scenario that failed before', () => {
  test('is run before the drawn ones, and reported as it is', async () => {
    expect(await only(rarely)).toMatchObject({ verdict: 'pass' })
    const scenario = kept()
    expect(await only(rarely, { first: () => [scenario] })).toMatchObject({
      verdict: 'fail',
      scenario,
      scenarios: 1,
      kept: 1,
    })
  })

  test('is asked for by subject, rule and check', async () => {
    const asked: string[] = []
    await run(right, {
      checks: ['formula', 'permutation'],
      first: (subject, rule, check) => {
        asked.push(`${subject.name} ${rule.id} ${check}`)
        return []
      },
    })
    expect(asked).toEqual(['mine sgd/lecture formula', 'mine sgd/lecture permutation'])
  })

  test('once it passes changes nothing but that it is counted', async () => {
    const { kept: count, ...with_ } = await only(right, { first: () => [kept(), kept()] })
    expect(count).toBe(2)
    expect(with_).toEqual(await only(right))
  })

  test('that breaks the subject is undecided, with the scenario', async () => {
    const broken: Subject = {
      ...right,
      open: setup =>
        setup.groups[0]!.hyper.lr === 0.123 ? Promise.reject(new Error('out of memory')) : right.open(setup),
    }
    expect(await only(broken, { first: () => [kept()] })).toMatchObject({
      verdict: 'unknown',
      reason: 'out of memory',
      scenario: kept(),
    })
  })

  test.each<[string, Scenario, Partial<VerifyOptions>]>([
    ['is of another rule', kept({ rule: 'sgd/pytorch' }), {}],
    ['is in a format that the subject does not have', kept({ format: 'float32' }), {}],
    ['has another value of what is held', kept(), { hyper: { lr: 0.5 } }],
    ['has a hyper-parameter that the rule no longer has', kept({}, { lr: 0.123, momentum: 0.9 } as never), {}],
    ['has a value that is no longer legal', kept({}, { lr: -1 }), {}],
    [
      'is left to a deviation on record',
      kept(),
      { deviations: [{ subject: 'mine', rule: id, checks: ['formula'], where: { lr: 0.123 }, reason: 'we know' }] },
    ],
  ])('is not run where it %s', async (_, scenario, options) => {
    const opened: number[] = []
    const watched: Subject = {
      ...rarely,
      open: setup => {
        opened.push(Number(setup.groups[0]!.hyper.lr))
        return rarely.open(setup)
      },
    }
    const result = await only(watched, { ...options, first: () => [scenario] })
    expect(result).not.toHaveProperty('kept')
    expect(result.verdict).toBe('pass')
    expect(opened).not.toContain(scenario.groups[0]!.hyper.lr)
  })

  test('is not run where the claim is about another value of a hyper-parameter', async () => {
    const options = { rules: ['sgd/pytorch'], checks: ['maximize'] }
    const subject = mine(ruleSubject(findRule('sgd/pytorch')))
    const scenario = kept({ rule: 'sgd/pytorch' }, { lr: 0.1, maximize: false } as never)
    expect(await only(subject, { ...options, first: () => [scenario] })).not.toHaveProperty('kept')
  })

  test('is never run on a recording, which plays only its own', async () => {
    const recording: Subject = { ...rarely, scenarios: () => [kept({}, { lr: 0.5 })] }
    expect(await only(recording, { first: () => [kept()] })).toMatchObject({ verdict: 'pass', scenarios: 1 })
  })
})

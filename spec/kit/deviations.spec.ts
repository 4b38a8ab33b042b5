import { describe, expect, test } from 'vitest'
import type { VerifyOptions } from '../../src/kit/options.ts'
import { verify } from '../../src/kit/verify.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Subject } from '../../src/subject/subject.ts'
import type { Deviation, Report } from '../../src/subject/verdict.ts'
import { edited } from '../checks/wrong.ts'

const mine = (subject: Subject): Subject => ({ ...subject, name: 'mine', formats: ['float64'] })
const id = 'sgd/lecture'
const right = mine(ruleSubject(findRule(id)))
const twice = mine(ruleSubject(edited(id, 'lr * g', '2 * lr * g')))
const run = (subject: Subject, options: Partial<VerifyOptions> = {}): Promise<Report> =>
  verify({ subjects: [subject], rules: [id], checks: ['formula'], diagnose: false, ...options })

describe('a known deviation', () => {
  const scenario: Scenario = {
    name: 'own',
    rule: id,
    format: 'float64',
    groups: [{ hyper: { lr: 0.5 }, params: [{ name: 'a', value: arrayToBits([1], 'float64') }] }],
    steps: 1,
    gradients: [[arrayToBits([1], 'float64')]],
  }
  const record: Deviation = {
    subject: 'mine',
    rule: id,
    checks: ['formula'],
    reason: 'it steps twice as far',
    link: 'https://example.org/1',
  }
  const all = (subject: Subject, deviations: Deviation[]): Promise<Report> =>
    verify({ subjects: [subject], rules: [id], deviations, diagnose: false })

  test('is still run and shown, and does not fail the whole', async () => {
    const { results, summary } = await all(twice, [{ ...record, checks: ['formula', 'closed form', 'relation'] }])
    const formula = results.find(({ check }) => check === 'formula')!
    expect(formula).toMatchObject({ verdict: 'fail', known: { reason: record.reason, link: record.link } })
    expect(formula.finding).toBeDefined()
    expect(summary).toMatchObject({ fail: 0 })
    expect(summary.known).toBeGreaterThan(0)
  })

  test('covers no other check, subject or format', async () => {
    const deviations: Deviation[] = [
      { ...record, subject: 'yours' },
      { ...record, checks: ['closed form'] },
      { ...record, formats: ['float32'] },
    ]
    const { results } = await all(twice, deviations)
    expect(results.find(({ check }) => check === 'formula')).not.toHaveProperty('known')
  })

  test('covers a check that breaks off with what it raises, and none that breaks off otherwise', async () => {
    const broken: Subject = {
      ...right,
      open: () => {
        throw new Error('TypeError: got NoneType')
      },
    }
    const summaryOf = async (throws: string): Promise<Report['summary']> =>
      (await all(broken, [{ ...record, checks: ['late steps'], scenario, throws }])).summary
    expect(await summaryOf('got NoneType')).toMatchObject({ unknown: 0, fail: 0, pass: 0 })
    expect(await summaryOf('out of memory')).toMatchObject({ known: 0, fail: 0, pass: 0 })
  })

  test('with a scenario of its own is not looked at for a smaller one', async () => {
    const runsOf = async (deviation: Deviation): Promise<number> => {
      let runs = 0
      const counted: Subject = {
        ...twice,
        open: setup => {
          runs += 1
          return twice.open(setup)
        },
      }
      await verify({ subjects: [counted], rules: [id], checks: ['formula'], deviations: [deviation] })
      return runs
    }
    // Once to find it, and once by its own scenario; the record without a scenario is shrunk first.
    expect(await runsOf({ ...record, scenario })).toBe(2)
    expect(await runsOf(record)).toBeGreaterThan(2)
  })

  test('that excuses single values only must have a scenario, by which it is still run', async () => {
    const where = { lr: 0.1 }
    expect((await all(right, [{ ...record, where }])).summary).toMatchObject({ unknown: 1, fail: 0 })
    expect((await all(twice, [{ ...record, checks: ['formula'], where, scenario }])).summary).toMatchObject({
      unknown: 0,
    })
  })

  test('is run by its own scenario', async () => {
    const { results } = await all(twice, [{ ...record, scenario }])
    const own = results.find(({ check }) => check === 'known deviation')
    expect(own).toMatchObject({ verdict: 'fail', known: { reason: record.reason }, finding: { got: 0, expected: 0.5 } })
  })

  test.each([
    ['its own scenario passes', { ...record, scenario }],
    ['no check fails of it any more', record],
  ])('is stale, which fails, when %s', async (_, deviation) => {
    const { results, summary } = await all(right, [deviation])
    expect(summary.fail).toBe(1)
    expect(results.find(({ verdict }) => verdict === 'fail')).toMatchObject({
      reason: expect.stringMatching(/stale.*twice as far/),
    })
  })

  test('is stale too where only its own checks are run, and left alone where another is', async () => {
    const failuresOf = async (check: string): Promise<number> =>
      (
        await verify({
          subjects: [right],
          rules: [id],
          checks: [check],
          deviations: [{ ...record, checks: ['formula'] }],
        })
      ).summary.fail
    expect(await failuresOf('formula')).toBe(1)
    expect(await failuresOf('late steps')).toBe(0)
  })

  test('may depend on the subject, whose version is known by then', async () => {
    const asked: string[] = []
    const of = ({ name }: Subject): Deviation[] => {
      asked.push(name)
      return name === 'mine' ? [record] : []
    }
    const subjects = [twice, { ...twice, name: 'other' }]
    const { results } = await verify({ subjects, rules: [id], checks: ['formula'], deviations: of })
    expect(asked).toEqual(['mine', 'other'])
    expect(results.map(({ known }) => known !== undefined)).toEqual([true, false])
  })

  test('of a relation alone, with a scenario that the formula allows, is not stale while the relation fails', async () => {
    // Steps by what other elements are, which the formula of one element cannot show.
    const coupled: Subject = {
      ...right,
      open: async setup => {
        const run = await right.open(setup)
        return {
          ...run,
          step: async gradients => {
            const x = await run.step(gradients)
            return setup.groups[0]!.params.length > 1 || setup.groups[0]!.params[0]!.value.length > 1
              ? x!.map(values => values.map((value, at) => value + at))
              : x
          },
        }
      },
    }
    const own: Deviation = { ...record, checks: ['concatenation'], scenario }
    const stale = (results: readonly { reason?: string }[]): boolean =>
      results.some(({ reason }) => reason?.includes('stale'))
    expect(stale((await all(coupled, [own])).results)).toBe(false)
    expect(stale((await all(right, [own])).results)).toBe(true)
    expect(stale((await all(coupled, [{ ...own, checks: ['formula'] }])).results)).toBe(true)
    // A claim is not asked of a scenario that it is not about.
    const elsewhere = ['formula', 'closed form quadratic', 'closed form geometric', 'concatenation']
    const groups = [{ hyper: { lr: 0.5 }, params: [{ name: 'a', value: arrayToBits([0], 'float64') }] }]
    const fromZero = { ...own, checks: elsewhere, scenario: { ...scenario, groups } }
    expect(stale((await all(right, [fromZero])).results)).toBe(true)
  })

  test('at some values alone leaves everything else as strict as ever', async () => {
    const wrongAtOneRate = mine(ruleSubject(edited(id, 'lr * g', '(lr == 0.1 ? 2 : 1) * lr * g')))
    const where = { lr: 0.1 }
    const strict = await run(wrongAtOneRate)
    expect(strict.summary.fail).toBe(1)
    const lenient = await run(wrongAtOneRate, { deviations: [{ ...record, where }] })
    expect(lenient.summary).toMatchObject({ pass: 1, fail: 0 })
    const other = await run(twice, { deviations: [{ ...record, where }] })
    expect(other.summary.fail).toBe(1)
  })
})

import { describe, expect, test } from 'vitest'
import { verify } from '../../src/kit/verify.ts'
import type { Rule } from '../../src/language/rule.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Result } from '../../src/subject/verdict.ts'

const rules = ruleIds().map(findRule)

const resultsOf = async (rule: Rule, checks?: readonly string[]): Promise<readonly Result[]> =>
  (await verify({ subjects: [ruleSubject(rule)], rules: [rule], ...(checks && { checks }) })).results

describe('every check passes on the replay of its own rule, in both formats', () => {
  test.each(rules.filter(rule => !rule.erratum))('$id', async rule => {
    const results = await resultsOf(rule)
    // A rule has no tensors: contracts about memory have nothing to look at.
    const offered = results.filter(({ group, verdict }) => group !== 'contract' || verdict !== 'skip')
    expect(offered.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(new Set(results.flatMap(({ formats }) => formats))).toEqual(new Set(['float32', 'float64']))
    for (const { check, grade } of results) if (check === 'formula') expect(grade).toBe('bit-exact')
  })
})

describe("the lecture's Adadelta, which accumulates the update without squaring it, goes wrong", () => {
  const rule = findRule('adadelta/lecture')

  test('its average of squared updates falls below zero', async () => {
    const results = await resultsOf(rule, ['squares are nonnegative'])
    expect(results.map(({ verdict, finding }) => [verdict, finding?.variable])).toEqual([
      ['fail', 's'],
      ['fail', 's'],
    ])
    for (const { finding } of results) expect(finding!.got).toBeLessThan(0)
  })

  test('it moves differently when everything is negated', async () => {
    const results = await resultsOf(rule, ['sign symmetry'])
    expect(results.map(({ verdict }) => verdict)).toEqual(['fail', 'fail'])
  })

  test.each(['float32', 'float64'] as const)(
    'on a negative gradient it gives NaN in the second step, in %s',
    async format => {
      const setup = {
        rule: rule.id,
        format,
        groups: [{ hyper: {}, params: [{ name: 'a', value: Float64Array.of(0) }] }],
      }
      const run = await ruleSubject(rule).open(setup)
      expect((await run.step([Float64Array.of(-1)]))![0]![0]).toBeGreaterThan(0)
      expect((await run.step([Float64Array.of(-1)]))![0]![0]).toBeNaN()
    },
  )

  test.each(['float32', 'float64'] as const)('as corrected it does neither, in %s', async format => {
    const right = findRule('adadelta/zeiler')
    const setup = {
      rule: right.id,
      format,
      groups: [{ hyper: {}, params: [{ name: 'a', value: Float64Array.of(0) }] }],
    }
    const run = await ruleSubject(right).open(setup)
    for (let step = 0; step < 50; step++) expect((await run.step([Float64Array.of(-1)]))![0]![0]).toBeGreaterThan(0)
  })
})

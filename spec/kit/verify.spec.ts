import { describe, expect, test } from 'vitest'
import type { VerifyOptions } from '../../src/kit/options.ts'
import { verify } from '../../src/kit/verify.ts'
import { loadRule } from '../../src/language/load.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Subject } from '../../src/subject/subject.ts'
import type { Deviation, Report, Result } from '../../src/subject/verdict.ts'
import { worst } from '../../src/subject/verdict.ts'
import { changed, edited, movedBy } from '../checks/wrong.ts'

const right = (id: string): Subject => ({ ...ruleSubject(findRule(id)), name: 'mine', formats: ['float64'] })
const mine = (subject: Subject): Subject => ({ ...subject, name: 'mine', formats: ['float64'] })
const run = (subject: Subject, options: Partial<VerifyOptions> = {}): Promise<Report> =>
  verify({ subjects: [subject], rules: ['sgd/lecture'], checks: ['formula'], diagnose: false, ...options })
const only = async (subject: Subject, options: Partial<VerifyOptions> = {}): Promise<Result> => {
  const { results } = await run(subject, options)
  expect(results).toHaveLength(1)
  return results[0]!
}
const id = 'sgd/lecture'
const twice = mine(ruleSubject(edited(id, 'lr * g', '2 * lr * g')))

describe('the strict tier', () => {
  const names = async (options: Partial<VerifyOptions>): Promise<string[]> =>
    (await verify({ subjects: [right(id)], rules: [id], ...options })).results.map(({ check }) => check)

  test('is left out by default, also where its group is asked for', async () => {
    expect(await names({})).not.toContain('extremes')
    expect(await names({ checks: ['formula'] })).toEqual(['formula'])
  })

  test('is run where it is asked for, as a tier or by name', async () => {
    expect(await names({ strict: true })).toContain('extremes')
    expect(await names({ checks: ['extremes'] })).toEqual(['extremes'])
  })
})

describe('what is given as a subject', () => {
  const given = (subject: unknown): Promise<Report> => run(subject as Subject)

  test('may be wrapped once more, as CommonJS does', async () => {
    const wrapped = { default: right(id), 'module.exports': {} }
    expect((await given(wrapped)).results).toMatchObject([{ subject: 'mine', verdict: 'pass' }])
    expect((await given({ default: wrapped })).results).toMatchObject([{ subject: 'mine', verdict: 'pass' }])
  })

  test.each([[undefined], [null], [{}], [{ step: () => [] }], [{ default: { formats: [] } }]])(
    'and is refused in words where it is none: %j',
    async subject => {
      await expect(given(subject)).rejects.toThrow(/Expected a function \(hyper, x0\).* or a Subject, got .*default/)
    },
  )
})

describe('a verdict', () => {
  test('is pass, to the bit, for the replay', async () => {
    expect(await only(right(id))).toMatchObject({ verdict: 'pass', grade: 'bit-exact', worst: 0, group: 'formula' })
  })

  test('is pass within the bound for another order of operations', async () => {
    const reordered = mine(ruleSubject(edited('momentum/lecture', 'x - v', 'x - gamma * v / gamma')))
    const result = await only(reordered, { rules: ['momentum/lecture'], hyper: { gamma: 0.9 } })
    expect(result).toMatchObject({ verdict: 'pass', grade: 'within the bound' })
    expect(result.worst).toBeGreaterThan(0)
    expect(result.worst).toBeLessThanOrEqual(1)
  })

  test('is fail for a wrong formula, with the place, the interval, and a scenario that shows it', async () => {
    const result = await only(twice)
    expect(result).toMatchObject({ verdict: 'fail', finding: { step: 1, variable: 'x', index: 0 } })
    const { got, low, high, expected } = result.finding!
    expect(low).toBeLessThanOrEqual(expected)
    expect(high).toBeGreaterThanOrEqual(expected)
    expect(got < low || got > high).toBe(true)
    const again = await verify({
      subjects: [twice],
      rules: [id],
      checks: ['formula'],
      hyper: result.scenario!.groups[0]!.hyper,
    })
    expect(again.summary.fail).toBe(1)
  })

  test('is fail for NaN or infinity where the replay is finite', async () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const subject = mine(movedBy(id, x => x.map(values => values.map(() => wrong))))
      const { results } = await run(subject, { checks: ['formula', 'closed form constant', 'finite stays finite'] })
      expect(results.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail'])
    }
  })

  test.each<[string, Subject, RegExp]>([
    [
      'something threw',
      mine(changed(id, () => ({ step: () => Promise.reject(new Error('out of memory')) }))),
      /out of memory/,
    ],
    [
      'it could not be opened',
      { ...right(id), open: () => Promise.reject(new Error('no such device')) },
      /no such device/,
    ],
    [
      'an iterate has the wrong length',
      mine(movedBy(id, x => x.map(values => values.subarray(1)))),
      /expected \d numbers?, got \d/,
    ],
    [
      'a parameter is missing',
      mine(movedBy(id, x => x.slice(1))),
      /Expected the iterates of \d parameters?, got \d arrays?/,
    ],
    [
      'nothing was observed',
      mine(changed(id, r => ({ step: async g => void (await r.step(g)), observe: () => ({}) }))),
      /nothing was observed/,
    ],
  ])('is unknown, with its reason, where %s', async (_, subject, reason) => {
    expect(await only(subject)).toMatchObject({ verdict: 'unknown', reason: expect.stringMatching(reason) })
  })

  test('is unknown where every interval is unbounded: nothing was proved', async () => {
    const step = (text: string) => ({
      id: 'mine/own',
      hyper: { eps: { default: '1e-30' } },
      step: ['d = ((x + 1 / 3) - x) - 1 / 3', text],
    })
    const rule = loadRule(step('x = x - g / (d + eps)'), 'mine.rule.yaml')
    const other = ruleSubject(loadRule(step('x = x - g / (d + eps) * 3'), 'mine.rule.yaml'))
    expect(await only(mine(other), { rules: [rule] })).toMatchObject({
      verdict: 'unknown',
      reason: 'every interval was unbounded or wider than the update itself',
    })
  })

  test('is skip, with its reason, for a rule that the subject does not have', async () => {
    const none: Subject = { ...right(id), offers: () => ({ unsupported: 'mine has no SGD' }) }
    expect(await only(none)).toMatchObject({ verdict: 'skip', reason: 'mine has no SGD', check: 'offered' })
  })

  test('is skip where a hyper-parameter is held against the claim', async () => {
    const { results } = await run(right('adam/pytorch'), {
      rules: ['adam/pytorch'],
      checks: ['zero gradients move nothing', 'scale invariance'],
      hyper: { weight_decay: 0.1 },
    })
    for (const { verdict, reason } of results) {
      expect({ verdict, reason }).toMatchObject({
        verdict: 'skip',
        reason: expect.stringMatching(/weight_decay = 0, which is held at 0\.1/),
      })
    }
  })

  test('of several is the worst of them, and of none is unknown', () => {
    expect(worst(['pass', 'skip', 'unknown', 'fail'])).toBe('fail')
    expect(worst(['pass', 'unknown', 'skip'])).toBe('unknown')
    expect(worst(['pass', 'skip'])).toBe('skip')
    expect(worst(['pass'])).toBe('pass')
    expect(worst([])).toBe('unknown')
  })
})

describe('a report', () => {
  test('counts every result once', async () => {
    const thrown = { ...right(id), name: 'thrown', open: () => Promise.reject(new Error('gone')) }
    const none = { ...right(id), name: 'none', offers: () => ({ unsupported: 'no' }) }
    const known = { ...twice, name: 'known' }
    const deviations: Deviation[] = [{ subject: 'known', rule: id, checks: ['formula'], reason: 'twice' }]
    const report = await verify({
      subjects: [right(id), { ...twice, name: 'wrong' }, thrown, none, known],
      rules: [id],
      checks: ['formula'],
      deviations,
    })
    expect(report.summary).toEqual({ pass: 1, fail: 1, skip: 1, unknown: 1, known: 1 })
    expect(report.results).toHaveLength(5)
  })

  test('is the same twice from the same seed, failing scenarios included', async () => {
    const subjects = [right('adam/pytorch'), mine(ruleSubject(edited('adam/pytorch', '+ eps', '+ 2 * eps')))]
    const once = () => verify({ subjects, rules: ['adam/pytorch'], checks: ['formula', 'relation'], diagnose: false })
    const [{ seconds: _, ...first }, { seconds: __, ...second }] = [await once(), await once()]
    expect(first).toEqual(second)
    expect(first.summary.fail).toBeGreaterThan(0)
  })

  test('has a verdict for each format', async () => {
    const both: Subject = { ...twice, formats: ['float32', 'float64'] }
    const { results } = await run(both)
    expect(results.map(({ formats, verdict }) => [formats, verdict])).toEqual([
      [['float32'], 'fail'],
      [['float64'], 'fail'],
    ])
  })

  test('holds single subjects to rules and values of their own', async () => {
    const opened: [string, unknown][] = []
    const watched = (name: string, rule: string): Subject => {
      const subject = { ...right(rule), name }
      const open: Subject['open'] = setup => {
        opened.push([name, setup.groups[0]!.hyper.lr])
        return subject.open(setup)
      }
      return { ...subject, open }
    }
    const [own, other] = [watched('own', 'momentum/lecture'), watched('other', id)]
    const { results } = await verify({
      subjects: [own, other],
      rules: [id],
      checks: ['formula'],
      own: new Map([[own, { rules: ['momentum/lecture'], hyper: { lr: 0.7 } }]]),
    })
    expect(results.map(({ subject, rule }) => [subject, rule])).toEqual([
      ['other', id],
      ['own', 'momentum/lecture'],
    ])
    const rates = (name: string) => new Set(opened.filter(([by]) => by === name).map(([, lr]) => lr))
    expect([...rates('own')]).toEqual([0.7])
    expect(rates('other').size).toBeGreaterThan(1)
  })

  test('gives each result as soon as it is known', async () => {
    const seen: Result[] = []
    const { results } = await run(right(id), { checks: ['invariant'], onResult: result => seen.push(result) })
    expect(seen).toEqual(results)
    expect(seen.length).toBeGreaterThan(2)
  })

  test('is not made once it was called off', async () => {
    const stop = new AbortController()
    const report = run(right(id), { checks: ['invariant'], signal: stop.signal, onResult: () => stop.abort() })
    await expect(report).rejects.toThrow(/abort/i)
  })
})

describe('a failing scenario is shrunk', () => {
  const size = (scenario: Scenario): number =>
    scenario.groups.flatMap(({ params }) => params.map(({ value }) => value.length / 16)).reduce((a, b) => a + b, 0)

  test.each<[string, Subject, number]>([
    ['a wrong first step', twice, 1],
    ['momentum that is lost', mine(ruleSubject(edited('momentum/lecture', 'gamma * v + ', ''))), 2],
    ['a bias correction left out', mine(ruleSubject(edited('adam/kingma-ba', 'v / (1 - beta2^t)', 'v'))), 1],
  ])('%s needs the fewest steps, one parameter of one element, and the defaults', async (_, subject, steps) => {
    const rule = findRule((subject.offers!('') as { rule: string }).rule)
    const { scenario } = await only(subject, { rules: [rule] })
    expect(scenario!.steps).toBe(steps)
    expect(size(scenario!)).toBe(1)
    expect(scenario!.groups[0]!.hyper).toEqual(
      Object.fromEntries(Object.values(rule.hyper).map(hyper => [hyper.name, hyper.default])),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { limitsOf } from '../../src/checks/follow.ts'
import { judgeTrace } from '../../src/checks/lockstep.ts'
import { verify } from '../../src/kit/verify.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { loadRule } from '../../src/language/load.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { tracesOf } from '../golden/recordings.ts'
import { ask, changed } from './wrong.ts'

const effect = 'every hyper-parameter has an effect'

describe('the formula check allows twice the bound, and no more', () => {
  const rule = findRule('sgd/lecture')
  const scenario: Scenario = {
    name: 'one step',
    rule: rule.id,
    format: 'float64',
    groups: [{ hyper: { lr: 0.1 }, params: [{ name: 'a', value: '3ff0000000000000' }] }],
    steps: 1,
    gradients: [['3fd5555555555555']],
  }
  test.each([
    [1.5, false],
    [3, true],
    [-3, true],
  ])('an iterate %f bounds from the exact value fails: %s', async (bounds, fails) => {
    const trace = await drive(ruleSubject(rule), scenario)
    const { value, error } = limitsOf(rule, ieee, trace)(1, 0, 0)!
    const steps = trace.steps.map(step => ({ ...step, x: [Float64Array.of(value.hi + bounds * error)] }))
    expect(judgeTrace(rule, ieee, { scenario, steps }).finding !== undefined).toBe(fails)
  })
})

describe('the golden check fails on state that is right in value and wrong in presence', () => {
  const stateless = (
    id: string,
    change: (state: Record<string, Float64Array>) => Record<string, Float64Array>,
  ): Subject => ({
    ...changed(id, run => ({
      observe: async () => ({ state: (await run.observe!()).state!.map(change) }),
    })),
    bitExact: true,
  })
  test.each([
    ['missing', ({ exp_avg_sq: _, ...rest }: Record<string, Float64Array>) => rest, /exp_avg_sq .* missing/],
    [
      'shown without amsgrad',
      (s: Record<string, Float64Array>) => ({ ...s, max_exp_avg_sq: s.exp_avg_sq ?? new Float64Array() }),
      /max_exp_avg_sq .* shown/,
    ],
  ] as const)('%s', async (_, change, reason) => {
    const recorded = (await tracesOf('pytorch-ieee', 'adam'))
      .map(trace => trace.scenario)
      .filter(
        ({ groups, steps, gradients }) =>
          !groups[0]!.hyper.amsgrad && steps <= 24 && !JSON.stringify(gradients).includes('null'),
      )
      .slice(0, 2)
    const result = await ask(
      'golden',
      'adam/pytorch',
      stateless('adam/pytorch', change as never),
      recorded[0]!.format,
      recorded,
    )
    expect(result).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(reason) })
  })
})

describe(effect, () => {
  const lion = loadRule(
    {
      hyper: {
        lr: { default: '0.0001' },
        beta1: { default: '0.9', domain: '[0, 1)' },
        beta2: { default: '0.99', domain: '[0, 1)' },
      },
      state: { m: '0' },
      step: ['c = beta1 * m + (1 - beta1) * g', 'm = beta2 * m + (1 - beta2) * g', 'x = x - lr * sign(c)'],
    },
    'lion',
  )
  test('does not blame a right sign-based rule for what its own formula does not show', async () => {
    const { results } = await verify({ subjects: [ruleSubject(lion)], rules: [lion], checks: [effect] })
    expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass'])
  })

  /** Adam that has no such options: it takes them and ignores them. */
  const plain: Subject = {
    ...ruleSubject(findRule('adam/pytorch')),
    formats: ['float64'],
    open: setup => {
      const neutral = { weight_decay: 0, amsgrad: false, maximize: false }
      const groups = setup.groups.map(group => ({ ...group, hyper: { ...group.hyper, ...neutral } }))
      return ruleSubject(findRule('adam/pytorch')).open({ ...setup, groups })
    },
  }
  const held = { weight_decay: 0, amsgrad: false, maximize: false }
  const run = (hyper = {}) => verify({ subjects: [plain], rules: ['adam/pytorch'], checks: [effect], hyper })

  test('names the options that are ignored', async () => {
    const [result] = (await run()).results
    expect(result).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/no effect of weight_decay, amsgrad, maximize/),
    })
  })

  test('does not ask for the effect of what the user holds', async () => {
    expect((await run(held)).results[0]).toMatchObject({ verdict: 'pass', observed: 4 })
  })

  test('leaves options that the subject does not take at their defaults', async () => {
    const offers: NonNullable<Subject['offers']> = () => ({
      rule: 'adam/pytorch',
      hyper: ['lr', 'beta1', 'beta2', 'eps'],
      state: [],
      features: [],
    })
    const asked = new Set<unknown>()
    const lean: Subject = {
      ...plain,
      offers,
      open: setup => {
        asked.add(setup.groups[0]!.hyper.weight_decay ?? 0)
        return plain.open(setup)
      },
    }
    const { results } = await verify({ subjects: [lean], rules: ['adam/pytorch'], checks: [effect] })
    expect(results[0]).toMatchObject({ verdict: 'pass', observed: 4 })
    expect(asked).toEqual(new Set([0]))
  })

  test('is skipped where the user holds every hyper-parameter', async () => {
    const { results, summary } = await verify({
      subjects: [ruleSubject(findRule('sgd/lecture'))],
      rules: ['sgd/lecture'],
      hyper: { lr: 0.1 },
    })
    expect(results.find(({ check }) => check === effect)).toMatchObject({ verdict: 'skip' })
    expect(summary).toMatchObject({ unknown: 0, fail: 0 })
  })

  test('plays every pair at the values that the user holds', async () => {
    const seen: unknown[] = []
    const watched: Subject = {
      ...plain,
      open: setup => {
        seen.push(setup.groups[0]!.hyper.amsgrad)
        return plain.open(setup)
      },
    }
    await verify({ subjects: [watched], rules: ['adam/pytorch'], checks: [effect], hyper: { amsgrad: true } })
    expect(seen.length).toBeGreaterThan(2)
    expect(new Set(seen.slice(1))).toEqual(new Set([true]))
  })
})

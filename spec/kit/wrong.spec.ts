import { describe, expect, test } from 'vitest'
import { checksFor, contracts } from '../../src/checks/index.ts'
import { describeResult, verify } from '../../src/kit/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import { needsContracts } from './gallery/needs-contracts.ts'
import type { Wrong } from './gallery/wrong.ts'
import { wrongAdam } from './gallery/wrong-adam.ts'
import { wrongAdaptive } from './gallery/wrong-adaptive.ts'
import { wrongFar } from './gallery/wrong-far.ts'
import { wrongLinear } from './gallery/wrong-linear.ts'
import { wrongMachinery } from './gallery/wrong-machinery.ts'

const gallery: readonly Wrong[] = [...wrongLinear, ...wrongAdaptive, ...wrongAdam, ...wrongMachinery, ...wrongFar]

/** What a contract finds, beside what it has to skip; its scenario shows nothing that a formula could be held against. */
const isContract = ({ caught }: Wrong): boolean => contracts.some(({ name }) => name === caught)
const formulas = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'adamw']

const ask = ({ rule, hyper = {}, depth, format, caught }: Wrong, create: Wrong['create']) =>
  verify({
    subjects: [create],
    rules: [rule],
    hyper,
    depth: depth ?? 'quick',
    checks: [caught],
    diagnose: false,
    ...(format && { format }),
  })

describe('an implementation that is wrong on purpose is rejected, and told why', () => {
  test.each(gallery)('$rule: $fault', async wrong => {
    const { results } = await ask(wrong, wrong.create)
    expect(results.filter(({ verdict }) => verdict === 'unknown')).toEqual([])
    const failure = results.find(({ verdict }) => verdict === 'fail')
    expect(failure, `${wrong.caught} did not find it`).toBeDefined()
    expect(failure!.scenario).toBeDefined()
    expect(describeResult(failure!)).toMatch(
      /^\S+, (step \d+, parameter|every hyper-parameter)[\s\S]*(The smallest scenario that shows it|It was asked with)/,
    )
  })
})

describe('an implementation that breaks a contract is rejected, and told why', () => {
  test.each(needsContracts)('$rule: $fault', async wrong => {
    expect(isContract(wrong)).toBe(true)
    const { results } = await ask(wrong, wrong.create)
    expect(results.map(({ verdict }) => verdict)).toEqual(['fail'])
    expect(describeResult(results[0]!)).toMatch(/\S/)
    expect(results[0]!.reason).toBeDefined()
  })
})

describe('by the fault: the same checks pass on the replay of the rule', () => {
  const questions = new Map(
    gallery.map(wrong => [JSON.stringify([wrong.rule, wrong.hyper, wrong.caught, wrong.depth]), wrong]),
  )
  test.each([...questions.values()])('$caught of $rule', async wrong => {
    const { results } = await ask(wrong, ruleSubject(findRule(wrong.rule)))
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
  })
})

describe('the gallery', () => {
  test('has a hundred faults, no two of them the same, in every family', () => {
    expect(new Set(gallery.map(({ rule, fault }) => `${rule}: ${fault}`)).size).toBe(gallery.length)
    expect(gallery.length).toBeGreaterThanOrEqual(100)
    expect(new Set(gallery.map(({ rule }) => rule.split('/')[0]))).toEqual(new Set(formulas))
  })

  test('names checks that its rules have', () => {
    for (const { rule, caught } of gallery) expect(checksFor(findRule(rule)).map(({ name }) => name)).toContain(caught)
  })
})

import { describe, expect, test } from 'vitest'
import { contracts } from '../../src/checks/contracts/index.ts'
import { type Context, freeRule, runCheck } from '../../src/checks/index.ts'
import type { Rule } from '../../src/language/rule.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { faults } from '../../src/subject/faults/index.ts'
import { noRule } from '../../src/subject/no-rule.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Format, Offer, Subject } from '../../src/subject/subject.ts'
import type { Result } from '../../src/subject/verdict.ts'
import { memorySubject } from './memory-subject.ts'
import { contextOf } from './wrong.ts'

interface Asked {
  readonly rule: string
  readonly format?: Format
  readonly depth?: Context['depth']
  /** The fault is behind the boundary that copies what the caller gives, not in front of it. */
  readonly inside?: true
  /** Without a rule: the subject by its own hyper-parameters. */
  readonly free?: boolean
}

/** One contract, asked of a subject under a rule or under none. */
function ask(
  contract: string,
  subject: Subject,
  { rule, format = 'float64', depth = 'quick', free }: Asked,
): Promise<Result> {
  const row = contracts.find(({ name }) => name === contract)!
  const offer = subject.offers!(free ? noRule : rule) as Offer
  const under: Rule = free ? freeRule(offer) : findRule(rule)
  return runCheck(row, { ...contextOf(subject, under, format), offer, depth })
}

const adam: Asked = { rule: 'adam/pytorch' }
const sgd: Asked = { rule: 'sgd/pytorch' }
const momentum: Asked = { rule: 'momentum/lecture' }
const free: Asked = { ...adam, free: true }

/** Each fault, the contract that catches it, and where it is asked. */
const rows: readonly (readonly [keyof typeof faults, string, ...Asked[]])[] = [
  ['a step writes to its gradient', 'gradients are left alone', { ...adam, inside: true }, { ...free, inside: true }],
  ['the start is kept by reference', 'nothing is kept by reference', adam],
  ['a gradient is kept by reference, and read in the next step', 'nothing is kept by reference', adam, free],
  ['the memory beside a parameter is written to', 'memory beside a parameter is left alone', adam, free],
  ['the strides of a parameter are ignored', 'layouts agree', adam, { ...free, format: 'float32' }, free],
  ['a matrix is taken for its first row', 'layouts agree', adam],
  ['each run gives other bits', 'same input, same bits', sgd, free],
  ['of steps asked for at once, the first is lost', 'steps at once and one by one', adam, free],
  ['two instances share their last gradient', 'instances share nothing', sgd, free],
  ['state is lost when it is resumed', 'a resumed run goes on as before', adam, momentum, free],
  ['state is lost when it is resumed after step 3', 'a resumed run goes on as before', adam],
  ['an infinity is lost in JSON, and state with it', 'a resumed run goes on as before', adam],
  ['an infinity in the state is lost when it is resumed', 'a resumed run goes on after an overflow', adam],
  ['a negative zero is lost in JSON, and state with it', 'a resumed run goes on as before', adam],
  ['state is saved with six digits', 'a resumed run goes on as before', adam],
  ['saving makes a step', 'a resumed run goes on as before', momentum],
  ['an absent gradient counts as zero', 'an absent gradient moves nothing', momentum, { ...momentum, free: true }],
  ['without a gradient, its neighbours stop too', 'an absent gradient moves nothing', sgd],
  ['a late parameter has counted one of the steps before', 'a late parameter starts afresh', adam, free],
  ['a first gradient that comes late is refused', 'a late parameter starts afresh', adam, free],
  ['a late group has counted one of the steps before', 'a late group starts afresh', adam, free],
  ['groups share the hyper-parameters of the first', 'groups keep their own hyper-parameters', adam, sgd, free],
  ['a change takes effect a step late', 'a change of the rate takes effect in its own step', adam, sgd, free],
  ['a change has no effect', 'a change of the rate takes effect in its own step', adam, free],
  ['a change has no effect', 'what is set on the way is used', adam, sgd, momentum, free],
  ['a change takes effect a step late', 'what is set on the way is used', adam, sgd, momentum],
  ['the third group has the hyper-parameters of the second', 'groups keep their own hyper-parameters', adam, sgd, free],
  ['the hyper-parameters are lost when it is resumed', 'a resumed run goes on as before', adam, sgd, free],
  ['state is lost when it is resumed after step 7', 'a resumed run goes on as before', adam, free],
  ['parameters from the fifth on do not move', 'every element of every length', adam, free],
  ['elements from the 1,024th on do not move', 'every element of every length', adam, free],
  ['a default is another one', 'defaults are used as they are', adam, free],
  ['a hyper-parameter is ignored', 'every hyper-parameter has an effect', free],
  ['maximizing doubles the gradient', 'maximize', { ...sgd, free: true }],
  ['the remainder of a loop over eight is left out', 'every element of every length', adam, free],
  ['an empty parameter is refused', 'an empty parameter is no trouble', adam, free],
  ['beside an empty parameter nothing moves', 'an empty parameter is no trouble', adam, free],
  ['float64 is computed in float32', 'float64 is computed in float64', adam, sgd, free],
  ['the rate passes through float32', 'float64 is computed in float64', adam, free],
  ['gradients pass through float32', 'float64 is computed in float64', sgd, free],
  ['state is kept in float32', 'state has the dtype of its parameter', adam, free],
  [
    'state is lost when it is resumed after 5,000 steps',
    'ten thousand steps',
    { ...momentum, depth: 'full' },
    { ...momentum, depth: 'full', free: true },
  ],
  ['the count of steps wraps around at 4,096', 'ten thousand steps', { ...momentum, depth: 'full' }],
  ['each step leaves a tensor behind', 'nothing leaks', adam, free],
]

const cases = rows.flatMap(([fault, contract, ...all]) =>
  all.map(asked => ({ fault, contract, asked, under: asked.free ? 'no rule' : asked.rule })),
)

describe('a contract fails on a fault on purpose, and on it alone', () => {
  test.each(cases)(
    '$contract, $under: $fault',
    async ({ fault, contract, asked }) => {
      const own = ruleSubject(findRule(asked.rule))
      const right = memorySubject(own)
      expect(await ask(contract, right, asked)).toMatchObject({ verdict: 'pass' })
      const wrong = asked.inside ? memorySubject(faults[fault](own)) : faults[fault](right)
      const result = await ask(contract, wrong, asked)
      expect(result).toMatchObject({ verdict: 'fail', group: 'contract' })
      expect(result.finding ?? result.reason).toBeDefined()
      expect(result.scenario).toBeDefined()
    },
    60_000,
  )

  test('gradients that a later step writes to are seen where the subject has the very arrays of its caller', async () => {
    const right = ruleSubject(findRule('adam/pytorch'))
    const wrong = faults['a step writes to the gradient of the step before'](right)
    expect(await ask('gradients are left alone', right, adam)).toMatchObject({ verdict: 'pass' })
    expect(await ask('gradients are left alone', wrong, adam)).toMatchObject({ verdict: 'fail' })
  })

  test('there is a fault for each contract, and each fault is tried', () => {
    const noted = ['hyper-parameters outside their domain']
    expect(new Set([...rows.map(([, contract]) => contract), ...noted])).toEqual(
      new Set(contracts.map(({ name }) => name)),
    )
    const tried = [
      ...rows.map(([fault]) => fault),
      'a step writes to the gradient of the step before',
      'what is outside of a domain is taken',
    ]
    expect(new Set(tried)).toEqual(new Set(Object.keys(faults)))
  })

  test('a value outside of its domain that is taken is noted, and nothing fails', async () => {
    const right = memorySubject(ruleSubject(findRule('adam/pytorch')))
    const name = 'hyper-parameters outside their domain'
    expect((await ask(name, right, adam)).note).toBeUndefined()
    expect(await ask(name, faults['what is outside of a domain is taken'](right), adam)).toMatchObject({
      verdict: 'pass',
      note: expect.stringContaining('lr = -1'),
    })
  })
})

const rules = [
  'sgd/pytorch',
  'nesterov/lecture',
  'adagrad/pytorch',
  'rmsprop/pytorch',
  'adadelta/zeiler',
  'adam/keras',
  'adamw/optax',
]
const everywhere = rules.flatMap(rule => (['float32', 'float64'] as const).map(format => ({ rule, format })))

/** Of rules that have no rate, or no other term that is switched on by default. */
const nothingToAsk = ['the subject has no learning rate', 'no hyper-parameter can be changed from where it is']

describe('every contract holds for the replay of a rule', () => {
  test.each(everywhere)('$rule, $format', async asked => {
    const subject = memorySubject(ruleSubject(findRule(asked.rule)))
    for (const free of [false, true]) {
      for (const { name, formats = ['float32', 'float64'], concerns } of contracts) {
        const rule = free ? freeRule(subject.offers!(noRule) as Offer) : findRule(asked.rule)
        if (!formats.includes(asked.format) || !(concerns?.(rule) ?? true) || name === 'ten thousand steps') continue
        const result = await ask(name, subject, { ...asked, free })
        if (nothingToAsk.includes(result.reason ?? '')) continue
        expect({ name, free, ...result }).toMatchObject({ verdict: 'pass' })
      }
    }
  })
})

import { describe, expect, test } from 'vitest'
import { contracts } from '../../src/checks/index.ts'
import { tfjs } from '../../src/guests/tfjs.ts'
import { verify } from '../../src/kit/verify.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Offer, Setup, Subject } from '../../src/subject/subject.ts'
import { tracesOf } from '../golden/recordings.ts'

const adam = ruleSubject(findRule('adam/pytorch'))

/** Adam that takes parameters of some dimensions only, and remembers what it was given. */
function ofDimensions(accepts: (dimensions: number) => boolean): { subject: Subject; shapes: Set<string> } {
  const shapes = new Set<string>()
  const checked = (setup: Setup): Setup => {
    for (const { shape, value } of setup.groups.flatMap(({ params }) => params)) {
      const own = shape ?? [value.length]
      if (!accepts(own.length)) throw new Error(`expected a matrix, got ${own.length} dimensions`)
      shapes.add(JSON.stringify(own))
    }
    return setup
  }
  const offers = (rule: string): Offer => {
    const offer = adam.offers!(rule) as Offer
    return { ...offer, features: [...offer.features, 'shapes', 'strides'] }
  }
  const subject: Subject = { ...adam, name: 'mine', offers, open: (setup, saved) => adam.open(checked(setup), saved) }
  return { subject, shapes }
}

describe('without a rule', () => {
  test('a subject is asked for every contract by its own hyper-parameters, and for nothing else', async () => {
    const { results } = await verify({ subjects: [adam], contracts: true })
    expect(new Set(results.map(({ check }) => check))).toEqual(
      new Set(
        contracts
          .filter(({ name, strict }) => !strict && name !== 'hyper-parameters outside their domain')
          .map(({ name }) => name),
      ),
    )
    expect(new Set(results.map(({ rule, group }) => `${rule} ${group}`))).toEqual(new Set(['* contract']))
    expect(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')).toEqual([])
  })

  test('a subject that refuses a row is asked with matrices', async () => {
    const { subject, shapes } = ofDimensions(dimensions => dimensions === 2)
    const { summary } = await verify({ subjects: [subject], contracts: true })
    expect(summary).toMatchObject({ fail: 0, unknown: 0 })
    expect(summary.pass).toBeGreaterThan(30)
    expect([...shapes]).toEqual(expect.arrayContaining(['[1,1]', '[1,2]', '[2,3]', '[0,3]']))
  })

  test('one that refuses matrices too is skipped, in its own words', async () => {
    const { results } = await verify({ subjects: [ofDimensions(() => false).subject], contracts: true })
    expect(results).toMatchObject([
      { verdict: 'skip', reason: expect.stringMatching(/neither .* expected a matrix, got 1/) },
    ])
  })

  test('a value that is held is given to every run', async () => {
    const seen = new Set<unknown>()
    const watched: Subject = {
      ...adam,
      open: (setup, saved) => {
        for (const { hyper } of setup.groups) seen.add(hyper.eps)
        return adam.open(setup, saved)
      },
    }
    await verify({ subjects: [watched], contracts: true, hyper: { eps: 0.125 } })
    expect(seen).toEqual(new Set([0.125]))
  })

  test('a framework, which has rules of its own, is asked under each of them', async () => {
    const { results } = await verify({ subjects: [tfjs()], contracts: true, checks: ['same input, same bits'] })
    expect(results.filter(({ verdict }) => verdict === 'pass').map(({ rule }) => rule)).toEqual(
      ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam'].map(family => `${family}/tfjs`),
    )
  })
})

describe('a recording', () => {
  const recorded = async (): Promise<Subject> => {
    const traces = await tracesOf('pytorch-ieee', 'sgd')
    return {
      ...ruleSubject(findRule('sgd/pytorch')),
      name: 'recording',
      scenarios: () => traces.slice(0, 3).map(({ scenario }) => scenario),
    }
  }

  test('has no contracts among its checks', async () => {
    const { results } = await verify({ subjects: [await recorded()], rules: ['sgd/pytorch'] })
    expect(results.filter(({ group }) => group === 'contract')).toEqual([])
    expect(results.length).toBeGreaterThan(5)
  })

  test('that is asked for contracts alone says that it cannot be', async () => {
    const { results } = await verify({ subjects: [await recorded()], contracts: true })
    expect(results).toMatchObject([{ verdict: 'skip', reason: expect.stringContaining('a live subject') }])
  })
})

test('with a rule, contracts alone are asked, under it', async () => {
  const { results } = await verify({ subjects: [adam], rules: ['adam/pytorch'], contracts: true })
  expect(new Set(results.map(({ rule, group }) => `${rule} ${group}`))).toEqual(new Set(['adam/pytorch contract']))
})

import { describe, expect, test } from 'vitest'
import { formats } from '../../src/numbers/formats.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Format, Gradients, Json, Run, Setup } from '../../src/subject/subject.ts'
import { hyperSets, seeded, type Values } from '../rules/hyper-sets.ts'

const steps = 6
const sizes = [3, 2]

/** Gradients with exact zeros of both signs, and a second parameter that has none in the first and fourth step. */
function gradientsFor(format: Format): Gradients[] {
  const random = seeded(11)
  const { round } = formats[format]
  const draw = (): number => (random() < 0.2 ? -0 : round((random() - 0.5) * 10 ** -Math.floor(6 * random())))
  return Array.from({ length: steps }, (_, s) =>
    sizes.map((size, k) => (k === 1 && s % 3 === 0 ? null : Float64Array.from({ length: size }, draw))),
  )
}

const setupFor = (rule: string, format: Format, hyper: Values): Setup => ({
  rule,
  format,
  groups: [
    {
      hyper,
      params: sizes.map((size, k) => ({
        name: 'ab'[k]!,
        value: Float64Array.from({ length: size }, (_, i) => (i === 0 ? -0 : i / 2)),
      })),
    },
  ],
})

interface Seen {
  readonly x: Float64Array[]
  readonly state: Json
}

async function seen(run: Run, gradients: Gradients): Promise<Seen> {
  const x = (await run.step(gradients))!
  const { state } = await run.observe!()
  return { x: x.map(values => values.slice()), state: state as unknown as Json }
}

async function straight(setup: Setup): Promise<Seen[]> {
  const run = await ruleSubject(findRule(setup.rule)).open(setup)
  const all: Seen[] = []
  for (const gradients of gradientsFor(setup.format)) all.push(await seen(run, gradients))
  return all
}

/** The same run, saved through JSON before every step and resumed in a fresh one. */
async function resumed(setup: Setup): Promise<Seen[]> {
  const subject = ruleSubject(findRule(setup.rule))
  const all: Seen[] = []
  let params = setup.groups[0]!.params
  let saved: Json | undefined
  for (const gradients of gradientsFor(setup.format)) {
    const run = await subject.open({ ...setup, groups: [{ ...setup.groups[0]!, params }] }, saved)
    all.push(await seen(run, gradients))
    saved = JSON.parse(JSON.stringify(await run.save!())) as Json
    params = params.map((param, k) => ({ ...param, value: all.at(-1)!.x[k]! }))
  }
  return all
}

const ids = ruleIds()

describe('a rule as a subject, resumed from JSON at every step, goes on to the bit', () => {
  test.each(ids)('%s', async id => {
    for (const hyper of hyperSets(findRule(id), {}, 3).slice(-4)) {
      for (const format of ['float32', 'float64'] as const) {
        const setup = setupFor(id, format, hyper)
        expect(await resumed(setup)).toEqual(await straight(setup))
      }
    }
  })
})

test.each(['adam/kingma-ba', 'rmsprop/lecture', 'adam/keras'])(
  'a run that starts in the middle goes on to the bit: %s',
  async id => {
    const subject = ruleSubject(findRule(id))
    const setup = setupFor(id, 'float32', {})
    // Here every parameter has a gradient in each step, so that one clock serves both.
    const gradients = gradientsFor('float32').filter((_, s) => s % 3 !== 0)
    const run = await subject.open(setup)
    const x = await run.step(gradients[0]!)
    const { state } = await run.observe!()
    const names = new Map(Object.values(findRule(id).state).map(({ name, as }) => [as, name]))
    const own = state!.map(values =>
      Object.fromEntries(Object.entries(values).map(([as, of]) => [names.get(as)!, of.slice()])),
    )
    const params = setup.groups[0]!.params.map((param, k) => ({ ...param, value: x![k]!.slice() }))
    const later = await subject.openAt!({ ...setup, groups: [{ hyper: {}, params }] }, { clock: 1, state: own })
    for (const given of gradients.slice(1)) expect(await seen(later, given)).toEqual(await seen(run, given))
  },
)

const alone = (value: number[]) => [{ name: 'a', value: Float64Array.from(value) }]

describe('groups', () => {
  test('have hyper-parameters of their own', async () => {
    const groups = [
      { hyper: { lr: 0.5 }, params: alone([1]) },
      { hyper: { lr: 0.25 }, params: alone([1]) },
    ]
    const run = await ruleSubject(findRule('sgd/lecture')).open({ rule: 'sgd/lecture', format: 'float64', groups })
    expect(await run.step([Float64Array.of(1), Float64Array.of(1)])).toEqual([
      Float64Array.of(0.5),
      Float64Array.of(0.75),
    ])
    await run.set!(1, { lr: 1 })
    expect(await run.step([Float64Array.of(1), Float64Array.of(1)])).toEqual([
      Float64Array.of(0),
      Float64Array.of(-0.25),
    ])
  })

  test.each([
    ['adam/pytorch', 'starts at t = 1', 1],
    ['adam/keras', "counts the optimizer's steps", 3],
  ])('that are added later: %s %s', async (id, _, clock) => {
    const hyper = { lr: 0.5, beta1: 0.5, beta2: 0.5, eps: 0 }
    const run = await ruleSubject(findRule(id)).open({
      rule: id,
      format: 'float64',
      groups: [{ hyper, params: alone([0]) }],
    })
    for (let step = 0; step < 2; step++) await run.step([Float64Array.of(1)])
    await run.add!({ hyper, params: alone([0]) })
    const [, x] = (await run.step([Float64Array.of(1), Float64Array.of(1)]))!
    const moment = 0.5 / (1 - 0.5 ** clock)
    expect(x![0]).toBeCloseTo((-0.5 * moment) / Math.sqrt(moment), 14)
  })

  test('refuse a hyper-parameter that the rule does not have, with the one that was meant', () => {
    const open = () =>
      ruleSubject(findRule('adam/pytorch')).open({
        rule: 'adam/pytorch',
        format: 'float64',
        groups: [{ hyper: { beta_1: 0.9 }, params: alone([0]) }],
      })
    expect(open).toThrow(/no hyper-parameter 'beta_1'.*beta1/)
  })
})

describe('the point of the gradient', () => {
  test("is ahead of the iterate by gamma v in the lecture's NAG", async () => {
    const run = await ruleSubject(findRule('nesterov/lecture')).open({
      rule: 'nesterov/lecture',
      format: 'float64',
      groups: [{ hyper: { lr: 0.5, gamma: 0.5 }, params: alone([1]) }],
    })
    expect(await run.point!()).toEqual([Float64Array.of(1)])
    await run.step([Float64Array.of(1)])
    expect(await run.point!()).toEqual([Float64Array.of(0.5 - 0.5 * 0.5)])
  })

  test.each(ids.filter(id => id !== 'nesterov/lecture'))('is the iterate itself in %s', async id => {
    const run = await ruleSubject(findRule(id)).open({
      rule: id,
      format: 'float64',
      groups: [{ hyper: {}, params: alone([1, -2]) }],
    })
    const x = await run.step([Float64Array.of(0.5, 0)])
    expect(await run.point!()).toEqual(x)
  })
})

test('state that was never written is not shown', async () => {
  const run = await ruleSubject(findRule('momentum/pytorch')).open({
    rule: 'momentum/pytorch',
    format: 'float64',
    groups: [{ hyper: {}, params: [...alone([1]), ...alone([2])] }],
  })
  await run.step([Float64Array.of(3), null])
  expect((await run.observe!()).state).toEqual([{ momentum_buffer: Float64Array.of(3) }, {}])
})

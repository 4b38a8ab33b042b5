import { afterEach, describe, expect, it, vi } from 'vitest'
import { tfjs } from '../../src/guests/tfjs.ts'
import { tfjsOptimizers } from '../../src/guests/tfjs-table.ts'
import type { HyperValues, Offer, Setup } from '../../src/subject/subject.ts'

const subject = tfjs()
const values: HyperValues = {
  lr: 0.1,
  momentum: 0.5,
  initial_accumulator_value: 0.1,
  alpha: 0.9,
  rho: 0.9,
  beta1: 0.9,
  beta2: 0.99,
  eps: 1e-7,
}
const families = Object.keys(tfjsOptimizers)
const offer = (family: string) => subject.offers!(family) as Offer

function setup(family: string, x: number[] = [0.5, 0, 1], names = ['a']): Setup {
  const hyper = Object.fromEntries(offer(family).hyper.flatMap(name => (name in values ? [[name, values[name]!]] : [])))
  return {
    rule: `${family}/tfjs`,
    format: 'float32',
    groups: [{ hyper, params: names.map(name => ({ name, value: Float64Array.from(x) })) }],
  }
}

const gradient = (...numbers: number[]) => Float64Array.from(numbers, Math.fround)

describe('TensorFlow.js as a subject', () => {
  afterEach(() => vi.restoreAllMocks())

  it('loads without a word on the console', async () => {
    const spies = (['log', 'info', 'warn', 'error'] as const).map(name => vi.spyOn(console, name))
    await (await subject.open(setup('sgd'))).close!()
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })

  it('makes the steps of gradient descent', async () => {
    const run = await subject.open(setup('sgd'))
    expect(await run.step([gradient(1, -1, 0)])).toEqual([
      Float64Array.of(Math.fround(0.5 - Math.fround(0.1)), Math.fround(0.1), 1),
    ])
    await run.close!()
  })

  it.each(families)('shows the state of %s by the names that it offers', async family => {
    const run = await subject.open(setup(family))
    await run.step([gradient(1, 2, 3)])
    const observed = await run.observe!()
    const shown = Object.keys(observed.state?.[0] ?? {})
    expect(shown).toEqual(offer(family).state.filter(name => name !== 'mg'))
    expect(observed.dtypes![0]!.x).toBe('float32')
    await run.close!()
  })

  it('keeps the mean gradient only where RMSProp is centered', async () => {
    const { rule, format, groups } = setup('rmsprop')
    const centered = { rule, format, groups: [{ ...groups[0]!, hyper: { ...groups[0]!.hyper, centered: true } }] }
    const run = await subject.open(centered)
    await run.step([gradient(1, 2, 3)])
    expect(Object.keys((await run.observe!()).state![0]!)).toEqual(['rms', 'momentum', 'mg'])
    await run.close!()
  })

  it.each(families)(
    'leaves a parameter without a gradient alone, and its neighbour as if it were by itself: %s',
    async family => {
      const both = await subject.open(setup(family, [1, 2], ['a', 'b']))
      const alone = await subject.open(setup(family, [1, 2], ['b']))
      const steps = [gradient(1, 2), gradient(-1, 3), gradient(0, 1)]
      for (const [k, g] of steps.entries()) {
        const [a, b] = (await both.step([k === 1 ? gradient(1, 1) : null, g]))!
        if (k === 0) expect(a).toEqual(Float64Array.of(1, 2))
        expect(b).toEqual((await alone.step([g]))![0])
      }
      await both.close!()
      await alone.close!()
    },
  )

  it.each(families)('resumes %s from what it saved', async family => {
    const straight = await subject.open(setup(family))
    const first = (await straight.step([gradient(1, -2, 0)]))!
    const resumed = await subject.open(setup(family, [...first[0]!]), await straight.save!())
    const next = gradient(0.5, 0.25, 1)
    expect(await resumed.step([next])).toEqual(await straight.step([next]))
    await straight.close!()
    await resumed.close!()
  })

  it('holds no more tensors after a hundred steps than after one', async () => {
    const run = await subject.open(setup('adam'))
    const live = async () => (await run.observe!()).live
    await run.step([gradient(1, 2, 3)])
    const once = await live()
    for (let k = 0; k < 100; k++) await run.step([gradient(1, 2, 3)])
    await run.save!()
    expect(await live()).toBe(once)
    await run.close!()
  })

  it('keeps a parameter without dimensions, and takes gradients of it', async () => {
    const { groups, ...rest } = setup('sgd', [0.5])
    const scalar = { ...groups[0]!.params[0]!, shape: [] }
    const run = await subject.open({ ...rest, groups: [{ ...groups[0]!, params: [scalar] }] })
    expect(await run.step([gradient(1)])).toEqual([Float64Array.of(Math.fround(0.5 - Math.fround(0.1)))])
    await run.close!()
  })

  it('overwrites the gradients of the last step when it is asked to, and takes no notice in the next', async () => {
    const [one, other] = [await subject.open(setup('momentum')), await subject.open(setup('momentum'))]
    for (const run of [one, other]) await run.step([gradient(1, 2, 3)])
    await one.spoil!()
    expect((await one.observe!()).gradients![0]).toEqual(Float64Array.of(Number.NaN, Number.NaN, Number.NaN))
    expect(await one.step([gradient(1, 1, 1)])).toEqual(await other.step([gradient(1, 1, 1)]))
    await one.close!()
    await other.close!()
  })

  it('changes the rate where tf.train can, in the next step', async () => {
    const run = await subject.open(setup('momentum', [0]))
    await run.set!(0, { lr: 1 })
    expect(await run.step([gradient(1)])).toEqual([Float64Array.of(-1)])
    expect(offer('adam').features).not.toContain('set')
    await run.close!()
    const adam = await subject.open(setup('adam'))
    expect(() => adam.set!(0, { lr: 1 })).toThrow(/can change only the rate of sgd and momentum/)
    await adam.close!()
  })

  it('leaves the gradients that it was given as they were', async () => {
    const run = await subject.open(setup('adam'))
    await run.step([gradient(1, -2, 3)])
    expect((await run.observe!()).gradients).toEqual([Float64Array.of(1, -2, 3)])
    await run.close!()
  })

  it.each([
    ['a rule it lacks', setup('sgd'), { rule: 'adamw/tfjs' }, /tf\.train has no adamw/],
    ['float64', setup('sgd'), { format: 'float64' as const }, /no float64 tensors/],
    ['groups', setup('sgd'), { groups: [] }, /expected one group, got 0/],
    [
      'an option it lacks',
      setup('sgd'),
      { groups: [{ hyper: { lr: 1, weight_decay: 1 }, params: [] }] },
      /does not take weight_decay = 1/,
    ],
    ['no rate', setup('sgd'), { groups: [{ hyper: {}, params: [] }] }, /no default for lr/],
  ])('refuses %s', async (_, base, patch, message) => {
    await expect(subject.open({ ...base, ...patch })).rejects.toThrow(message)
  })
})

// When one of these fails, TensorFlow.js was mended: take the deviation off the list of known ones.
describe('known deviations of TensorFlow.js 4.22', () => {
  const play = async (family: string, hyper: HyperValues, ...steps: Float64Array[]) => {
    const { groups, ...rest } = setup(family, [1, 0.25])
    const run = await subject.open({ ...rest, groups: [{ params: groups[0]!.params, hyper }] })
    const x = []
    for (const g of steps) x.push((await run.step([g]))![0])
    await run.close!()
    return x
  }
  const steps = [gradient(1, 1e-4), gradient(-2, 3), gradient(0.1, 1e6)]

  it('tf.train.adadelta is gradient descent to the bit: it divides by the accumulator of the step before', async () => {
    expect(await play('adadelta', { lr: 0.5, rho: 0.95, eps: 1e-6 }, ...steps)).toEqual(
      await play('sgd', { lr: 0.5 }, ...steps),
    )
  })

  it('centered tf.train.rmsprop gives NaN for a zero gradient: it subtracts epsilon inside the root', async () => {
    const hyper = { lr: 0.1, alpha: 0.9, momentum: 0, eps: 1e-7, centered: true }
    expect((await play('rmsprop', hyper, gradient(0, 1)))[0]![0]).toBeNaN()
  })
})

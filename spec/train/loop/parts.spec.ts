import { beforeAll, describe, expect, it } from 'vitest'
import { momentsOf, standardTable } from '../../../src/train/data/batches.ts'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { wasm } from '../../../src/train/engines/wasm/index.ts'
import { evaluate } from '../../../src/train/loop/evaluate.ts'
import { BatchGradient } from '../../../src/train/loop/gradient.ts'
import { gradientNoise } from '../../../src/train/loop/norms.ts'
import { planRun } from '../../../src/train/loop/plan.ts'
import type { RunSpec } from '../../../src/train/loop/run.ts'
import { schedules } from '../../../src/train/loop/schedule.ts'
import { buildNetwork } from '../../../src/train/models/build.ts'
import { Model } from '../../../src/train/models/model.ts'

const u = 2 ** -24
const data = syntheticImages(2, { train: 60, test: 20 })
const all = Uint32Array.from({ length: 60 }, (_, i) => i)
const table = standardTable(momentsOf(data.train, all))
const pass = { maskSeed: 1, learn: false }
let engine: Engine
beforeAll(async () => {
  engine = await wasm()
})

describe('schedules', () => {
  it.each([
    ['constant', 7, 10, 1],
    ['cosine', 0, 100, 1],
    ['cosine', 50, 100, 0.5],
    ['cosine', 25, 100, (1 + Math.SQRT1_2) / 2],
    // Five steps of warm-up: 1/6 to 5/6, then the cosine from 1 on, of which half is over at step 5 + 47.5.
    ['warmup-cosine', 0, 100, 1 / 6],
    ['warmup-cosine', 4, 100, 5 / 6],
    ['warmup-cosine', 5, 100, 1],
  ] as const)('%s at step %i of %i is %f of the rate', (id, step, steps, share) => {
    expect(Math.abs(schedules[id](step, steps) - share)).toBeLessThan(4 * Number.EPSILON)
  })
})

describe('a plan', () => {
  const run: RunSpec = { model: 'mlp', rule: 'adam', batch: 10, epochs: 2, seed: 3, evaluate: 'validation' }

  it('sets a tenth of the images aside for validation, and trains on the rest in the order of its seed', () => {
    const plan = planRun(data, run)
    expect([plan.train.length, plan.held.indices.length, plan.stepsPerEpoch, plan.steps]).toEqual([54, 6, 6, 12])
    expect(new Set([...plan.train, ...plan.held.indices]).size).toBe(60)
    expect(plan.order(1).toSorted().join()).toBe(plan.train.join())
    expect(planRun(data, { ...run, seed: 4 }).train.join()).toBe(plan.train.join())
    expect(
      planRun(data, { ...run, seed: 4 })
        .order(1)
        .join(),
    ).not.toBe(plan.order(1).join())
  })

  it('trains on all images for the test, or on a share of them', () => {
    const plan = planRun(data, { ...run, evaluate: 'test' })
    expect([plan.train.length, plan.held.images, plan.held.indices.length]).toEqual([60, data.test, 20])
    expect(planRun(data, { ...run, subset: 20, batch: 'full' })).toMatchObject({ batch: 20, steps: 2 })
  })

  it('measures on fewer images where that was asked, of those set aside and of those trained on', () => {
    const plan = planRun(data, { ...run, evaluate: 'test', measured: 10 })
    expect([plan.held.indices.length, plan.trainSample.length, plan.train.length]).toEqual([10, 10, 60])
    expect(planRun(data, { ...run, evaluate: 'test' }).held.indices).toHaveLength(20)
  })

  it('completes the hyper-parameters, and tells the rate of every step', () => {
    const plan = planRun(data, { ...run, hyper: { lr: 0.5 }, schedule: 'cosine' })
    expect(plan.hyper).toMatchObject({ lr: 0.5, beta1: 0.9, beta2: 0.999 })
    expect(plan.rule.id).toBe('adam/kingma-ba')
    expect([plan.rate(0), plan.rate(6)]).toEqual([0.5, 0.25])
    expect(planRun(data, { ...run, rule: 'adadelta/zeiler' }).rate(0)).toBeUndefined()
  })
})

describe('the gradient of a batch', () => {
  const gradientsOf = async (chunk: number, indices = all, l2 = 0) => {
    const model = new Model(engine, buildNetwork('softmax', { l2 }), 5)
    const { loss, gradients } = await new BatchGradient(engine, model, data.train, table, chunk).of(indices, pass)
    const found = [...gradients].map(([name, each]): [string, Float32Array] => [name, each.dataSync() as Float32Array])
    const weights = model.variables.get('output.weight')!.dataSync().slice() as Float32Array
    const result = { loss: loss.dataSync()[0]!, gradients: new Map(found), weights }
    for (const each of [loss, ...gradients.values()]) each.dispose()
    model.dispose()
    return result
  }

  it('is the same in chunks of any size, but for the order of its sums', async () => {
    const whole = await gradientsOf(60)
    const chunks = await gradientsOf(7)
    const single = await Promise.all([...all].map(async i => (await gradientsOf(1, Uint32Array.of(i))).gradients))
    for (const name of ['output.weight', 'output.bias']) {
      for (const [i, g] of whole.gradients.get(name)!.entries()) {
        // The mean of 60 terms, in two orders, each rounded less than 60 times; terms have a dozen roundings of their own.
        const size = single.reduce((sum, each) => sum + Math.abs(each.get(name)![i]!), 0) / 60
        expect(Math.abs(g - chunks.gradients.get(name)![i]!)).toBeLessThanOrEqual(2 * 72 * u * size)
      }
    }
    expect(Math.abs(whole.loss - chunks.loss)).toBeLessThan(2 * 72 * u * whole.loss)
  })

  it('has l2 times the weights in it, and nothing for biases', async () => {
    const without = await gradientsOf(60)
    const penalised = await gradientsOf(60, all, 0.25)
    expect(penalised.gradients.get('output.bias')).toEqual(without.gradients.get('output.bias'))
    expect(penalised.gradients.get('output.weight')).toEqual(
      without.gradients.get('output.weight')!.map((g, i) => Math.fround(g + Math.fround(0.25 * without.weights[i]!))),
    )
    expect(penalised.loss).toBe(without.loss)
  })

  it('scatters as much as its noise says', async () => {
    const model = new Model(engine, buildNetwork('softmax'), 5)
    const gradient = new BatchGradient(engine, model, data.train, table, 4)
    const each = await Promise.all([...all].map(i => gradientsOf(1, Uint32Array.of(i))))
    const single = each.map(({ gradients }) => [...gradients.values()].flatMap(values => [...values]))
    const mean = single[0]!.map((_, i) => single.reduce((sum, each) => sum + each[i]!, 0) / 60)
    const square = mean.reduce((sum, value) => sum + value * value, 0)
    const scatter =
      single.reduce((sum, each) => sum + each.reduce((s, value, i) => s + (value - mean[i]!) ** 2, 0), 0) / 60
    const estimates = []
    for (let seed = 0; seed < 12; seed++)
      estimates.push(await gradientNoise(engine, gradient, all, { batch: 4, count: 20, seed }))
    model.dispose()
    const within = (found: number[], expected: number): void => {
      const average = found.reduce((a, b) => a + b, 0) / found.length
      const variance = found.reduce((sum, each) => sum + (each - average) ** 2, 0) / (found.length - 1)
      // Five standard errors, estimated from the same twelve.
      expect(Math.abs(average - expected)).toBeLessThan(5 * Math.sqrt(variance / found.length))
    }
    within(
      estimates.map(each => each.variance),
      scatter / 4,
    )
    within(
      estimates.map(each => each.square),
      square,
    )
  })
})

describe('evaluation', () => {
  it('of logits that are all alike: the loss is ln 10, and a tie is no hit', async () => {
    const zeros = new Map([
      ['output.weight', new Float32Array(30_720)],
      ['output.bias', new Float32Array(10)],
    ])
    const model = new Model(engine, buildNetwork('softmax'), zeros)
    const { loss, accuracy } = await evaluate(engine, model, data.train, all, table)
    expect(Math.abs(loss - Math.log(10))).toBeLessThan(60 * Number.EPSILON * Math.log(10))
    expect(accuracy).toBe(0)
    model.dispose()
  })

  it('of a model that always says 3: right for the tenth that is', async () => {
    const bias = Float32Array.from({ length: 10 }, (_, label) => (label === 3 ? 2 : 0))
    const weights = new Map([
      ['output.weight', new Float32Array(30_720)],
      ['output.bias', bias],
    ])
    const model = new Model(engine, buildNetwork('softmax'), weights)
    const { loss, accuracy } = await evaluate(engine, model, data.train, all, table)
    // log(9 + e^2), less 2 for a tenth of the images.
    const expected = Math.log(9 + Math.exp(2)) - 0.2
    expect(Math.abs(loss - expected)).toBeLessThan(60 * Number.EPSILON * expected)
    expect(accuracy).toBe(0.1)
    model.dispose()
  })
})

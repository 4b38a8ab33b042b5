import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { wasm } from '../../../src/train/engines/wasm/index.ts'
import type { Measurement, RunSpec } from '../../../src/train/loop/run.ts'
import { type TrainOptions, train } from '../../../src/train/loop/train.ts'
import { buildNetwork } from '../../../src/train/models/build.ts'
import type { Remedies } from '../../../src/train/models/spec.ts'
import { initialWeights } from '../../../src/train/models/weights.ts'
import { compareWithPytorch, judged, limitFor } from '../../../src/train/pytorch/compare.ts'
import { type PytorchTrainer, pytorchTrainer } from '../../../src/train/pytorch/trainer.ts'
import { python } from './here.ts'

const data = syntheticImages(1, { train: 200, test: 50 })
const u = 2 ** -24
const patience = 120_000

type Weights = ReadonlyMap<string, ArrayLike<number>>
const norm = (values: Iterable<number>): number => Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0))
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => Array.from(a, (value, i) => value - b[i]!)

describe.skipIf(python === undefined)('the same run in Lockstep and in PyTorch', { timeout: patience }, () => {
  let engine: Engine
  let trainer: PytorchTrainer
  beforeAll(async () => {
    engine = await wasm()
    trainer = await pytorchTrainer({ python: python!, data, threads: 1 })
  }, patience)

  /** Losses of the steps, everything that was measured, and the trained weights. */
  async function both(run: RunSpec, options: Pick<TrainOptions, 'gradientNorms' | 'gradientNoise' | 'chunk'> = {}) {
    const collected = async (measurements: AsyncIterable<Measurement>): Promise<Measurement[]> => {
      const found: Measurement[] = []
      for await (const each of measurements) found.push(each)
      return found
    }
    const weights: Weights[] = []
    const own = await collected(
      train(engine, data, run, {
        ...options,
        everyLoss: true,
        onEnd: async model => {
          const values = [...model.variables].map(
            async ([name, tensor]) => [name, (await tensor.data()).slice()] as const,
          )
          weights.push(new Map(await Promise.all(values)))
        },
      }),
    )
    const theirs = await collected(
      trainer.train(run, { ...options, everyLoss: true, onEnd: each => weights.push(each) }),
    )
    return { own, theirs, weights }
  }

  /**
   * What rounding may change, relative and to first order: each layer errs by the roundings of its longest sum, whose errors
   * are of independent sign and so grow with the root of the number of terms (Higham & Mary 2019, theorem 2.4), and two
   * implementations are compared. A gradient goes through the layers twice. `layers` counts convolutions, normalizations,
   * dense layers and the loss; the longest sum of a loss is that of a dense layer's inputs, that of a gradient the places of
   * a batch at the first filter, or its examples.
   */
  const allowed = (layers: number, longest: number): number => 2 * layers * Math.sqrt(longest) * u

  const batch = 20
  it.each<[string, string, Partial<Remedies>, { layers: number; inputs: number; places: number }]>([
    ['softmax regression', 'softmax', {}, { layers: 2, inputs: 3072, places: 3072 }],
    [
      'a perceptron',
      'mlp',
      { activation: 'sigmoid', initialization: 'xavier' },
      { layers: 4, inputs: 3072, places: 3072 },
    ],
    ['two convolutions', 'conv2', {}, { layers: 5, inputs: 1024, places: batch * 1024 }],
    [
      'with all remedies',
      'conv2',
      { batchNorm: true, dropout: 0.5, l2: 0.01 },
      { layers: 8, inputs: 1024, places: batch * 1024 },
    ],
  ])('%s: the loss and the gradient of the first step agree within rounding', async (_, model, remedies, size) => {
    // A rate of 1, so that the weights move by the gradient itself.
    const run: RunSpec = {
      model,
      remedies,
      rule: 'sgd/pytorch',
      hyper: { lr: 1 },
      batch,
      epochs: 1,
      steps: 1,
      seed: 3,
      evaluate: 'test',
    }
    const { own, theirs, weights } = await both({ ...run, augment: true })
    const [ours, pytorch] = [own, theirs].map(found => found.find(({ metric }) => metric === 'batch_loss')!.value)
    expect(Math.abs(ours! / pytorch! - 1)).toBeLessThanOrEqual(allowed(size.layers, size.inputs))
    for (const [name, start] of initialWeights(buildNetwork(model, remedies), run.seed)) {
      const [a, b] = weights.map(each => each.get(name)!)
      const moved = norm(difference(a!, start))
      // Weights are rounded when they have moved, in both.
      const rounded = 2 * u * norm(Array.from(a!))
      expect(moved).toBeGreaterThan(0)
      expect([name, norm(difference(a!, b!)) <= 2 * allowed(size.layers, size.places) * moved + rounded]).toEqual([
        name,
        true,
      ])
    }
  })

  it('measures the same things, in the same order, and in chunks', async () => {
    const run: RunSpec = {
      model: 'mlp',
      remedies: { dropout: 0.3, activation: 'sigmoid', initialization: 'xavier', batchNorm: true },
      rule: 'momentum/pytorch',
      hyper: { lr: 0.01 },
      schedule: 'warmup-cosine',
      batch: 60,
      epochs: 2,
      seed: 2,
      evaluate: 'validation',
    }
    const { own, theirs } = await both(run, { gradientNorms: 2, gradientNoise: 3, chunk: 25 })
    const untimed = (found: readonly Measurement[]) => found.filter(({ metric }) => metric !== 'images_per_second')
    const named = (found: readonly Measurement[]) => untimed(found).map(({ value: _, ...rest }) => rest)
    expect(named(theirs)).toEqual(named(own))
    // 6 steps of a smooth net, there and back; a moment more for each. The square of a mean is a difference of sums.
    const steps = 6
    for (const [k, { metric, value }] of untimed(own).entries()) {
      const theirValue = untimed(theirs)[k]!.value
      if (metric !== 'gradient_square')
        expect([metric, Math.abs(value / theirValue - 1) <= steps * 2 * allowed(6, 3072)]).toEqual([metric, true])
      if (metric === 'lr') expect(theirValue).toBe(value)
    }
  })

  it('stays as near to PyTorch as PyTorch in float32 is to itself in float64', async () => {
    const run = { model: 'conv2', rule: 'adam/pytorch', batch: 20, epochs: 1, evaluate: 'test' } as const
    const { steps, losses, ratio, limit, agrees } = await compareWithPytorch(engine, trainer, data, run, {
      seeds: [1, 2],
      steps: 8,
    })
    expect(losses.map(({ seed, step }) => `${seed} ${step}`)).toEqual(
      [1, 2].flatMap(seed => [1, 2, 3, 4, 5, 6, 7, 8].map(step => `${seed} ${step}`)),
    )
    expect(steps).toHaveLength(8)
    expect(limit).toBe(limitFor(2))
    expect(ratio).toBeLessThanOrEqual(limit)
    expect(agrees).toBe(true)
  })

  it('is told from PyTorch with another decay of the second moment', async () => {
    const other: PytorchTrainer = {
      ...trainer,
      train: (run, options) => trainer.train({ ...run, hyper: { ...run.hyper, beta2: 0.998 } }, options),
    }
    const run = { model: 'mlp', rule: 'adam/pytorch', batch: 20, epochs: 1, evaluate: 'test' } as const
    const { ratio, limit, agrees } = await compareWithPytorch(engine, other, data, run, { seeds: [1, 2], steps: 8 })
    expect(ratio).toBeGreaterThan(limit)
    expect(agrees).toBe(false)
  })
})

describe('a comparison', () => {
  /** Losses that are off by so many units of rounding; Lockstep's by seed. */
  const off = (ours: readonly number[], theirs: number) =>
    ours.flatMap((own, seed) =>
      [1, 2, 3].map(step => ({ seed, step, lockstep: 2 + 2 * own * u, pytorch: 2 - 2 * theirs * u, exact: 2 })),
    )

  it('agrees where both are as far from float64, and does not where Lockstep is far farther', () => {
    expect(judged(off([4, 4, 4, 4, 4], 4))).toMatchObject({ ratio: 1, agrees: true })
    expect(judged(off([80, 80, 80, 80, 80], 4))).toMatchObject({ ratio: 20, agrees: false })
    const [first] = judged(off([24, 24, 24, 24, 24], 4)).steps
    expect(first).toEqual({ step: 1, difference: 56 * u, relative: 28 * u, lockstepError: 24 * u, pytorchError: 4 * u })
  })

  it('is not decided by two seeds of five whose runs part, and names them; by three it is', () => {
    const two = judged(off([4, 4000, 4, 4000, 4], 4))
    expect(two).toMatchObject({ ratio: 1, agrees: true })
    expect(two.bySeed.map(({ ratio }) => ratio)).toEqual([1, 1000, 1, 1000, 1])
    expect(judged(off([4, 4000, 4000, 4000, 4], 4))).toMatchObject({ ratio: 1000, agrees: false })
  })

  it('takes no error for less than the rounding of a loss, and nothing for agreement', () => {
    expect(judged(off([1, 1, 1], 0)).ratio).toBe(1)
    expect(judged([])).toMatchObject({ agrees: false })
  })

  it('has a limit that two equal normal errors exceed in 1 of 1,000', () => {
    // One seed: P(|Cauchy| > c) = 2 / pi * atan(1 / c); two: both beyond it; three: 3 p^2 - 2 p^3.
    const beyond = (c: number): number => (2 / Math.PI) * Math.atan(1 / c)
    expect(beyond(limitFor(1))).toBeCloseTo(1e-3, 12)
    expect(beyond(limitFor(2)) ** 2).toBeCloseTo(1e-3, 12)
    const p = beyond(limitFor(3))
    expect(3 * p ** 2 - 2 * p ** 3).toBeCloseTo(1e-3, 12)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { wasm } from '../../../src/train/engines/wasm/index.ts'
import type { Measurement, RunSpec } from '../../../src/train/loop/run.ts'
import { type TrainOptions, train } from '../../../src/train/loop/train.ts'

const data = syntheticImages(1, { train: 400, test: 100 })
let engine: Engine
beforeAll(async () => {
  engine = await wasm()
})

const base: RunSpec = {
  model: 'softmax',
  rule: 'sgd/lecture',
  hyper: { lr: 0.01 },
  batch: 32,
  epochs: 2,
  seed: 1,
  evaluate: 'validation',
}

async function figures(run: Partial<RunSpec> = {}, options: TrainOptions = {}): Promise<Measurement[]> {
  const found: Measurement[] = []
  for await (const each of train(engine, data, { ...base, ...run }, options)) found.push(each)
  return found
}
const values = (found: readonly Measurement[], metric: string): number[] =>
  found.filter(each => each.metric === metric).map(({ value }) => value)
const withoutTime = (found: readonly Measurement[]) => found.filter(({ metric }) => metric !== 'images_per_second')

describe('a run', () => {
  it('measures loss and accuracy after every epoch, and the loss on the way', async () => {
    const found = await figures({ epochs: 2 })
    // 360 images are left to train on: 12 steps an epoch.
    expect(found.map(({ epoch, step, metric }) => `${epoch} ${step} ${metric}`)).toEqual(
      [1, 2].flatMap(epoch =>
        [
          'batch_loss',
          'images_per_second',
          'lr',
          'train_loss',
          'train_accuracy',
          'validation_loss',
          'validation_accuracy',
        ].map(metric => `${epoch} ${12 * epoch} ${metric}`),
      ),
    )
    expect(found.every(({ seed, value }) => seed === 1 && Number.isFinite(value))).toBe(true)
  })

  it('learns: the loss falls below that of guessing', async () => {
    const found = await figures({ model: 'conv2', rule: 'adam/pytorch', hyper: { lr: 0.01 }, epochs: 3, batch: 36 })
    expect(values(found, 'train_loss').at(-1)).toBeLessThan(Math.log(10))
    expect(values(found, 'train_accuracy').at(-1)).toBeGreaterThan(0.2)
  }, 60_000)

  it('gives the same figures for the same seed, and others for another', async () => {
    const run = { model: 'mlp', remedies: { dropout: 0.2, batchNorm: true }, augment: true, epochs: 1, subset: 100 }
    const first = withoutTime(await figures(run))
    expect(withoutTime(await figures(run))).toEqual(first)
    expect(values(await figures({ ...run, seed: 2 }), 'train_loss')).not.toEqual(values(first, 'train_loss'))
  })

  it('does not depend on what is watched', async () => {
    const watched = await figures({}, { everyLoss: true, window: 3, gradientNorms: 1, gradientNoise: 3 })
    expect(values(watched, 'validation_loss')).toEqual(values(await figures(), 'validation_loss'))
    expect(watched.filter(({ metric }) => metric === 'batch_loss').map(({ step }) => step)).toEqual(
      Array.from({ length: 24 }, (_, k) => k + 1),
    )
    expect(values(watched, 'gradient_norm/output.weight')).toHaveLength(24)
    expect(values(watched, 'gradient_noise').every(value => value > 0)).toBe(true)
  })

  it('ends after so many steps, even within an epoch', async () => {
    const found = await figures({ steps: 15, epochs: 9 })
    expect(found.at(-1)).toMatchObject({ epoch: 2, step: 15, metric: 'validation_accuracy' })
  })

  it('is measured on the test images, after training on all others', async () => {
    const found = await figures({ evaluate: 'test', epochs: 1, batch: 100 })
    expect(found.at(-1)).toMatchObject({ step: 4, metric: 'test_accuracy' })
  })

  it('with a full batch makes one step an epoch', async () => {
    const found = await figures({ batch: 'full', epochs: 3 }, { chunk: 50 })
    expect(found.filter(({ metric }) => metric === 'batch_loss').map(({ step }) => step)).toEqual([1, 2, 3])
  })

  it('starts from given weights, and hands over what it made of them', async () => {
    const weights = new Map([
      ['output.weight', new Float32Array(30_720)],
      ['output.bias', new Float32Array(10)],
    ])
    let bias: number[] = []
    const onEnd: TrainOptions['onEnd'] = model => {
      bias = [...model.variables.get('output.bias')!.dataSync()]
    }
    const [first] = await figures({ steps: 1 }, { weights, onEnd })
    // Ten equal logits: ln 10, after a dozen roundings.
    expect(Math.abs(first!.value - Math.log(10))).toBeLessThan(12 * 2 ** -24 * Math.log(10))
    expect(bias.some(value => value !== 0)).toBe(true)
  })
})

describe('a rule that looks ahead', () => {
  it('has its gradients taken there: the lecture’s NAG and PyTorch’s shifted form see the same losses', async () => {
    const common = { steps: 8, epochs: 1, batch: 40 }
    const options = { everyLoss: true }
    const lecture = values(
      await figures({ ...common, rule: 'nesterov/lecture', hyper: { lr: 1e-3, gamma: 0.9 } }, options),
      'batch_loss',
    )
    const pytorch = values(
      await figures({ ...common, rule: 'nesterov/pytorch', hyper: { lr: 1e-3, momentum: 0.9 } }, options),
      'batch_loss',
    )
    const plain = values(
      await figures({ ...common, rule: 'momentum/lecture', hyper: { lr: 1e-3, gamma: 0.9 } }, options),
      'batch_loss',
    )
    // Each weight is rounded about ten times a step; a logit adds 3,072 of them, whose errors add up like a random walk.
    const allowed = (step: number): number => 10 * step * Math.sqrt(3072) * 2 ** -24
    for (const [k, loss] of lecture.entries())
      expect(Math.abs(loss - pytorch[k]!)).toBeLessThan(allowed(k + 1) * pytorch[k]!)
    expect(Math.abs(plain[7]! - pytorch[7]!)).toBeGreaterThan(10 * allowed(8) * pytorch[7]!)
  })
})

describe('a rule of the user’s', () => {
  it('trains from its text', async () => {
    const rule = "id: mine\nhyper:\n  lr: { default: '0.01' }\nstep: x = x - lr * g\n"
    const own = withoutTime(await figures({ rule, hyper: {} }))
    expect(own).toEqual(withoutTime(await figures()))
  })
})

describe('a loss that is not finite', () => {
  it('is a result: the run ends with it, at its step', async () => {
    const found = await figures({ hyper: { lr: 1e38 }, epochs: 3 }, { everyLoss: true, window: 5 })
    const last = found.at(-1)!
    expect(last).toMatchObject({ epoch: 1, metric: 'diverged', value: 1 })
    expect(found.slice(0, -1).every(({ value, step }) => Number.isFinite(value) && step < last.step)).toBe(true)
    expect(values(found, 'validation_loss')).toEqual([])
  })
})

describe('memory', () => {
  const tensors = (): number => engine.tf.memory().numTensors

  it.each<[string, Partial<RunSpec>]>([
    ['plain', {}],
    ['every remedy', { model: 'mlp', remedies: { batchNorm: true, dropout: 0.5, l2: 1e-3 }, rule: 'adam/pytorch' }],
    ['look-ahead', { rule: 'nesterov/lecture' }],
    ['full batch in chunks', { batch: 'full' }],
  ])('stays flat over epochs, and is given back: %s', async (_, run) => {
    const before = tensors()
    const after: number[] = []
    const options = { chunk: 64, gradientNorms: 2, gradientNoise: 2 }
    for await (const { metric } of train(engine, data, { ...base, subset: 120, ...run, epochs: 4 }, options))
      if (metric === 'validation_accuracy') after.push(tensors())
    expect(after).toHaveLength(4)
    expect(new Set(after).size).toBe(1)
    expect(tensors()).toBe(before)
  })

  it('is given back where the run is stopped, left, or diverges', async () => {
    const before = tensors()
    const controller = new AbortController()
    const onStep = (step: number): void => {
      if (step === 3) controller.abort(new Error('enough'))
    }
    await expect(figures({}, { signal: controller.signal, onStep })).rejects.toThrow('enough')
    expect(tensors()).toBe(before)
    const late = AbortSignal.timeout(300)
    const long = { batch: 'full', epochs: 1000, model: 'mlp' } as const
    await expect(figures(long, { signal: late, chunk: 10 })).rejects.toThrow('timeout')
    expect(tensors()).toBe(before)
    for await (const _ of train(engine, data, base, { everyLoss: true, window: 1, gradientNorms: 1 })) break
    expect(tensors()).toBe(before)
    await figures({ hyper: { lr: 1e38 } }, { gradientNorms: 1 })
    expect(tensors()).toBe(before)
  })
})

describe('what cannot be run is refused in words', () => {
  it.each<[string, Partial<RunSpec>, string]>([
    ['model', { model: 'resnet' }, "no model 'resnet'"],
    ['rule', { rule: 'adamm' }, "no rule 'adamm'. Did you mean adam"],
    ['hyper-parameter', { hyper: { momentum: 1 } }, "no hyper-parameter 'momentum'"],
    ['schedule of a rule without a rate', { rule: 'adadelta/zeiler', hyper: {}, schedule: 'cosine' }, 'has no rate'],
    ['schedule', { schedule: 'linear' as never }, 'schedule: expected constant, cosine, warmup-cosine, got "linear"'],
    ['batch', { batch: 0 }, "batch: expected a whole number from 1 on, or 'full', got 0"],
    ['epochs', { epochs: 1.5 }, 'epochs: expected a whole number from 1 on, got 1.5'],
    ['seed', { seed: -1 }, 'seed: expected'],
    ['evaluate', { evaluate: 'train' as never }, "evaluate: expected 'validation' or 'test'"],
    ['one example and batch normalization', { batch: 1, remedies: { batchNorm: true } }, 'a batch of 1'],
  ])('%s', async (_, run, message) => {
    const before = engine.tf.memory().numTensors
    await expect(figures(run)).rejects.toThrow(message)
    expect(engine.tf.memory().numTensors).toBe(before)
  })

  it('weights of another size', async () => {
    const weights = new Map([['output.weight', new Float32Array(7)]])
    const message = 'weights: expected 30720 numbers for output.weight [3072, 10], got 7'
    await expect(figures({}, { weights })).rejects.toThrow(message)
  })
})

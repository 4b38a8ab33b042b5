import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { Model } from '../../../src/train/models/model.ts'
import { type Network, plain } from '../../../src/train/models/spec.ts'
import { cpuEngine } from '../cpu-engine.ts'

const u = 2 ** -24
let engine: Engine
beforeAll(async () => {
  engine = await cpuEngine()
})

let before = 0
beforeEach(() => {
  before = engine.tf.memory().numTensors
})
afterEach(() => expect(engine.tf.memory().numTensors).toBe(before))

const small = (layers: Network['layers'], remedies = plain): Network => ({
  model: 'small',
  input: [4, 4, 2],
  remedies,
  layers: [...layers, { kind: 'flatten' }, { kind: 'dense', name: 'output', units: 3, bias: true }],
})
const conv = { kind: 'conv', name: 'conv1', filters: 3, kernel: 3, stride: 1, bias: true } as const
const sigmoid = { kind: 'activation', activation: 'sigmoid' } as const
const norm = { kind: 'norm', name: 'norm1', epsilon: 1e-5, momentum: 0.1 } as const

/** Six images of whole numbers, the same in every run, with three classes. */
function batch() {
  const { tf } = engine
  const values = Float32Array.from({ length: 6 * 32 }, (_, i) => ((i * 7919) % 13) / 4 - 1.5)
  return { x: tf.tensor4d(values, [6, 4, 4, 2]), y: tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32') }
}

/** The loss and the gradients of a batch, as numbers. */
function measured(model: Model, maskSeed = 1, points?: Map<string, Float32Array>) {
  const { tf } = engine
  const { x, y } = batch()
  const tensors = points && new Map([...points].map(([n, v]) => [n, tf.tensor(v, model.variables.get(n)!.shape)]))
  const { loss, gradients } = model.gradients(x, y, { maskSeed, learn: false }, tensors)
  const result = {
    loss: loss.dataSync()[0]!,
    gradients: new Map([...gradients].map(([name, each]) => [name, each.dataSync() as Float32Array])),
  }
  for (const each of [x, y, loss, ...gradients.values(), ...(tensors?.values() ?? [])]) each.dispose()
  return result
}

describe('the gradient of a network is the slope of its loss', () => {
  it.each<[string, Network]>([
    ['softmax regression', small([])],
    ['convolution', small([conv, sigmoid])],
    ['convolution with stride 2', small([{ ...conv, stride: 2 }, sigmoid])],
    ['convolution and pooling', small([conv, sigmoid, { kind: 'pool', size: 2 }])],
    ['batch normalization', small([{ ...conv, bias: false }, norm, sigmoid])],
    ['dropout', small([conv, sigmoid, { kind: 'dropout', name: 'drop', rate: 0.4 }])],
  ])('%s', (_, network) => {
    const model = new Model(engine, network, 3)
    const start = new Map([...model.variables].map(([name, v]) => [name, (v.dataSync() as Float32Array).slice()]))
    const { loss, gradients } = measured(model)
    for (const [name, gradient] of gradients) {
      const norm2 = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
      const along = (h: number): number => {
        const moved = start.get(name)!.map((w, i) => w + (h * gradient[i]!) / norm2)
        return measured(model, 1, new Map(start).set(name, moved)).loss
      }
      const slope = (h: number): number => (along(h) - along(-h)) / (2 * h)
      const h = 2 ** -5
      const [coarse, fine] = [slope(h), slope(h / 2)]
      // The central difference is off by a multiple of h^2, which both together give; a loss of some hundred operations is
      // rounded by far less than 64 units, and the difference divides that by h.
      const allowed = 2 * Math.abs(coarse - fine) + (64 * u * loss) / h
      expect(Math.abs(fine - norm2)).toBeLessThan(allowed)
      expect(norm2).toBeGreaterThan(3 * allowed)
    }
    model.dispose()
  })

  it('of logits that are all alike is (1/3 - one hot) / batch, and the loss is ln 3', () => {
    const model = new Model(
      engine,
      small([]),
      new Map([
        ['output.weight', new Float32Array(96)],
        ['output.bias', new Float32Array(3)],
      ]),
    )
    const { loss, gradients } = measured(model)
    expect(Math.abs(loss - Math.log(3))).toBeLessThan(4 * u * Math.log(3))
    // Two images of each of three classes: 6/3 - 2 = 0.
    for (const g of gradients.get('output.bias')!) expect(Math.abs(g)).toBeLessThan(4 * u)
    model.dispose()
  })
})

describe('batch normalization', () => {
  it('learns its moments a tenth at a time, the variance over one less, and uses them in evaluation', () => {
    const { tf } = engine
    const network: Network = { ...small([norm]), input: [1, 2, 1] }
    const model = new Model(engine, network, 1)
    const x = tf.tensor4d([1, 2, 3, 6], [2, 1, 2, 1])
    const y = tf.tensor1d([0, 1], 'int32')
    const { loss, gradients } = model.gradients(x, y, { maskSeed: 1, learn: true })
    for (const each of [loss, ...gradients.values()]) each.dispose()
    // Mean 3, squares of the deviations 4 + 1 + 0 + 9 = 14, over 4 - 1.
    const [mean, variance] = [0.1 * 3, 0.9 * 1 + (0.1 * 14) / 3]
    const moments = model.moments('norm1')
    expect(Math.abs(moments.mean.dataSync()[0]! - mean)).toBeLessThan(4 * u * mean)
    expect(Math.abs(moments.variance.dataSync()[0]! - variance)).toBeLessThan(4 * u * variance)
    const logits = tf.tidy(() => [...model.evaluate(x).dataSync()])
    const [w, b] = ['output.weight', 'output.bias'].map(name => [...model.variables.get(name)!.dataSync()])
    const normalised = [1, 2, 3, 6].map(value => (value - mean) / Math.sqrt(variance + 1e-5))
    const expected = [0, 1].flatMap(k =>
      [0, 1, 2].map(c => normalised[2 * k]! * w![c]! + normalised[2 * k + 1]! * w![3 + c]! + b![c]!),
    )
    const size = Math.max(...normalised.map(Math.abs)) * Math.max(...w!.map(Math.abs))
    // About ten operations on numbers no larger than `size`, and the moments as above.
    for (const [k, logit] of logits.entries()) expect(Math.abs(logit - expected[k]!)).toBeLessThan(20 * u * size)
    x.dispose()
    y.dispose()
    model.dispose()
  })

  it('learns nothing where it is not to', () => {
    const model = new Model(engine, small([norm]), 1)
    measured(model)
    expect([...model.moments('norm1').mean.dataSync()]).toEqual([0, 0])
    model.dispose()
  })
})

describe('dropout', () => {
  const network = small([sigmoid, { kind: 'dropout', name: 'drop', rate: 0.25 }])

  it('is the same for the same seed, another for another, and none in evaluation', () => {
    const model = new Model(engine, network, 1)
    const text = (seed: number): string => [...measured(model, seed).gradients.get('output.weight')!].join()
    expect(text(1)).toBe(text(1))
    expect(text(1)).not.toBe(text(2))
    const without = new Model(engine, small([sigmoid]), 1)
    const logits = [model, without].map(each => {
      const { x, y } = batch()
      const values = engine.tf.tidy(() => [...each.evaluate(x).dataSync()])
      x.dispose()
      y.dispose()
      return values.join()
    })
    expect(logits[0]).toBe(logits[1])
    model.dispose()
    without.dispose()
  })

  it('drops its share, and makes up for it with the rest', () => {
    const { tf } = engine
    const wide: Network = { ...small([{ kind: 'dropout', name: 'drop', rate: 0.25 }]), input: [100, 100, 1] }
    const model = new Model(engine, wide, 1)
    const x = tf.ones([1, 100, 100, 1])
    const y = tf.tensor1d([0], 'int32')
    const { loss, gradients } = model.gradients(x, y, { maskSeed: 5, learn: false })
    const [weights, bias] = ['output.weight', 'output.bias'].map(name => gradients.get(name)!.dataSync())
    // The gradient of a weight is its input times that of the bias.
    const inputs = Array.from({ length: 10_000 }, (_, i) => weights![3 * i]! / bias![0]!)
    const dropped = inputs.filter(value => value === 0).length
    // Binomial: five standard deviations of sqrt(10,000 / 4 * 3 / 4).
    expect(Math.abs(dropped - 2500)).toBeLessThan(5 * Math.sqrt(1875))
    for (const value of inputs) if (value !== 0) expect(Math.abs(value - 4 / 3)).toBeLessThan(4 * u * 2)
    for (const each of [x, y, loss, ...gradients.values()]) each.dispose()
    model.dispose()
  })
})

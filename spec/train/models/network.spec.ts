import { describe, expect, it } from 'vitest'
import { buildNetwork, RunError } from '../../../src/train/models/build.ts'
import type { Remedies } from '../../../src/train/models/spec.ts'
import { models } from '../../../src/train/models/table.ts'
import { initialWeights, parametersOf } from '../../../src/train/models/weights.ts'

const size = (shape: readonly number[]): number => shape.reduce((n, each) => n * each, 1)
const count = (model: string, remedies: Partial<Remedies> = {}): number =>
  parametersOf(buildNetwork(model, remedies)).reduce((sum, { shape }) => sum + size(shape), 0)

describe('the models', () => {
  // By hand: k * k * in * out + out for a convolution, in * out + out for a dense layer.
  it.each([
    ['softmax', 3072 * 10 + 10],
    ['mlp', 3072 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10],
    ['deep-mlp', 3072 * 64 + 64 + 9 * (64 * 64 + 64) + 640 + 10],
    ['conv2', 27 * 8 + 8 + 72 * 16 + 16 + 1024 * 32 + 32 + 320 + 10],
    ['conv3', 448 + 4640 + 18_496 + 65_600 + 650],
    ['conv4', 896 + 9248 + 18_496 + 36_928 + 524_416 + 1290],
  ])('%s has as many parameters as it should', (model, parameters) => {
    expect(count(model)).toBe(parameters)
  })

  it('are all counted here', () => expect(Object.keys(models)).toHaveLength(6))

  it('have a scale and an offset in place of a bias where batches are normalised', () => {
    expect(count('conv4', { batchNorm: true })).toBe(count('conv4') + 32 + 32 + 64 + 64 + 128)
  })

  it('survive JSON, with all that another framework needs to build them', () => {
    const network = buildNetwork('conv4', { batchNorm: true, dropout: 0.5, activation: 'sigmoid' })
    expect(JSON.parse(JSON.stringify(network))).toEqual(network)
    expect(network.layers.slice(0, 4)).toEqual([
      { kind: 'conv', name: 'conv1', filters: 32, kernel: 3, stride: 1, bias: false },
      { kind: 'norm', name: 'conv1.norm', epsilon: 1e-5, momentum: 0.1 },
      { kind: 'activation', activation: 'sigmoid' },
      { kind: 'conv', name: 'conv2', filters: 32, kernel: 3, stride: 1, bias: false },
    ])
    expect(network.layers.slice(-2)).toEqual([
      { kind: 'dropout', name: 'dense1.dropout', rate: 0.5 },
      { kind: 'dense', name: 'output', units: 10, bias: true },
    ])
  })

  it.each<[string, string, Partial<Remedies>, string]>([
    ['a model that there is not', 'conv5', {}, "no model 'conv5'. Did you mean conv"],
    ['a name of the host language', 'constructor', {}, 'There is no model'],
    ['dropout of everything', 'mlp', { dropout: 1 }, 'dropout: expected a rate from 0 to below 1, got 1'],
    ['a negative penalty', 'mlp', { l2: -1 }, 'l2: expected a number from 0 on, got -1'],
    ['another activation', 'mlp', { activation: 'tanh' as never }, "expected relu or sigmoid, got 'tanh'"],
    ['another initialization', 'mlp', { initialization: 'lecun' as never }, 'expected he, xavier or naive'],
  ])('refuse %s', (_, model, remedies, message) => {
    expect(() => buildNetwork(model, remedies)).toThrow(RunError)
    expect(() => buildNetwork(model, remedies)).toThrow(message)
  })
})

describe('initial weights', () => {
  const of = (initialization: Remedies['initialization'], seed = 1) =>
    initialWeights(buildNetwork('conv4', { initialization, batchNorm: true }), seed)
  const variance = (values: Float32Array): number => values.reduce((sum, w) => sum + w * w, 0) / values.length
  // For nearly normal numbers the mean of n squares has the standard error variance * sqrt(1.9 / n); uniform: sqrt(0.8 / n).
  const slack = (n: number): number => 5 * Math.sqrt(1.9 / n)

  it.each([
    ['conv2.weight', 9 * 32, 9 * 32],
    ['conv3.weight', 9 * 32, 9 * 64],
    ['dense1.weight', 4096, 128],
  ])('%s has the variance of its initialization, within five standard errors', (name, fanIn, fanOut) => {
    const relative = (weights: Map<string, Float32Array>, expected: number): void => {
      const values = weights.get(name)!
      expect(Math.abs(variance(values) / expected - 1)).toBeLessThan(slack(values.length))
    }
    relative(of('he'), 2 / fanIn)
    relative(of('xavier'), 2 / (fanIn + fanOut))
    relative(of('naive'), 0.01 ** 2)
    const limit = Math.sqrt(6 / (fanIn + fanOut))
    expect(Math.max(...of('xavier').get('conv3.weight')!.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / (288 + 576)))
    expect(
      of('xavier')
        .get(name)!
        .every(w => Math.abs(w) <= Math.fround(limit)),
    ).toBe(true)
  })

  it('of biases and offsets are 0, of scales 1', () => {
    const weights = of('he')
    expect([...new Set(weights.get('output.bias')!)]).toEqual([0])
    expect([...new Set(weights.get('conv1.norm.offset')!)]).toEqual([0])
    expect([...new Set(weights.get('conv1.norm.scale')!)]).toEqual([1])
  })

  it('are the same for the same seed, and others for another seed or layer', () => {
    const first = (seed: number, name = 'conv2.weight'): string => of('he', seed).get(name)!.slice(0, 5).join()
    expect(first(1)).toBe(first(1))
    expect(first(1)).not.toBe(first(2))
    const scaled = (name: string, fanIn: number): string =>
      [...of('he').get(name)!.slice(0, 5)].map(w => (w * Math.sqrt(fanIn)).toFixed(4)).join()
    expect(scaled('conv2.weight', 288)).not.toBe(scaled('dense1.weight', 4096))
  })

  it('do not depend on the remedies beside them', () => {
    const plain = initialWeights(buildNetwork('conv4'), 1).get('dense1.weight')!
    expect(Buffer.from(plain.buffer).equals(Buffer.from(of('he').get('dense1.weight')!.buffer))).toBe(true)
  })
})

import { mixed, normals, words } from '../../numbers/random.ts'
import { purposes } from '../data/order.ts'
import { kindOf, type ParameterSpec } from './layers.ts'
import type { Initialization, Network, Shape } from './spec.ts'

/** The parameters of a network, from its input to its output. */
export function parametersOf({ input, layers }: Network): ParameterSpec[] {
  const found: ParameterSpec[] = []
  let shape = input
  for (const layer of layers) {
    found.push(...kindOf(layer).parameters(layer, shape))
    shape = kindOf(layer).output(layer, shape)
  }
  return found
}

/** The layers that normalise batches, each with its number of channels. */
export function normsOf({ input, layers }: Network): { name: string; channels: number; momentum: number }[] {
  let shape: Shape = input
  const norms: { name: string; channels: number; momentum: number }[] = []
  for (const layer of layers) {
    if (layer.kind === 'norm') norms.push({ name: layer.name, channels: shape.at(-1)!, momentum: layer.momentum })
    shape = kindOf(layer).output(layer, shape)
  }
  return norms
}

type Draw = (fans: ParameterSpec, seed: number) => () => number

/** Numbers that are nearly normal, with this standard deviation. */
function normal(deviation: number, seed: number): () => number {
  const stream = normals(seed)
  return () => deviation * stream.next().value
}

/** How weights are drawn, by initialization. */
const draws: Readonly<Record<Initialization, Draw>> = {
  /** He et al. 2015, equation 10: variance 2 / fan in, for rectified units. */
  he: ({ fanIn }, seed) => normal(Math.sqrt(2 / fanIn), seed),
  /** Glorot & Bengio 2010, equation 16: uniform between -/+ sqrt(6 / (fan in + fan out)). */
  xavier: ({ fanIn, fanOut }, seed) => {
    const next = words(seed)
    const limit = Math.sqrt(6 / (fanIn + fanOut))
    return () => limit * (next() / 2 ** 31 - 1)
  },
  /** What was usual before: standard deviation 0.01, whatever the size of the layer (Krizhevsky et al. 2012). */
  naive: (_, seed) => normal(0.01, seed),
}

const constants = { bias: 0, scale: 1, offset: 0 } as const

/**
 * The initial parameters of a network by name, as float32: the same for the same seed on every machine, to be exported. A
 * parameter's numbers depend on its place and size alone, so that remedies do not change those of other layers' kinds.
 */
export function initialWeights(network: Network, seed: number): Map<string, Float32Array> {
  const draw = draws[network.remedies.initialization]
  const weights = new Map<string, Float32Array>()
  let place = 0
  for (const parameter of parametersOf(network)) {
    const values = new Float32Array(parameter.shape.reduce((n, each) => n * each, 1))
    if (parameter.role === 'weight') {
      const next = draw(parameter, mixed(seed, purposes.weights, place++))
      for (let i = 0; i < values.length; i++) values[i] = next()
    } else {
      values.fill(constants[parameter.role])
    }
    weights.set(parameter.name, values)
  }
  return weights
}

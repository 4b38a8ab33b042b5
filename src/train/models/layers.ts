import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine } from '../engines/engine.ts'
import type { Layer, Shape } from './spec.ts'

type Tensor = tfjs.Tensor

/** A parameter of a network; `fanIn` and `fanOut` count the values that one output sees, and that one input reaches. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: Shape
  readonly fanIn: number
  readonly fanOut: number
  readonly role: 'weight' | 'bias' | 'scale' | 'offset'
}

/** Mean and variance by channel that batch normalization uses in evaluation. */
export interface RunningMoments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/** What a forward pass is given beside its input. */
export interface Pass {
  readonly engine: Engine
  /** A parameter by its name. */
  weight(name: string): Tensor
  /** In evaluation batch normalization uses running moments, and nothing is dropped. */
  readonly training: boolean
  moments(name: string): RunningMoments
  /** The moments of this batch, of `count` values a channel. */
  seen(name: string, mean: Tensor, variance: Tensor, count: number): void
  /** 0 where a unit is dropped, else 1 / (1 - rate). */
  mask(name: string, rate: number, shape: number[]): Tensor
}

/** One kind of layer: the shape that it gives, the parameters that it has, and what it computes. */
interface LayerKind<L extends Layer> {
  output(layer: L, input: Shape): Shape
  parameters(layer: L, input: Shape): ParameterSpec[]
  forward(layer: L, x: Tensor, pass: Pass): Tensor
}
type Kinds = { [K in Layer['kind']]: LayerKind<Extract<Layer, { kind: K }>> }

const none = (): ParameterSpec[] => []
const same = (_: unknown, input: Shape): Shape => input
const product = (shape: Shape): number => shape.reduce((n, each) => n * each, 1)

/** Weight and, where there is one, bias of a layer with these fans. */
function weighted(
  { name, bias }: { name: string; bias: boolean },
  shape: Shape,
  fans: Pick<ParameterSpec, 'fanIn' | 'fanOut'>,
): ParameterSpec[] {
  const weight: ParameterSpec = { name: `${name}.weight`, shape, ...fans, role: 'weight' }
  return bias ? [weight, { name: `${name}.bias`, shape: shape.slice(-1), ...fans, role: 'bias' }] : [weight]
}

const biased = (y: Tensor, { name, bias }: { name: string; bias: boolean }, { engine, weight }: Pass): Tensor =>
  bias ? engine.tf.add(y, weight(`${name}.bias`)) : y

/**
 * The kinds of layers. Images are [height, width, channels]; weights of convolutions are [height, width, in, out], padded so
 * that stride 1 keeps the size ('same'); those of dense layers are [in, out]. A flattened image is read row by row, the
 * channels of a pixel together.
 */
export const layerKinds: Kinds = {
  conv: {
    output: ({ filters, stride }, [height, width]) => [
      Math.ceil(height! / stride),
      Math.ceil(width! / stride),
      filters,
    ],
    parameters: (layer, [, , depth]) => {
      const { kernel, filters } = layer
      const area = kernel * kernel
      return weighted(layer, [kernel, kernel, depth!, filters], { fanIn: area * depth!, fanOut: area * filters })
    },
    forward: (layer, x, pass) => {
      const filter = pass.weight(`${layer.name}.weight`) as tfjs.Tensor4D
      return biased(pass.engine.tf.conv2d(x as tfjs.Tensor4D, filter, layer.stride, 'same'), layer, pass)
    },
  },
  dense: {
    output: ({ units }) => [units],
    parameters: (layer, [inputs]) => weighted(layer, [inputs!, layer.units], { fanIn: inputs!, fanOut: layer.units }),
    forward: (layer, x, pass) => biased(pass.engine.tf.matMul(x, pass.weight(`${layer.name}.weight`)), layer, pass),
  },
  norm: {
    output: same,
    parameters: ({ name }, input) => {
      const fans = { shape: input.slice(-1), fanIn: 1, fanOut: 1 }
      return [
        { name: `${name}.scale`, ...fans, role: 'scale' },
        { name: `${name}.offset`, ...fans, role: 'offset' },
      ]
    },
    forward: ({ name, epsilon }, x, pass) => {
      const scale = pass.weight(`${name}.scale`) as tfjs.Tensor1D
      const offset = pass.weight(`${name}.offset`) as tfjs.Tensor1D
      if (!pass.training) return normalisedBy(pass.engine.tf, x, pass.moments(name), { scale, offset, epsilon })
      const { y, mean, variance } = pass.engine.normalise(x, scale, offset, epsilon)
      pass.seen(name, mean, variance, product(x.shape) / x.shape.at(-1)!)
      return y
    },
  },
  activation: {
    output: same,
    parameters: none,
    forward: ({ activation }, x, { engine }) => (activation === 'relu' ? engine.tf.relu(x) : engine.tf.sigmoid(x)),
  },
  dropout: {
    output: same,
    parameters: none,
    forward: ({ name, rate }, x, { engine, training, mask }) =>
      training ? engine.tf.mul(x, mask(name, rate, x.shape)) : x,
  },
  pool: {
    output: ({ size }, [height, width, depth]) => [Math.floor(height! / size), Math.floor(width! / size), depth!],
    parameters: none,
    forward: ({ size }, x, { engine }) => engine.tf.maxPool(x as tfjs.Tensor4D, size, size, 'valid'),
  },
  flatten: {
    output: (_, input) => [product(input)],
    parameters: none,
    forward: (_, x, { engine }) => engine.tf.reshape(x, [x.shape[0]!, product(x.shape.slice(1))]),
  },
}

/** One multiplication and one addition an element: scale / sqrt(variance + epsilon) is taken once a channel. */
function normalisedBy(
  tf: Engine['tf'],
  x: Tensor,
  { mean, variance }: RunningMoments,
  { scale, offset, epsilon }: { scale: Tensor; offset: Tensor; epsilon: number },
): Tensor {
  const factor = tf.div(scale, tf.sqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)))
}

/** The row of a layer's kind, with the types of both brought together. */
export const kindOf = <L extends Layer>(layer: L): LayerKind<L> => layerKinds[layer.kind] as unknown as LayerKind<L>

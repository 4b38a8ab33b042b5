import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { reals, type Values, wholeNumbers } from './backends.ts'

/** Of the weights of the net below, and of the batch: what a layer of each kind needs. */
const images = 6
const shapes = {
  filter1: [3, 3, 3, 8],
  scale: [8],
  offset: [8],
  filter2: [2, 2, 8, 12],
  bias2: [12],
  weights3: [48, 16],
  bias3: [16],
  weights4: [16, 10],
  bias4: [10],
} as const
type Name = keyof typeof shapes
type Weights = Record<Name, tfjs.Tensor>
export const weightNames = Object.keys(shapes) as Name[]

/** He's standard deviation, so that nothing vanishes or saturates (He et al. 2015); the variance of `reals` is 1/3. */
const initial = (name: Name, seed: number): Values => {
  const shape: number[] = [...shapes[name]]
  const inputs = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  const { values } = reals(shape, seed)
  return { shape, values: values.map(value => value * Math.sqrt(6 / inputs)) }
}

/** A net with a layer of every kind that is trained, and the mean loss of its batch. */
function lossOf({ tf, normalise }: Pick<Engine, 'tf' | 'normalise'>, w: Weights): tfjs.Scalar {
  const x = tf.tensor4d(reals([images, 8, 8, 3], 20).values, [images, 8, 8, 3])
  const kept = tf.tensor2d(
    wholeNumbers([images, 48], 21, 1).values.map(value => (value === 0 ? 0 : 1.5)),
    [images, 48],
  )
  const labels = tf.oneHot(tf.tensor1d([3, 1, 4, 1, 5, 9], 'int32'), 10)
  let h: tfjs.Tensor = tf.conv2d(x, w.filter1 as tfjs.Tensor4D, 1, 'same')
  h = tf.relu(normalise(h, w.scale as tfjs.Tensor1D, w.offset as tfjs.Tensor1D, 1e-3).y)
  h = tf.maxPool(h as tfjs.Tensor4D, 2, 2, 'valid')
  h = tf.relu(tf.add(tf.conv2d(h as tfjs.Tensor4D, w.filter2 as tfjs.Tensor4D, 2, 'same'), w.bias2))
  h = tf.mul(tf.reshape(h, [images, 48]), kept)
  h = tf.sigmoid(tf.add(tf.matMul(h as tfjs.Tensor2D, w.weights3 as tfjs.Tensor2D), w.bias3))
  h = tf.add(tf.matMul(h as tfjs.Tensor2D, w.weights4 as tfjs.Tensor2D), w.bias4)
  const penalty = tf.mul(1e-3, tf.sum(tf.square(w.weights3)))
  return tf.add(tf.losses.softmaxCrossEntropy(tf.cast(labels, 'float32'), h), penalty)
}

export interface Computed {
  readonly loss: number
  readonly gradients: Readonly<Record<Name, readonly number[]>>
}

/** The loss of the net, and its gradient by every weight. */
export async function computed(engine: Pick<Engine, 'tf' | 'normalise'>): Promise<Computed> {
  const { tf } = engine
  const weights = weightNames.map((name, k) => initial(name, k)).map(({ values, shape }) => tf.tensor(values, shape))
  const named = (tensors: tfjs.Tensor[]) =>
    Object.fromEntries(weightNames.map((name, k) => [name, tensors[k]!])) as Weights
  const { value, grads } = tf.tidy(() => tf.valueAndGrads((...given) => lossOf(engine, named(given)))(weights))
  const [loss] = await value.data()
  const gradients = await Promise.all(grads.map(async gradient => [...(await gradient.data())]))
  tf.dispose([...weights, value, ...grads])
  const byName = Object.fromEntries(weightNames.map((name, k) => [name, gradients[k]!])) as Record<Name, number[]>
  return { loss: loss!, gradients: byName }
}

/** The greatest difference in norm of the gradients, as a share of their norm. */
export const distance = (a: Computed, b: Computed): number =>
  Math.max(
    Math.abs(a.loss - b.loss) / Math.abs(b.loss),
    ...weightNames.map(name => {
      const [left, right] = [a.gradients[name], b.gradients[name]]
      return norm(left.map((value, k) => value - right[k]!)) / norm(right)
    }),
  )
const norm = (values: readonly number[]) => Math.hypot(...values)

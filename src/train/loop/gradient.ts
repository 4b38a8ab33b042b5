import type * as tfjs from '@tensorflow/tfjs-core'
import { Batches, type Shift } from '../data/batches.ts'
import { channels, type Images, imageBytes, side } from '../data/images.ts'
import type { Engine } from '../engines/engine.ts'
import type { Model, TrainingPass } from '../models/model.ts'

type Tensor = tfjs.Tensor
export type Gradients = Map<string, Tensor>

/** What a batch gives: its mean loss, and the gradient of it by parameter. */
export interface LossAndGradients {
  readonly loss: tfjs.Scalar
  readonly gradients: Gradients
}

/** Standardised images on an engine; the tensors are the caller's. */
export function upload(
  { tf }: Engine,
  { pixels, labels }: Batches,
  count: number,
): { x: tfjs.Tensor4D; y: tfjs.Tensor1D } {
  return {
    x: tf.tensor4d(pixels.subarray(0, count * imageBytes), [count, side, side, channels]),
    y: tf.tensor1d(labels.subarray(0, count), 'int32'),
  }
}

/** How a gradient is taken, beside the images. */
export interface GradientOptions {
  /** Where, by parameter; default: at the parameters. */
  readonly points?: ReadonlyMap<string, Tensor> | undefined
  /** How each image is moved. */
  readonly shift?: ((index: number) => Shift) | undefined
  /** Called between chunks. */
  readonly between?: () => Promise<void>
}

/** Gradients of the mean loss over any number of images: at most `chunk` of them are on the engine at a time. */
export class BatchGradient {
  readonly #engine: Engine
  readonly #model: Model
  readonly #batches: Batches
  readonly #chunk: number
  readonly #penalised: readonly string[]

  constructor(engine: Engine, model: Model, images: Images, table: Float32Array, chunk: number) {
    this.#engine = engine
    this.#model = model
    this.#chunk = chunk
    this.#batches = new Batches(images, table, chunk)
    this.#penalised = model.parameters.filter(({ role }) => role === 'weight').map(({ name }) => name)
  }

  /**
   * The mean cross entropy of these images, and the gradient of it and of the penalty, at `points` where they are given. In
   * chunks, batch normalization sees one chunk at a time; `between` them others get a turn, and may throw to stop. All
   * tensors are the caller's.
   */
  async of(
    indices: Uint32Array,
    pass: TrainingPass,
    { points, shift, between }: GradientOptions = {},
  ): Promise<LossAndGradients> {
    const part = (from: number): Uint32Array => indices.subarray(from, from + this.#chunk)
    let sum = this.#ofChunk(part(0), pass, points, shift)
    if (indices.length > this.#chunk) sum = this.#scaled(sum, this.#chunk / indices.length)
    for (let from = this.#chunk; from < indices.length; from += this.#chunk) {
      try {
        await between?.()
      } catch (error) {
        for (const each of [sum.loss, ...sum.gradients.values()]) each.dispose()
        throw error
      }
      const one = this.#ofChunk(part(from), { ...pass, maskSeed: pass.maskSeed + from }, points, shift)
      sum = this.#added(sum, this.#scaled(one, part(from).length / indices.length))
    }
    this.#penalise(sum.gradients, points ?? this.#model.variables)
    return sum
  }

  #ofChunk(
    indices: Uint32Array,
    pass: TrainingPass,
    points: ReadonlyMap<string, Tensor> | undefined,
    shift: ((index: number) => Shift) | undefined,
  ): LossAndGradients {
    this.#batches.fill(indices, shift)
    const { x, y } = upload(this.#engine, this.#batches, indices.length)
    const result = this.#model.gradients(x, y, pass, points)
    x.dispose()
    y.dispose()
    return result
  }

  #scaled({ loss, gradients }: LossAndGradients, factor: number): LossAndGradients {
    const { tf } = this.#engine
    const times = <T extends Tensor>(tensor: T): T => replaced(tensor, tf.mul<T>(tensor, factor))
    return { loss: times(loss), gradients: new Map([...gradients].map(([name, each]) => [name, times(each)])) }
  }

  #added(a: LossAndGradients, b: LossAndGradients): LossAndGradients {
    const { tf } = this.#engine
    const sum = <T extends Tensor>(one: T, other: T): T => {
      const result = replaced(one, tf.add<T>(one, other))
      other.dispose()
      return result
    }
    const gradients = new Map([...a.gradients].map(([name, each]) => [name, sum(each, b.gradients.get(name)!)]))
    return { loss: sum(a.loss, b.loss), gradients }
  }

  /** The gradient of l2 / 2 * sum of w^2: l2 * w, as weight_decay of torch.optim adds it. */
  #penalise(gradients: Gradients, points: ReadonlyMap<string, Tensor>): void {
    const { l2 } = this.#model.network.remedies
    if (l2 === 0) return
    const { tf } = this.#engine
    for (const name of this.#penalised) {
      const gradient = gradients.get(name)!
      const whole = tf.tidy(() => tf.add(gradient, tf.mul(points.get(name)!, l2)))
      gradients.set(name, replaced(gradient, whole))
    }
  }
}

/** The new tensor; the old one is freed. */
function replaced<T extends Tensor>(old: Tensor, now: T): T {
  old.dispose()
  return now
}

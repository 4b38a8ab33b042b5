import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine } from '../engines/engine.ts'
import { RunError } from './build.ts'
import { dropoutSeed, keptUnits } from './dropout.ts'
import { kindOf, type ParameterSpec, type RunningMoments } from './layers.ts'
import type { Network, Shape } from './spec.ts'
import { initialWeights, normsOf, parametersOf } from './weights.ts'

type Tensor = tfjs.Tensor

/** What a forward pass in training depends on beside weights and batch. */
export interface TrainingPass {
  /** The seed of the masks of dropout. */
  readonly maskSeed: number
  /** Whether running moments learn from this batch. */
  readonly learn: boolean
}

interface Seen {
  readonly name: string
  readonly mean: Tensor
  readonly variance: Tensor
  readonly count: number
}

let made = 0

/** A network on an engine: its parameters as variables, its running moments, and its forward pass. */
export class Model {
  readonly network: Network
  readonly parameters: readonly ParameterSpec[]
  readonly variables: ReadonlyMap<string, tfjs.Variable>
  readonly #engine: Engine
  readonly #moments = new Map<string, RunningMoments>()
  readonly #momentum: ReadonlyMap<string, number>

  /** With the given initial weights, by name; those of the seed where there are none. */
  constructor(engine: Engine, network: Network, weights: ReadonlyMap<string, Float32Array> | number) {
    const { tf } = engine
    const numbers = typeof weights === 'number' ? initialWeights(network, weights) : weights
    // Variables are registered by name in one table of the whole process.
    const prefix = `model${++made}/`
    this.network = network
    this.#engine = engine
    this.parameters = parametersOf(network)
    const values = this.parameters.map(({ name, shape }) => given(numbers, name, shape))
    this.variables = new Map(
      this.parameters.map(({ name, shape }, k) => {
        const initial = tf.tensor(values[k]!, [...shape])
        const variable = tf.variable(initial, true, prefix + name)
        initial.dispose()
        return [name, variable]
      }),
    )
    const norms = normsOf(network)
    this.#momentum = new Map(norms.map(({ name, momentum }) => [name, momentum]))
    for (const { name, channels } of norms)
      this.#moments.set(name, { mean: tf.keep(tf.zeros([channels])), variance: tf.keep(tf.ones([channels])) })
  }

  /** Logits [batch, 10] of a batch [batch, height, width, channels] in evaluation. */
  evaluate(x: Tensor): tfjs.Tensor2D {
    return this.#run(
      x,
      name => this.variables.get(name)!,
      undefined,
      () => undefined,
    )
  }

  /**
   * The mean cross entropy of a batch, and its gradient by parameter, in training. Gradients are taken at `points`, where
   * they are given (a look-ahead), else at the variables. All tensors are the caller's.
   */
  gradients(
    x: Tensor,
    labels: tfjs.Tensor1D,
    pass: TrainingPass,
    points: ReadonlyMap<string, Tensor> = this.variables,
  ): { loss: tfjs.Scalar; gradients: Map<string, Tensor> } {
    const { tf } = this.#engine
    const names = [...this.variables.keys()]
    const seen: Seen[] = []
    const loss = (...weights: Tensor[]): tfjs.Scalar => {
      const byName = new Map(names.map((name, k) => [name, weights[k]!]))
      const logits = this.#run(
        x,
        name => byName.get(name)!,
        pass,
        each => seen.push(each),
      )
      return crossEntropy(tf, logits, labels)
    }
    const { value, grads } = tf.valueAndGrads(loss)(names.map(name => points.get(name)!))
    this.#learn(seen)
    return { loss: value as tfjs.Scalar, gradients: new Map(names.map((name, k) => [name, grads[k]!])) }
  }

  #run(
    x: Tensor,
    weight: (name: string) => Tensor,
    training: TrainingPass | undefined,
    note: (seen: Seen) => void,
  ): tfjs.Tensor2D {
    const { tf } = this.#engine
    let masks = 0
    const pass = {
      engine: this.#engine,
      weight,
      training: training !== undefined,
      moments: (name: string) => this.#moments.get(name)!,
      seen: (name: string, mean: Tensor, variance: Tensor, count: number) => {
        if (training?.learn) note({ name, mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)), count })
      },
      mask: (_: string, rate: number, shape: number[]) =>
        tf.tensor(maskOf(dropoutSeed(training!.maskSeed, masks++), rate, shape), shape),
    }
    return this.network.layers.reduce((y, layer) => kindOf(layer).forward(layer, y, pass), x) as tfjs.Tensor2D
  }

  /** running = (1 - momentum) * running + momentum * batch, the variance divided by one less than the count, as in PyTorch. */
  #learn(seen: readonly Seen[]): void {
    const { tf } = this.#engine
    for (const { name, mean, variance, count } of seen) {
      const before = this.#moments.get(name)!
      const share = this.#momentum.get(name)!
      const moved = (old: Tensor, batch: Tensor, factor: number): Tensor =>
        tf.keep(tf.tidy(() => tf.add(tf.mul(old, 1 - share), tf.mul(batch, share * factor))))
      this.#moments.set(name, {
        mean: moved(before.mean, mean, 1),
        variance: moved(before.variance, variance, count / Math.max(1, count - 1)),
      })
      for (const each of [before.mean, before.variance, mean, variance]) each.dispose()
    }
  }

  /** The running moments of a layer that normalises batches, by its name. */
  moments(name: string): RunningMoments {
    return this.#moments.get(name)!
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose()
    for (const { mean, variance } of this.#moments.values()) {
      mean.dispose()
      variance.dispose()
    }
  }
}

/** Given numbers of a parameter, copied; other names or sizes are refused. */
function given(weights: ReadonlyMap<string, Float32Array>, name: string, shape: Shape): Float32Array {
  const values = weights.get(name)
  const size = shape.reduce((n, each) => n * each, 1)
  if (values?.length === size) return values.slice()
  throw new RunError(
    `weights: expected ${size} numbers for ${name} [${shape.join(', ')}], got ${values?.length ?? 'none'}.`,
  )
}

/** The mean over a batch of -log softmax(logits)[label], with the gradient (softmax - one hot) / batch. */
export function crossEntropy(tf: Engine['tf'], logits: tfjs.Tensor2D, labels: tfjs.Tensor1D): tfjs.Scalar {
  const [batch, classes] = logits.shape
  const loss = tf.customGrad((given, save) => {
    const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32')
    const shifted = tf.sub(given as Tensor, tf.max(given as Tensor, 1, true))
    const exponentials = tf.exp(shifted)
    const sums = tf.sum(exponentials, 1, true)
    const right = tf.sum(tf.mul(shifted, oneHot), 1, true)
    const value = tf.mean(tf.sub(tf.log(sums), right))
    ;(save as tfjs.GradSaveFunc)([tf.sub(tf.div(exponentials, sums), oneHot)])
    const gradFunc = (dy: Tensor, [difference]: Tensor[]): Tensor => tf.mul(difference!, tf.div(dy, batch))
    return { value, gradFunc }
  })
  return loss(logits) as tfjs.Scalar
}

/** 0 with probability `rate`, else 1 / (1 - rate), which keeps the mean: inverted dropout. */
function maskOf(seed: number, rate: number, shape: readonly number[]): Float32Array {
  const count = shape.reduce((n, each) => n * each, 1)
  const scale = 1 / (1 - rate)
  const values = new Float32Array(count)
  let i = 0
  for (const isKept of keptUnits(seed, rate, count)) values[i++] = isKept ? scale : 0
  return values
}

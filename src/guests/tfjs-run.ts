import type * as Tf from '@tensorflow/tfjs-core'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Bits } from '../subject/scenario.ts'
import type { Gradients, HyperValues, Json, Observed, Param, Run, Setup, StateValues } from '../subject/subject.ts'
import { GuestError } from './error.ts'
import type { TfjsOptimizer } from './tfjs-table.ts'

type TfCore = typeof Tf
type NamedTensors = Parameters<Tf.Optimizer['applyGradients']>[0]

interface SavedWeight {
  name: string
  shape: number[]
  /** The count of iterations, or the bits of a slot. */
  value: number | Bits
}

/** A tensor of the optimizer's, copied out of it. */
interface Weight {
  name: string
  dtype: string
  shape: number[]
  values: Float64Array
}

/** What getWeights() calls the count of iterations. */
const iterations = 'iter'
let opened = 0

/** A TensorFlow.js optimizer in the middle of a run, driven through its public interface alone. */
export class TfjsRun implements Run {
  readonly #tf: TfCore
  readonly #table: TfjsOptimizer
  readonly #optimizer: Tf.Optimizer
  readonly #variables: Tf.Variable[]
  /** Variables are registered by name in one table of the whole process. */
  readonly #prefix: string
  readonly #tensorsBefore: number
  readonly copies = true
  #gradients: (Float32Array | null)[] = []
  /** The arrays that the gradient tensors were made of; the CPU backend goes on using them. */
  #given: Float32Array[] = []

  static async open(tf: TfCore, table: TfjsOptimizer, setup: Setup, saved?: Json): Promise<TfjsRun> {
    const run = new TfjsRun(tf, table, setup.groups[0]!.params, setup.groups[0]!.hyper)
    if (saved !== undefined) await run.#restore(saved as unknown as SavedWeight[])
    return run
  }

  private constructor(tf: TfCore, table: TfjsOptimizer, params: Param[], hyper: HyperValues) {
    this.#tf = tf
    this.#table = table
    this.#prefix = `lockstep${++opened}/`
    this.#tensorsBefore = tf.memory().numTensors
    this.#optimizer = table.make(tf, hyper)
    this.#variables = params.map(param => {
      const initial = tf.tensor(Float32Array.from(param.value), param.shape ?? [param.value.length])
      const variable = tf.variable(initial, true, this.#prefix + param.name)
      initial.dispose()
      return variable
    })
  }

  step(gradients: Gradients): Float64Array[] {
    this.#given = []
    const tensors = this.#variables.map(({ name, shape }, k) => {
      const gradient = gradients[k]
      return { name, tensor: gradient ? this.#tensor(gradient, shape) : null }
    })
    // A null gradient is skipped by every optimizer (`if (gradient == null) return`); its declared type does not say so.
    // Leaving the name out instead would shift the slots, which are kept by position.
    this.#optimizer.applyGradients(tensors as NamedTensors)
    this.#gradients = tensors.map(({ tensor }) => (tensor ? (tensor.dataSync() as Float32Array) : null))
    for (const { tensor } of tensors) tensor?.dispose()
    return this.#variables.map(variable => Float64Array.from(variable.dataSync()))
  }

  #tensor(gradient: Float64Array, shape: number[]): Tf.Tensor {
    const values = Float32Array.from(gradient)
    this.#given.push(values)
    return this.#tf.tensor(values, shape)
  }

  spoil(): void {
    for (const values of this.#given) values.fill(Number.NaN)
  }

  set(_group: number, hyper: HyperValues): void {
    const { lr, ...others } = hyper
    const optimizer = this.#optimizer
    if (typeof lr !== 'number' || Object.keys(others).length > 0 || !hasRate(optimizer)) {
      throw new GuestError(
        'refused',
        `tf.train can change only the rate of sgd and momentum; asked for ${JSON.stringify(hyper)}.`,
      )
    }
    optimizer.setLearningRate(lr)
  }

  async save(): Promise<Json> {
    const weights = await this.#weights()
    return weights.map(({ name, shape, values }) => ({
      name: name.replace(this.#prefix, ''),
      shape,
      value: name === iterations ? values[0]! : arrayToBits(values, 'float32'),
    }))
  }

  async observe(): Promise<Observed> {
    const state: StateValues[] = this.#variables.map(() => ({}))
    const dtypes: Record<string, string>[] = this.#variables.map(({ dtype }) => ({ x: dtype }))
    for (const { name, dtype, values } of await this.#weights()) {
      const slash = name.lastIndexOf('/')
      const k = this.#variables.findIndex(variable => variable.name === name.slice(0, slash))
      if (k < 0) continue
      state[k]![name.slice(slash + 1)] = values
      dtypes[k]![name.slice(slash + 1)] = dtype
    }
    const gradients = this.#gradients.map(gradient => gradient && Float64Array.from(gradient))
    const live = this.#tf.memory().numTensors - this.#tensorsBefore
    return { gradients, dtypes, live, ...(this.#table.state.length > 0 && { state }) }
  }

  close(): void {
    for (const variable of this.#variables) variable.dispose()
    this.#optimizer.dispose()
  }

  async #weights(): Promise<Weight[]> {
    const weights = await this.#optimizer.getWeights()
    const copies = weights.map(({ name, tensor }) => {
      const { dtype, shape } = tensor
      return { name, dtype, shape, values: Float64Array.from(tensor.dataSync()) }
    })
    // The slots are the optimizer's own variables; its count of iterations is a tensor made for this call.
    for (const { name, tensor } of weights) if (name === iterations) tensor.dispose()
    return copies
  }

  async #restore(saved: SavedWeight[]): Promise<void> {
    const weights = saved.map(({ name, shape, value }) =>
      typeof value === 'number'
        ? { name, tensor: this.#tf.scalar(value, 'int32') }
        : {
            name: this.#prefix + name,
            tensor: this.#tf.tensor(Float32Array.from(arrayFromBits(value, 'float32')), shape),
          },
    )
    await this.#optimizer.setWeights(weights)
    for (const { tensor } of weights) tensor.dispose()
  }
}

const hasRate = (optimizer: Tf.Optimizer): optimizer is Tf.SGDOptimizer => 'setLearningRate' in optimizer

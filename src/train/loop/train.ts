import type * as tfjs from '@tensorflow/tfjs-core'
import { mixed } from '../../numbers/random.ts'
import { type Shift, shiftOf, standardTable } from '../data/batches.ts'
import type { DataSet, Images } from '../data/images.ts'
import type { Engine } from '../engines/engine.ts'
import { Model } from '../models/model.ts'
import { RuleOptimizer } from '../optimizer/optimizer.ts'
import { evaluate } from './evaluate.ts'
import { BatchGradient, type Gradients } from './gradient.ts'
import { Losses, type StepLoss } from './losses.ts'
import { gradientNoise, gradientNorms } from './norms.ts'
import { type Plan, planRun } from './plan.ts'
import type { Measurement, RunSpec } from './run.ts'

/** What is watched beside what every run measures, and how far it may go; nothing here changes how the weights move. */
export interface TrainOptions {
  /** Checked between steps, chunks and measurements; the run then throws its reason. */
  readonly signal?: AbortSignal
  /** Initial weights by name, instead of those of the seed. */
  readonly weights?: ReadonlyMap<string, Float32Array>
  /** Steps between readings of the loss, each the mean over them; default: 50. */
  readonly window?: number
  /** The loss of every step instead of means. */
  readonly everyLoss?: boolean
  /** Norms of the gradient by weight, every so many steps. */
  readonly gradientNorms?: number
  /** Noise of the gradient after every epoch, from so many mini-batches. */
  readonly gradientNoise?: number
  /** Images on the engine at a time; default: 512. */
  readonly chunk?: number
  /** Called after every step. */
  readonly onStep?: (step: number, steps: number) => void
  /** Called with the trained parameters, before they are freed. */
  readonly onEnd?: (model: Model) => void | Promise<void>
}

/** The run ends here, because its loss is not finite. */
const diverged = 'diverged'
/** What a run is watched with where nothing else was said; the same in whatever makes it. */
export const trainDefaults = { window: 50, chunk: 512 } as const
/** Signals and timers get a turn at least this often, in milliseconds. */
const turn = 100

/** Makes one run, and gives each figure as soon as it is known. All tensors are freed, however it ends. */
export async function* train(
  engine: Engine,
  data: DataSet,
  run: RunSpec,
  options: TrainOptions = {},
): AsyncGenerator<Measurement, void, void> {
  const training = new Training(engine, data.train, planRun(data, run), options)
  try {
    yield* training.run()
  } finally {
    training.dispose()
  }
}

class Training {
  readonly #engine: Engine
  readonly #images: Images
  readonly #plan: Plan
  readonly #options: TrainOptions
  readonly #table: Float32Array
  readonly #model: Model
  readonly #optimizer: RuleOptimizer
  readonly #gradient: BatchGradient
  readonly #losses: Losses
  #watched: Gradients | undefined
  #step = 0
  #epoch = 0
  #ended = false
  #lastTurn = performance.now()

  constructor(engine: Engine, images: Images, plan: Plan, options: TrainOptions) {
    const { chunk = trainDefaults.chunk, weights } = options
    this.#engine = engine
    this.#images = images
    this.#plan = plan
    this.#options = options
    this.#table = standardTable(plan.moments)
    this.#model = new Model(engine, plan.network, weights ?? plan.run.seed)
    this.#optimizer = new RuleOptimizer(engine, plan.rule, plan.hyper, this.#model.variables)
    this.#gradient = new BatchGradient(engine, this.#model, images, this.#table, Math.min(chunk, plan.batch))
    this.#losses = new Losses(engine)
  }

  async *run(): AsyncGenerator<Measurement, void, void> {
    const { steps } = this.#plan
    while (this.#step < steps && !this.#ended) {
      this.#epoch += 1
      yield* this.#trainEpoch()
      if (!this.#ended) yield* this.#measureEpoch()
    }
    await this.#options.onEnd?.(this.#model)
  }

  async *#trainEpoch(): AsyncGenerator<Measurement, void, void> {
    const { batch, order, steps } = this.#plan
    const { window = trainDefaults.window, onStep } = this.#options
    const visited = order(this.#epoch)
    let [seen, milliseconds] = [0, 0]
    for (let from = 0; from < visited.length && this.#step < steps && !this.#ended; from += batch) {
      await this.#giveTurn()
      const indices = visited.subarray(from, from + batch)
      const started = performance.now()
      await this.#move(indices)
      const full = this.#losses.length >= window || from + batch >= visited.length || this.#step === steps
      const read = full ? await this.#losses.read() : []
      milliseconds += performance.now() - started
      seen += indices.length
      yield* this.#report(read)
      yield* this.#watch()
      onStep?.(this.#step, steps)
    }
    if (!this.#ended) yield this.#figure('images_per_second', (1000 * seen) / milliseconds)
  }

  /** One step. Its gradients are kept where they are watched. */
  async #move(indices: Uint32Array): Promise<void> {
    const { run, rate } = this.#plan
    const lr = rate(this.#step)
    if (lr !== undefined && run.schedule !== undefined) this.#optimizer.set({ lr })
    const points = this.#optimizer.looksAhead ? this.#optimizer.lookAhead() : undefined
    const pass = { maskSeed: mixed(run.seed, this.#step), learn: true }
    const epoch = this.#epoch
    const shift = run.augment ? (index: number): Shift => shiftOf(run.seed, epoch, index) : undefined
    const options = { points, shift, between: this.#giveTurn }
    const { loss, gradients } = await this.#gradient.of(indices, pass, options).finally(() => free(points))
    this.#optimizer.step(gradients)
    this.#step += 1
    this.#losses.add(this.#step, loss)
    const { gradientNorms: every } = this.#options
    if (every !== undefined && (this.#step - 1) % every === 0) this.#watched = gradients
    else free(gradients)
  }

  *#report(read: readonly StepLoss[]): Generator<Measurement, void, void> {
    const last = read.at(-1)
    if (!last) return
    this.#ended = !Number.isFinite(last.value)
    const finite = this.#ended ? read.slice(0, -1) : read
    if (this.#options.everyLoss) {
      for (const { step, value } of finite) yield { ...this.#figure('batch_loss', value), step }
    } else if (finite.length > 0) {
      const mean = finite.reduce((sum, { value }) => sum + value, 0) / finite.length
      yield { ...this.#figure('batch_loss', mean), step: finite.at(-1)!.step }
    }
    if (this.#ended) yield { ...this.#figure(diverged, 1), step: last.step }
  }

  async *#watch(): AsyncGenerator<Measurement, void, void> {
    if (!this.#watched || this.#ended) return
    const norms = await gradientNorms(this.#engine, this.#watched)
    this.#forget()
    for (const [name, norm] of norms) yield this.#figure(`gradient_norm/${name}`, norm)
  }

  #forget(): void {
    free(this.#watched)
    this.#watched = undefined
  }

  async *#measureEpoch(): AsyncGenerator<Measurement, void, void> {
    const { run, held, train, trainSample, rate, batch } = this.#plan
    const { gradientNoise: count } = this.#options
    const lr = rate(this.#step - 1)
    if (lr !== undefined) yield this.#figure('lr', lr)
    const measured = [
      ['train', this.#images, trainSample],
      [run.evaluate, held.images, held.indices],
    ] as const
    for (const [name, images, indices] of measured) {
      const { loss, accuracy } = await evaluate(this.#engine, this.#model, images, indices, this.#table, this.#giveTurn)
      this.#ended ||= !Number.isFinite(loss)
      if (this.#ended) return yield this.#figure(diverged, 1)
      yield this.#figure(`${name}_loss`, loss)
      yield this.#figure(`${name}_accuracy`, accuracy)
    }
    if (count === undefined || run.batch === 'full') return
    const settings = { batch, count, seed: mixed(run.seed, this.#epoch), between: this.#giveTurn }
    const { variance, square } = await gradientNoise(this.#engine, this.#gradient, train, settings)
    yield this.#figure('gradient_noise', variance)
    yield this.#figure('gradient_square', square)
  }

  #figure(metric: string, value: number): Measurement {
    return { seed: this.#plan.run.seed, epoch: this.#epoch, step: this.#step, metric, value }
  }

  readonly #giveTurn = async (): Promise<void> => {
    if (performance.now() - this.#lastTurn > turn) {
      await new Promise(resolve => setImmediate(resolve))
      this.#lastTurn = performance.now()
    }
    this.#options.signal?.throwIfAborted()
  }

  dispose(): void {
    this.#forget()
    this.#losses.dispose()
    this.#optimizer.dispose()
    this.#model.dispose()
  }
}

function free(tensors: ReadonlyMap<string, tfjs.Tensor> | undefined): void {
  for (const each of tensors?.values() ?? []) each.dispose()
}

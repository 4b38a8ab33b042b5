import type * as tfjs from '@tensorflow/tfjs-core'
import type { Engine } from '../engines/engine.ts'

/** The loss of one step. */
export interface StepLoss {
  readonly step: number
  readonly value: number
}

/** Losses that stay on the engine until a window of them is read at once: reading each would wait for every step. */
export class Losses {
  readonly #engine: Engine
  readonly #kept: { step: number; loss: tfjs.Scalar }[] = []

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get length(): number {
    return this.#kept.length
  }

  /** Takes over a loss. */
  add(step: number, loss: tfjs.Scalar): void {
    this.#kept.push({ step, loss })
  }

  /** Reads and frees those that were added; stops at the first that is not finite. */
  async read(): Promise<StepLoss[]> {
    if (this.#kept.length === 0) return []
    const { tf } = this.#engine
    const stacked = tf.stack(this.#kept.map(({ loss }) => loss))
    const values = await stacked.data<'float32'>()
    stacked.dispose()
    const read = this.#kept.map(({ step }, k) => ({ step, value: values[k]! }))
    this.dispose()
    const last = read.findIndex(({ value }) => !Number.isFinite(value))
    return last < 0 ? read : read.slice(0, last + 1)
  }

  dispose(): void {
    for (const { loss } of this.#kept) loss.dispose()
    this.#kept.length = 0
  }
}

import type * as tfjs from '@tensorflow/tfjs-core'

/** TensorFlow.js as a namespace: each engine brings its own, with its backend set. */
export type TensorFlow = typeof tfjs

/** The engines, the fastest first. */
export const engineIds = ['native', 'webgpu', 'wasm'] as const
export type EngineId = (typeof engineIds)[number]

/** A batch normalised with its own moments; only `y` carries a gradient. */
export interface Normalised {
  readonly y: tfjs.Tensor
  /** Of the batch, one a channel. */
  readonly mean: tfjs.Tensor1D
  /** Of the batch, one a channel, divided by the number of examples, not by one less. */
  readonly variance: tfjs.Tensor1D
}

/** What an engine runs on, as reports name it. */
export interface EngineDescription {
  readonly engine: EngineId
  /** The device and its library: 'CPU, TensorFlow 2.21.0', 'WebAssembly with SIMD, one thread'. */
  readonly device: string
  /** Of everything that has a say in the figures: node, @tensorflow/tfjs-core, the backend, its library. */
  readonly versions: Readonly<Record<string, string>>
  /** What readers of its figures have to know: a software adapter, for example. */
  readonly notice?: string
}

/** Something that trains: TensorFlow.js on one backend, with what the backends do not have alike. */
export interface Engine {
  readonly description: EngineDescription
  readonly tf: TensorFlow
  /**
   * Batch normalization in training: y = (x - mean) / sqrt(variance + epsilon) * scale + offset, moments over all axes but
   * the last (Ioffe & Szegedy 2015, Algorithm 1). `x` is [batch, ..., channels], `scale` and `offset` [channels].
   */
  normalise(x: tfjs.Tensor, scale: tfjs.Tensor1D, offset: tfjs.Tensor1D, epsilon: number): Normalised
  /** Frees the device; nothing of it may be used after. */
  close(): void
}

/** An engine is not there, or does not run here. */
export class NoEngine extends Error {
  readonly engine: EngineId
  /** What to do about it. */
  readonly hint: string

  constructor(engine: EngineId, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NoEngine'
    this.engine = engine
    this.hint = hint
  }
}

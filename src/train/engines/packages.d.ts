/** Packages that are imported for what they register: backends, and the gradients of TensorFlow.js's kernels. */
declare module '@tensorflow/tfjs-layers'

/** The part of WebAssembly's JavaScript interface that is used; neither `es2024` nor Node's types declare it. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>)
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
  }
}

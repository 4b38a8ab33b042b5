import type * as tfjs from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../engine.ts'
import { type Columns, columns } from './columns.ts'
import { type AddProduct, products } from './products.ts'

export type Info = tfjs.TensorInfo

/** What the kernels use of TensorFlow.js's wasm backend (dist/backend_wasm.d.ts, 4.22.0). */
export interface WasmBackend {
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory } }
  makeOutput(shape: readonly number[], dtype: 'float32'): Info
  /** A view of a tensor's memory; it is void as soon as the memory grows, which any new tensor may cause. */
  typedArrayFromHeap(info: Info): Float32Array
  getMemoryOffset(dataId: Info['dataId']): number
  incRef(dataId: Info['dataId']): void
  disposeData(dataId: Info['dataId']): boolean
}

/** A kernel of ours: `attributes` are those of the kernel of that name. */
export type Kernel = (tools: Tools, inputs: Inputs, attributes: Attributes) => Info | Info[]
export type Inputs = Readonly<Record<string, Info>>
// biome-ignore lint/suspicious/noExplicitAny: every kernel has other attributes; TensorFlow.js itself checks none of them
export type Attributes = Readonly<Record<string, any>>

/** What kernels are written with: other kernels of the backend, its memory, products. */
export class Tools {
  readonly tf: TensorFlow
  readonly backend: WasmBackend
  readonly addProduct: AddProduct
  readonly columns: Columns

  constructor(tf: TensorFlow, backend: WasmBackend) {
    const memory = backend.wasm.asm?.memory
    if (!memory) throw new Error('this version of @tensorflow/tfjs-backend-wasm does not show its memory')
    this.tf = tf
    this.backend = backend
    this.addProduct = products(memory)
    this.columns = columns(memory)
  }

  /** Another kernel's result, to be freed by the caller. */
  run(name: string, inputs: Inputs, attributes: Attributes = {}): Info {
    const { kernelFunc } = this.tf.getKernel(name, 'wasm')
    return kernelFunc({ inputs: { ...inputs }, backend: this.backend, attrs: { ...attributes } }) as Info
  }

  /** A new tensor of unspecified content. */
  make(shape: readonly number[]): Info {
    return this.backend.makeOutput(shape, 'float32')
  }

  /** Views of tensors, to be used before the next one is made. */
  values(...tensors: readonly Info[]): Float32Array[] {
    return tensors.map(tensor => this.backend.typedArrayFromHeap(tensor))
  }

  at(tensor: Info): number {
    return this.backend.getMemoryOffset(tensor.dataId)
  }

  free(...tensors: readonly Info[]): void {
    for (const { dataId } of tensors) this.backend.disposeData(dataId)
  }
}

/** The same data in another shape. */
export const reshaped = ({ dataId, dtype }: Info, shape: number[]): Info => ({ dataId, dtype, shape })

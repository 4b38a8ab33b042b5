import type * as tfjs from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../engine.ts'
import { type Kernel, Tools, type WasmBackend } from './backend.ts'
import { moments, normalised, normalisedGradient } from './batch-normalization.ts'
import { filterGradient, inputGradient } from './convolution.ts'
import { matrixProduct } from './matrix.ts'
import { maxPoolGradient } from './pool.ts'
import { sum } from './sums.ts'

/** Kernels that TensorFlow.js lacks on wasm, or has as plain loops. */
const own: Readonly<Record<string, Kernel>> = {
  Conv2DBackpropFilter: filterGradient,
  Conv2DBackpropInput: inputGradient,
  MaxPoolGrad: maxPoolGradient,
  LockstepMoments: moments,
  LockstepNormalised: normalised,
  LockstepNormalisedGradient: normalisedGradient,
}

/** Kernels of TensorFlow.js that are kept for what they do well. */
const refined: Readonly<Record<string, (original: Kernel) => Kernel>> = {
  BatchMatMul: matrixProduct,
  Sum: sum,
}

/**
 * Nothing elementwise is among them: optimizers compute on the same backend of the same process, and Lockstep verifies
 * TensorFlow.js's own to the bit.
 */
export const kernelNames: readonly string[] = [...Object.keys(own), ...Object.keys(refined)]

/** One set of tools for each backend: TensorFlow.js makes a new one when the old was removed. */
const toolsOf = new WeakMap<WasmBackend, Tools>()

/** Tables of kernels in which ours are; there is one a process, whatever the number of copies of this module. */
const marked = Symbol.for('lockstep.kernel')

/** Puts our kernels in place of TensorFlow.js's, once. Throws where the backend that is set does not carry them. */
export function registerKernels(tf: TensorFlow): void {
  const toolsFor = (backend: WasmBackend): Tools => {
    const tools = toolsOf.get(backend) ?? new Tools(tf, backend)
    toolsOf.set(backend, tools)
    return tools
  }
  toolsFor(tf.backend() as unknown as WasmBackend)
  for (const name of kernelNames) {
    const there = tf.getKernel(name, 'wasm') as tfjs.KernelConfig | undefined
    if (there && marked in there) continue
    const kernel = own[name] ?? refined[name]!(originalKernel(there!))
    if (there) tf.unregisterKernel(name, 'wasm')
    tf.registerKernel({ ...configOf(name, there), kernelFunc: runner(kernel, toolsFor), ...{ [marked]: true } })
  }
}

/** Setting up goes on as before: it binds the original, which runs where ours does not. */
const configOf = (name: string, there: tfjs.KernelConfig | undefined) => ({
  ...there,
  kernelName: name,
  backendName: 'wasm',
})

const runner =
  (kernel: Kernel, toolsFor: (backend: WasmBackend) => Tools): tfjs.KernelFunc =>
  ({ inputs, backend, attrs }) =>
    kernel(toolsFor(backend as WasmBackend), inputs as Record<string, tfjs.TensorInfo>, attrs ?? {})

const originalKernel =
  ({ kernelFunc }: tfjs.KernelConfig): Kernel =>
  ({ backend }, inputs, attributes) =>
    kernelFunc({ inputs: { ...inputs }, backend, attrs: { ...attributes } })

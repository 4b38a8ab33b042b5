import { loadCore, setBackend } from '../core.ts'
import { type Engine, NoEngine, type TensorFlow } from '../engine.ts'
import { findPackage } from '../package.ts'
import { registerKernels } from './kernels.ts'
import { normaliseOn } from './normalise.ts'

const install = 'npm install @tensorflow/tfjs-core@4 @tensorflow/tfjs-layers@4 @tensorflow/tfjs-backend-wasm@4'

/**
 * The engine that is always there: TensorFlow.js on WebAssembly, with kernels of our own for what it lacks or does
 * slowly. Its backend is the one of the process, and remains after `close`. Throws NoEngine where it cannot be loaded.
 */
export async function wasm(): Promise<Engine> {
  const tf = await load().catch(cause => {
    throw new NoEngine('wasm', 'TensorFlow.js cannot be loaded with its WebAssembly backend.', install, { cause })
  })
  if (!(await setBackend(tf, 'wasm'))) {
    throw new NoEngine('wasm', 'WebAssembly did not start; its message is on the console.', install)
  }
  try {
    registerKernels(tf)
  } catch (cause) {
    throw new NoEngine('wasm', 'Kernels of our own do not run on this version of the WebAssembly backend.', install, {
      cause,
    })
  }
  return { description: describe(tf), tf, normalise: normaliseOn(tf), close() {} }
}

async function load(): Promise<TensorFlow> {
  const tf = await loadCore()
  await import('@tensorflow/tfjs-backend-wasm')
  return tf
}

function describe(tf: TensorFlow): Engine['description'] {
  return {
    engine: 'wasm',
    device: 'WebAssembly with SIMD, one thread',
    versions: {
      node: process.versions.node,
      '@tensorflow/tfjs-core': tf.version_core,
      '@tensorflow/tfjs-backend-wasm': findPackage('@tensorflow/tfjs-backend-wasm')?.version ?? 'unknown',
    },
  }
}

import { composedNormalise } from '../composed.ts'
import { loadCore, setBackend } from '../core.ts'
import { type Engine, type EngineDescription, NoEngine, type TensorFlow } from '../engine.ts'
import { findPackage, type Package } from '../package.ts'
import { type Adapter, findAdapter } from './adapter.ts'

const install = 'npm install webgpu @tensorflow/tfjs-backend-webgpu@4'

/** Dawn, which gives Node what browsers have, and TensorFlow.js on it; the user installs them. */
interface Packages {
  readonly dawn: Package
  readonly backend: Package
}

/**
 * TensorFlow.js on WebGPU, by way of Dawn for Node. A software adapter is taken too, and said in the description's notice.
 * Throws NoEngine where a package or an adapter is missing.
 */
export async function webgpu(): Promise<Engine> {
  const packages = findPackages()
  const adapter = await findAdapter(packages.dawn.url)
  const tf = await load(packages).catch(cause => {
    throw new NoEngine('webgpu', 'WebGPU is installed, but cannot be loaded.', install, { cause })
  })
  if (!(await setBackend(tf, 'webgpu'))) {
    throw new NoEngine('webgpu', `WebGPU did not start on ${adapter.name}; its message is on the console.`, install)
  }
  const description = describe(tf, packages, adapter)
  return { description, tf, normalise: composedNormalise(tf), close: () => close(tf) }
}

/** What `webgpu()` would compute on, with nothing loaded into this process; throws NoEngine as it does. */
export async function webgpuAdapter(): Promise<Adapter> {
  return findAdapter(findPackages().dawn.url)
}

function findPackages(): Packages {
  const [dawn, backend] = [findPackage('webgpu'), findPackage('@tensorflow/tfjs-backend-webgpu')]
  if (dawn && backend) return { dawn, backend }
  const missing = dawn ? 'TensorFlow.js for WebGPU' : 'WebGPU for Node'
  throw new NoEngine('webgpu', `${missing} is not installed.`, install)
}

/** The interfaces have to be there before the backend is imported: it looks for them then. */
async function load({ dawn, backend }: Packages): Promise<TensorFlow> {
  const { create, globals } = await import(dawn.url)
  Object.assign(globalThis, globals)
  // Node has a navigator from version 21 on, which cannot be assigned to.
  const navigator = (globalThis as { navigator?: object }).navigator ?? {}
  if (!('gpu' in navigator)) Object.defineProperty(navigator, 'gpu', { value: create([]) })
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
  const tf = await loadCore()
  await import(backend.url)
  if (factory) tf.registerBackend('webgpu', factory)
  return tf
}

/** Makes the backend again after `close`: importing it a second time does nothing. */
let factory: ReturnType<TensorFlow['findBackendFactory']> | undefined

function close(tf: TensorFlow): void {
  factory = tf.findBackendFactory('webgpu')
  tf.removeBackend('webgpu')
}

function describe(tf: TensorFlow, { dawn, backend }: Packages, adapter: Adapter): EngineDescription {
  return {
    engine: 'webgpu',
    device: `WebGPU, ${adapter.name}`,
    versions: {
      node: process.versions.node,
      '@tensorflow/tfjs-core': tf.version_core,
      '@tensorflow/tfjs-backend-webgpu': backend.version,
      webgpu: dawn.version,
    },
    ...(adapter.isSoftware && {
      notice: `${adapter.name} is a program on the CPU, not a GPU: it shows that results agree, and says nothing about speed.`,
    }),
  }
}

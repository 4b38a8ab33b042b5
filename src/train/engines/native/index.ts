import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Engine, EngineDescription } from '../engine.ts'
import { type Loaded, load } from './load.ts'
import { fusedNormalise } from './normalise.ts'

export { nativeHome, nativePackages, packageIn, projectNative } from './places.ts'

/**
 * TensorFlow.js on libtensorflow: the project's own @tensorflow/tfjs-node, else what `lockstep setup tensorflow` made for
 * the project or for the user; where `places` are given, these alone are looked into. Throws `NoEngine` where none loads.
 */
export async function native({ places }: { places?: readonly string[] } = {}): Promise<Engine> {
  const loaded = load(places)
  const { tf, backend } = loaded
  return {
    description: describe(loaded),
    tf,
    normalise: fusedNormalise(tf, backend),
    // libtensorflow holds its device until the process ends.
    close: () => {},
  }
}

function describe({ tf, backend, folder }: Loaded): EngineDescription {
  const library = backend.binding.TF_Version
  const device = backend.isUsingGpuDevice
    ? `GPU, TensorFlow ${library}`
    : `CPU, TensorFlow ${library}, ${threads() === 1 ? 'one thread' : `${threads()} threads`}`
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return {
    engine: 'native',
    device,
    versions: {
      node: process.versions.node,
      '@tensorflow/tfjs-core': tf.version_core,
      [name]: version,
      libtensorflow: library,
    },
  }
}

/** Those of one operation: TensorFlow takes as many as there are cores, or as its variable says. */
const threads = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism()

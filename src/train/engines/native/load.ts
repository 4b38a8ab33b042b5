import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core'
import { NoEngine, type TensorFlow } from '../engine.ts'
import { type Binding, bindingOf, whyNot } from './binding.ts'
import { nativeHome, packageIn, projectNative } from './places.ts'
import { restoreUtil } from './restored.ts'

/** An attribute of a TensorFlow operation, its type being one of the binding's TF_ATTR constants. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: string | number | boolean
}

/** TensorFlow.js' backend on libtensorflow, as far as it is used here. */
export interface NativeBackend extends KernelBackend {
  readonly binding: Binding
  readonly isUsingGpuDevice: boolean
  executeMultipleOutputs(
    operation: string,
    attributes: readonly Attribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[]
}

export interface Loaded {
  readonly tf: TensorFlow
  readonly backend: NativeBackend
  /** The package's directory. */
  readonly folder: string
}

/** A package that may hold an engine, and how to mend it. */
interface Candidate {
  readonly folder: string
  readonly mend: string
}

const setup = 'npx lockstep setup tensorflow'

/** The user's own, a GPU build before others. */
function own(): Candidate[] {
  const require = createRequire(resolve('package.json'))
  return ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].flatMap(name => {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`))
      return [{ folder, mend: `npm rebuild ${name} --build-addon-from-source, or: ${setup}` }]
    } catch {
      return []
    }
  })
}

const usual = (): string[] => [projectNative(), nativeHome()]

const inPlaces = (places: readonly string[]): Candidate[] =>
  places
    .map(place => ({ folder: packageIn(place, '@tensorflow/tfjs-node'), mend: `${setup} --dir ${place}` }))
    .filter(({ folder }) => existsSync(folder))

/** The first that loads: of the user's project and of the usual places, or of these places alone. */
export function load(places?: readonly string[]): Loaded {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  restoreUtil()
  const candidates = places ? inPlaces(places) : [...own(), ...inPlaces(usual())]
  const problems: string[] = []
  for (const candidate of candidates) {
    try {
      bindingOf(candidate.folder)
    } catch (error) {
      problems.push(broken(candidate, error))
      continue
    }
    return started(candidate)
  }
  if (candidates[0]) throw new NoEngine('native', problems.join('\n'), candidates[0].mend)
  const looked = places ?? ['this project', ...usual()]
  throw new NoEngine('native', `There is no @tensorflow/tfjs-node in ${looked.join(', nor in ')}.`, setup)
}

const broken = ({ folder }: Candidate, error: unknown): string =>
  `The TensorFlow in ${folder} does not load: ${whyNot(error)}.`

/** TensorFlow.js registers its kernels while it is loaded, for the whole process: from here on there is no second candidate. */
function started(candidate: Candidate): Loaded {
  try {
    const tf: TensorFlow = quietly(() => createRequire(join(candidate.folder, 'package.json'))(candidate.folder))
    if (!tf.setBackend('tensorflow')) throw new Error('its backend does not start')
    const eleven = tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0])
    if (eleven !== 11) throw new Error(`[1 2] times [3 4] is ${eleven} there`)
    return { tf, backend: tf.backend() as NativeBackend, folder: candidate.folder }
  } catch (error) {
    throw new NoEngine('native', broken(candidate, error), candidate.mend, { cause: error })
  }
}

/** What TensorFlow.js says about itself when it is loaded beside another copy of itself. */
const chatter = /Platform node has already been set|backend was already registered|is already registered|Hi, looks like/

function quietly<T>(work: () => T): T {
  const { warn } = console
  console.warn = (...all: unknown[]) => {
    if (!chatter.test(String(all[0]))) warn(...all)
  }
  try {
    return work()
  } finally {
    console.warn = warn
  }
}

import type * as Tf from '@tensorflow/tfjs-core'
import { arithmetics } from '../rules/arithmetics.ts'
import type { HyperValues, Offer, Setup, Subject, Unsupported } from '../subject/subject.ts'
import { GuestError, shown } from './error.ts'
import { TfjsRun } from './tfjs-run.ts'
import { type TfjsOptimizer, tfjsOptimizers } from './tfjs-table.ts'

/** The backends of TensorFlow.js that compute without a device, each with how it rounds. */
const backends = {
  cpu: { name: 'tfjs', arithmetic: arithmetics.tfjs },
  wasm: { name: 'tfjs:wasm', arithmetic: arithmetics['tfjs-wasm'] },
} as const
export type TfjsBackend = keyof typeof backends

/** TensorFlow.js's own optimizers, live, on the pure JavaScript CPU backend or on WebAssembly; float32 only. */
export function tfjs(backend: TfjsBackend = 'cpu'): Subject {
  const { name, arithmetic } = backends[backend]
  return {
    name,
    /** The number is known once TensorFlow.js was loaded. */
    get version() {
      return `TensorFlow.js${loaded ? ` ${loaded.version_core}` : ''}`
    },
    formats: ['float32'],
    arithmetic,
    offers: rule => offerOf(rule),
    async open(setup, saved) {
      const optimizer = accepted(setup)
      const tf = await loadTf()
      if (backend === 'wasm') await loadWasm()
      await choose(tf, backend)
      return TfjsRun.open(tf, optimizer, setup, saved)
    },
  }
}

function offerOf(rule: string): Offer | Unsupported {
  if (rule === '*') return { unsupported: 'tf.train has optimizers for several rules; name one', ownRules: true }
  const family = rule.split('/')[0]!
  const found = tfjsOptimizers[family]
  if (!found) return { unsupported: `tf.train has no ${family}; it has ${Object.keys(tfjsOptimizers).join(', ')}` }
  return {
    rule: `${family}/tfjs`,
    hyper: [...found.hyper],
    state: [...found.state],
    features: [...found.features],
    settable: ['lr'],
  }
}

/** The optimizer of a setup; what tf.train cannot do is refused in words. */
function accepted({ rule, format, groups }: Setup): TfjsOptimizer {
  const offer = offerOf(rule)
  if ('unsupported' in offer) throw new GuestError('refused', `${offer.unsupported}. Choose one of these rules.`)
  const optimizer = tfjsOptimizers[rule.split('/')[0]!]!
  if (format !== 'float32') throw new GuestError('refused', `tfjs has no ${format} tensors; open it in float32.`)
  if (groups.length !== 1) {
    throw new GuestError('refused', `tf.train has no parameter groups; expected one group, got ${groups.length}.`)
  }
  checkHyper(rule, groups[0]!.hyper, optimizer)
  return optimizer
}

function checkHyper(rule: string, hyper: HyperValues, { hyper: names, required, fixed = {} }: TfjsOptimizer): void {
  // An option of another framework's dialect that is switched off asks for nothing.
  const asksForNothing = (name: string) => hyper[name] === (fixed[name] ?? 0) || hyper[name] === false
  const foreign = Object.keys(hyper).find(name => !names.includes(name) && !asksForNothing(name))
  if (foreign) {
    throw new GuestError(
      'refused',
      `tf.train's ${rule} does not take ${foreign} = ${shown(hyper[foreign])}; it takes ${names.join(', ')}.`,
    )
  }
  const absent = required.find(name => hyper[name] === undefined)
  if (absent) throw new GuestError('refused', `tf.train's ${rule} has no default for ${absent}; give it a number.`)
}

let loading: Promise<typeof Tf> | undefined
let loaded: typeof Tf | undefined

/** TensorFlow.js with its CPU backend, imported once, when it is first needed. */
function loadTf(): Promise<typeof Tf> {
  loading ??= importTf().catch(cause => {
    loading = undefined
    throw new GuestError(
      'missing',
      'TensorFlow.js cannot be loaded. Install it: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu',
      { cause },
    )
  })
  return loading
}

async function importTf(): Promise<typeof Tf> {
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-backend-cpu')
  // Its first tensor in Node prints an advertisement, except in production mode.
  const production = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  await tf.setBackend('cpu')
  tf.scalar(0).dispose()
  tf.env().set('PROD', production)
  loaded = tf
  return tf
}

/** Every run is on the backend of its subject, although that is one setting of the whole process. */
async function choose(tf: typeof Tf, backend: TfjsBackend): Promise<void> {
  if (tf.getBackend() === backend || (await tf.setBackend(backend))) return
  throw new GuestError(
    'missing',
    `TensorFlow.js cannot start its backend ${backend} here. See its message on the console.`,
  )
}

/** The optional backend; it registers itself. */
async function loadWasm(): Promise<void> {
  try {
    await import('@tensorflow/tfjs-backend-wasm')
  } catch (cause) {
    throw new GuestError('missing', `tfjs:wasm needs another package. Install it: ${wasmInstall}`, { cause })
  }
}

/** How to get the optional backend. */
export const wasmInstall = 'npm install @tensorflow/tfjs-backend-wasm@4'

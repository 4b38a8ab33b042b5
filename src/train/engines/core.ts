import type { TensorFlow } from './engine.ts'

let loading: Promise<TensorFlow> | undefined

/** TensorFlow.js of this package, with the gradients of its kernels, imported once. Throws what the import throws. */
export function loadCore(): Promise<TensorFlow> {
  loading ??= importCore().catch(cause => {
    loading = undefined
    throw cause
  })
  return loading
}

async function importCore(): Promise<TensorFlow> {
  const tf = await import('@tensorflow/tfjs-core')
  // In Node tfjs-core comes without gradients, and its file of them cannot be imported there: tfjs-layers carries them.
  await import('@tensorflow/tfjs-layers')
  return tf
}

/** Makes a backend the one that computes; in silence, where TensorFlow.js advertises its other packages. */
export async function setBackend(tf: TensorFlow, name: string): Promise<boolean> {
  const production = tf.env().getBool('PROD')
  tf.env().set('PROD', true)
  try {
    const set = await tf.setBackend(name)
    if (set) tf.scalar(0).dispose()
    return set
  } finally {
    tf.env().set('PROD', production)
  }
}

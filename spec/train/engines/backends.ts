import type * as tfjs from '@tensorflow/tfjs-core'
import { below, words } from '../../../src/numbers/random.ts'
import { composedNormalise } from '../../../src/train/engines/composed.ts'
import { setBackend } from '../../../src/train/engines/core.ts'
import type { Engine, TensorFlow } from '../../../src/train/engines/engine.ts'
import { wasm } from '../../../src/train/engines/wasm/index.ts'

/** What specs compute on: the engine on trial, or TensorFlow.js's plain JavaScript, which shares no kernel with it. */
export type On = <T>(compute: (engine: Pick<Engine, 'tf' | 'normalise'>) => T) => Promise<T>

/** The backend is one setting of the whole process, and other specs set theirs. */
const on =
  (name: 'cpu' | 'wasm'): On =>
  async compute => {
    const { tf, normalise } = await wasm()
    if (name === 'wasm') return compute({ tf, normalise })
    await import('@tensorflow/tfjs-backend-cpu')
    await setBackend(tf, 'cpu')
    return compute({ tf, normalise: composedNormalise(tf) })
  }

export const onWasm = on('wasm')
export const onCpu = on('cpu')

/** The unit roundoff of float32. */
export const u = 2 ** -24

export interface Values {
  readonly shape: number[]
  readonly values: Float32Array
}

const filled = (shape: number[], next: () => number): Values => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next),
})

/** Whole numbers from -limit to limit: sums of their products are exact in float32, and so are not a matter of order. */
export function wholeNumbers(shape: number[], seed: number, limit = 9): Values {
  const next = words(seed)
  return filled(shape, () => below(next, 2 * limit + 1) - limit)
}

/** Evenly spread between -1 and 1, all bits of the significand in use. */
export function reals(shape: number[], seed: number): Values {
  const next = words(seed)
  return filled(shape, () => next() / 2 ** 31 - 1)
}

export const magnitudes = ({ shape, values }: Values): Values => ({ shape, values: values.map(Math.abs) })

/** Derivatives of `f` by each input, against the gradient `dy` of its result. */
export async function derivatives(
  where: On,
  f: (tf: TensorFlow, ...inputs: tfjs.Tensor[]) => tfjs.Tensor,
  inputs: readonly Values[],
  dy: Values,
): Promise<Float32Array[]> {
  return where(({ tf }) => {
    const tensors = inputs.map(({ shape, values }) => tf.tensor(values, shape))
    const given = tf.tensor(dy.values, dy.shape)
    const gradients = tf.tidy(() => tf.grads((...xs) => f(tf, ...xs))(tensors, given))
    const results = gradients.map(gradient => gradient.dataSync() as Float32Array)
    tf.dispose([...tensors, given, ...gradients])
    return results
  })
}

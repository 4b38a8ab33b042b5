import { describe, expect, test } from 'vitest'
import { wasm } from '../../../../src/train/engines/wasm/index.ts'
import { registerKernels } from '../../../../src/train/engines/wasm/kernels.ts'
import { onCpu, onWasm, reals } from '../backends.ts'
import { computed } from '../net.ts'

describe('registering', () => {
  test('a second time changes nothing', async () => {
    const { tf } = await wasm()
    const before = tf.getKernelsForBackend('wasm')
    registerKernels(tf)
    await wasm()
    expect(tf.getKernelsForBackend('wasm')).toEqual(before)
  })

  test('leaves what optimizers compute with as it was, to the bit', async () => {
    const [a, b] = [reals([1000], 1), reals([1000], 2)]
    const elementwise = () =>
      onWasm(({ tf }) =>
        tf.tidy(() => {
          const [x, y] = [tf.tensor(a.values), tf.tensor(b.values)]
          const root = tf.sqrt(tf.abs(x))
          const results = [
            ...[tf.add(x, y), tf.sub(x, y), tf.mul(x, y), tf.div(x, y), root, tf.square(x), tf.sign(x), tf.neg(x)],
            ...[tf.maximum(x, y), tf.minimum(x, y), tf.where(tf.greater(x, y), x, root)],
          ]
          return results.map(result => [...result.dataSync()])
        }),
      )
    const [x, y] = [a.values, b.values]
    const of = (f: (x: number, y: number) => number) => Array.from(x, (value, k) => Math.fround(f(value, y[k]!)))
    const right = [
      ...[of((x, y) => x + y), of((x, y) => x - y), of((x, y) => x * y), of((x, y) => x / y)],
      ...[of(x => Math.sqrt(Math.abs(x))), of(x => x * x), of(Math.sign), of(x => -x)],
      ...[of(Math.max), of(Math.min), of((x, y) => (x > y ? x : Math.fround(Math.sqrt(Math.abs(x)))))],
    ]
    expect(await elementwise()).toEqual(right)
  })

  test('gives every kernel that plain JavaScript has for layers, losses and optimizers', async () => {
    const kernels = await onCpu(({ tf }) => tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName))
    const ours = new Set(await onWasm(({ tf }) => tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName)))
    const unused = /Complex|Draw|Einsum|FFT|Imag|^Real$|Ragged|Regex|UnsortedSegmentSum|DepthwiseConv2dNativeBackprop/
    expect(kernels.filter(name => !ours.has(name) && !unused.test(name))).toEqual([])
  })
})

describe('memory', () => {
  test('is as it was after every step: no tensor and no data is left', async () => {
    const engine = await wasm()
    const { tf } = engine
    const state = () => [tf.memory().numTensors, tf.memory().numDataBuffers, tf.engine().backend.numDataIds()]
    await computed(engine)
    const before = state()
    for (let step = 0; step < 3; step++) {
      await computed(engine)
      expect(state()).toEqual(before)
    }
  })

  test('does not grow: what is freed is used again', async () => {
    const engine = await wasm()
    const { wasm: module } = engine.tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }
    await computed(engine)
    const before = module.HEAPU8.length
    for (let step = 0; step < 20; step++) await computed(engine)
    expect(module.HEAPU8.length).toBe(before)
  })
})

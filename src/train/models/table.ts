import type { LayerSpec } from './spec.ts'

interface Model {
  readonly title: string
  readonly layers: readonly LayerSpec[]
}

const conv = (filters: number): LayerSpec => ({ kind: 'conv', filters, kernel: 3 })
const dense = (units: number): LayerSpec => ({ kind: 'dense', units })
const pool: LayerSpec = { kind: 'pool', size: 2 }
const flatten: LayerSpec = { kind: 'flatten' }

/** The networks that can be trained; the last layer of each gives the ten logits. */
export const models = {
  softmax: { title: 'Softmax regression', layers: [flatten, dense(10)] },
  mlp: { title: 'Two hidden layers of 256 and 128', layers: [flatten, dense(256), dense(128), dense(10)] },
  'deep-mlp': {
    title: 'Ten hidden layers of 64, on which the vanishing gradient shows',
    layers: [flatten, ...Array.from({ length: 10 }, () => dense(64)), dense(10)],
  },
  conv2: {
    title: 'Two convolutions (8, 16) and 32 units, for a first look',
    layers: [conv(8), pool, conv(16), pool, flatten, dense(32), dense(10)],
  },
  conv3: {
    title: 'Three convolutions (16, 32, 64), each halved by pooling, and 64 units',
    layers: [conv(16), pool, conv(32), pool, conv(64), pool, flatten, dense(64), dense(10)],
  },
  conv4: {
    title: 'Four convolutions (32, 32, 64, 64) and 128 units',
    layers: [conv(32), conv(32), pool, conv(64), conv(64), pool, flatten, dense(128), dense(10)],
  },
} as const satisfies Record<string, Model>
export type ModelId = keyof typeof models

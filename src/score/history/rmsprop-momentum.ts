import type { HistoryRow } from './row.ts'

interface Keras {
  lr: number
  rho: number
  momentum: number
  eps: number
  centered: boolean
}

interface Graves {
  lr: number
  alpha: number
  momentum: number
  eps: number
  centered: boolean
}

/** RMSProp whose momentum is ignored, or multiplied with the rate too late. */
export const rmspropMomentum: readonly HistoryRow[] = [
  {
    id: 'rmsprop-momentum-ignored',
    rule: 'rmsprop/tfjs',
    kind: 'formula',
    what: 'Momentum is accepted and not used.',
    library: 'TensorFlow.js',
    source: 'https://github.com/tensorflow/tfjs-core/pull/139',
    create: () => (hyper: Graves, x: Float64Array) => {
      let h = hyper
      let ms = new Float64Array(x.length)
      let mg = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          ms = ms.map((value, i) => h.alpha * value + (1 - h.alpha) * g[i]! * g[i]!)
          mg = mg.map((value, i) => h.alpha * value + (1 - h.alpha) * g[i]!)
          for (let i = 0; i < x.length; i++) {
            const radicand = h.centered ? ms[i]! - mg[i]! * mg[i]! : ms[i]!
            x[i]! -= (h.lr * g[i]!) / Math.sqrt(radicand + h.eps)
          }
          return x
        },
        set(next: Graves) {
          h = next
        },
      }
    },
    actual: {
      step: `
        v = alpha * v + (1 - alpha) * g^2
        m = alpha * m + (1 - alpha) * g
        b = lr * g / sqrt(centered ? v - m^2 + eps : v + eps)
        x = x - b`,
    },
  },
  {
    id: 'rmsprop-rate-outside-buffer',
    rule: 'rmsprop/keras',
    kind: 'formula',
    what: 'The rate multiplies the whole buffer instead of what enters it, so that a new rate also scales old steps.',
    library: 'Keras',
    source: 'https://github.com/tensorflow/tensorflow/issues/41115',
    create: () => (hyper: Keras, x: Float64Array) => {
      let h = hyper
      const cells = Array.from(x, () => ({ v: 0, m: 0, b: 0 }))
      return {
        step(g: Float64Array) {
          for (const [i, cell] of cells.entries()) {
            cell.v = h.rho * cell.v + (1 - h.rho) * g[i]! ** 2
            cell.m = h.rho * cell.m + (1 - h.rho) * g[i]!
            const scaled = g[i]! / (Math.sqrt(h.centered ? cell.v - cell.m ** 2 : cell.v) + h.eps)
            cell.b = h.momentum * cell.b + scaled
            x[i]! -= h.lr * (h.momentum > 0 ? cell.b : scaled)
          }
          return x
        },
        set(next: Keras) {
          h = next
        },
      }
    },
    actual: {
      step: `
        v     = rho * v + (1 - rho) * g^2
        m     = rho * m + (1 - rho) * g
        denom = sqrt(centered ? v - m^2 : v) + eps
        b     = momentum * b + g / denom
        x     = momentum > 0 ? x - lr * b : x - lr * g / denom`,
    },
  },
]

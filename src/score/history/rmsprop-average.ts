import { formats } from '../../numbers/formats.ts'
import type { HistoryRow } from './row.ts'

interface Torch {
  lr: number
  alpha: number
  eps: number
  weight_decay: number
  momentum: number
  centered: boolean
  maximize: boolean
}

interface Lecture {
  lr: number
  gamma: number
  eps: number
}

interface Graves {
  lr: number
  alpha: number
  momentum: number
  eps: number
  centered: boolean
}

/** RMSProp whose average is weighted, started or decayed wrongly. */
export const rmspropAverage: readonly HistoryRow[] = [
  {
    id: 'rmsprop-decay-outside',
    rule: 'rmsprop/pytorch',
    kind: 'formula',
    what: 'The averages are taken of the bare gradient; the decay only shrinks the parameter.',
    library: 'MXNet',
    source: 'https://github.com/apache/mxnet/issues/5099',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const memory = Array.from(x, () => ({ square: 0, mean: 0, sum: 0 }))
      return {
        step(g: Float64Array) {
          for (const [i, kept] of memory.entries()) {
            const value = h.maximize ? -g[i]! : g[i]!
            kept.square = h.alpha * kept.square + (1 - h.alpha) * value * value
            kept.mean = h.alpha * kept.mean + (1 - h.alpha) * value
            const root = Math.sqrt(h.centered ? kept.square - kept.mean ** 2 : kept.square)
            const update = value / (root + h.eps)
            kept.sum = h.momentum * kept.sum + update
            x[i] = (1 - h.lr * h.weight_decay) * x[i]! - h.lr * (h.momentum > 0 ? kept.sum : update)
          }
          return x
        },
        set(next: Torch) {
          h = next
        },
      }
    },
    actual: {
      step: `
        d      = maximize ? -g : g
        shrunk = x * (1 - lr * weight_decay)
        v      = alpha * v + (1 - alpha) * d * d
        m      = alpha * m + (1 - alpha) * d
        denom  = sqrt(centered ? v - m * m : v) + eps
        b      = momentum * b + d / denom
        x      = momentum > 0 ? shrunk - lr * b : shrunk - lr * d / denom`,
    },
  },
  {
    id: 'rmsprop-square-unweighted',
    rule: 'rmsprop/lecture',
    kind: 'formula',
    what: 'The square enters with weight one instead of one minus gamma: a sum that decays, not an average.',
    library: 'fastbook',
    source: 'https://github.com/fastai/fastbook/pull/342',
    format: 'float32',
    create: format => (hyper: Lecture, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      const average = x.map(() => 0)
      return {
        step(g: Float64Array) {
          for (const [i, value] of g.entries()) {
            average[i] = round(h.gamma * average[i]! + value * value)
            x[i] = round(x[i]! - (h.lr * value) / Math.sqrt(average[i]! + h.eps))
          }
          return x
        },
        set(next: Lecture) {
          h = next
        },
        state: () => ({ G: average }),
      }
    },
    actual: {
      step: `
        G = gamma * G + g^2
        x = x - lr / sqrt(G + eps) * g`,
    },
  },
  {
    id: 'rmsprop-average-starts-at-one',
    rule: 'rmsprop/optax',
    kind: 'formula',
    what: 'The average of squares starts at one instead of zero, which keeps the first steps small.',
    library: 'TensorFlow',
    source: 'https://github.com/google-deepmind/optax/pull/55',
    create: () => (hyper: Graves & { nesterov: boolean }, x: Float64Array) => {
      let h = hyper
      const rms = new Float64Array(x.length).fill(1)
      const mean = new Float64Array(x.length)
      const trace = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            rms[i]! += (1 - h.alpha) * (g[i]! * g[i]! - rms[i]!)
            mean[i]! += (1 - h.alpha) * (g[i]! - mean[i]!)
            const radicand = h.centered ? rms[i]! - mean[i]! * mean[i]! + h.eps : rms[i]! + h.eps
            const update = (-h.lr * g[i]!) / Math.sqrt(radicand)
            trace[i] = update + h.momentum * trace[i]!
            x[i]! += h.momentum > 0 ? (h.nesterov ? update + h.momentum * trace[i]! : trace[i]!) : update
          }
          return x
        },
        set(next: Graves & { nesterov: boolean }) {
          h = next
        },
      }
    },
    actual: {
      state: {
        v: { init: '1', as: 'nu' },
        m: { init: '0', when: 'centered', as: 'mu' },
        b: { init: '0', when: 'momentum > 0', as: 'trace' },
      },
    },
  },
  {
    id: 'rmsprop-decay-not-passed-on',
    rule: 'rmsprop/lecture',
    kind: 'formula',
    what: 'The decay that was configured never reaches the update, which uses 0.95.',
    library: 'Deeplearning4j',
    source: 'https://github.com/deeplearning4j/deeplearning4j/pull/599',
    create: () => (hyper: Lecture, x: Float64Array) => {
      let h = hyper
      const rmsDecay = 0.95
      const last = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            last[i] = last[i]! * rmsDecay + g[i]! * g[i]! * (1 - rmsDecay)
            x[i]! -= (g[i]! * h.lr) / Math.sqrt(last[i]! + h.eps)
          }
          return x
        },
        set(next: Lecture) {
          h = next
        },
      }
    },
    actual: {
      step: `
        G = 0.95 * G + (1 - 0.95) * g^2
        x = x - lr / sqrt(G + eps) * g`,
    },
  },
]

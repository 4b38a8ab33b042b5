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

export const rmsprop: readonly HistoryRow[] = [
  {
    id: 'rmsprop-rate-divides',
    rule: 'rmsprop/lecture',
    kind: 'formula',
    what: 'The rate is taken into the denominator, so that a smaller one makes larger steps.',
    library: 'Flux.jl',
    source: 'https://github.com/FluxML/Flux.jl/pull/107',
    create: () => (hyper: Lecture, x: Float64Array) => {
      let h = hyper
      const acc = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            acc[i] = h.gamma * acc[i]! + (1 - h.gamma) * g[i]! ** 2
            x[i]! -= g[i]! / (Math.sqrt(acc[i]! + h.eps) * h.lr)
          }
          return x
        },
        set(next: Lecture) {
          h = next
        },
        state: () => ({ G: acc }),
      }
    },
    actual: {
      step: `
        G = gamma * G + (1 - gamma) * g^2
        x = x - g / (sqrt(G + eps) * lr)`,
    },
  },
  {
    id: 'rmsprop-epsilon-inside',
    rule: 'rmsprop/pytorch',
    kind: 'formula',
    what: 'Epsilon is added under the root instead of to it.',
    library: 'MXNet',
    source: 'https://github.com/apache/mxnet/issues/4493',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const [n, mean, delta] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!
            n[i] = h.alpha * n[i]! + (1 - h.alpha) * d * d
            mean[i] = h.alpha * mean[i]! + (1 - h.alpha) * d
            const spread = h.centered ? n[i]! - mean[i]! * mean[i]! : n[i]!
            const scaled = d / Math.sqrt(spread + h.eps)
            delta[i] = h.momentum * delta[i]! + scaled
            x[i]! -= h.lr * (h.momentum > 0 ? delta[i]! : scaled)
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
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        v      = alpha * v + (1 - alpha) * d * d
        m      = alpha * m + (1 - alpha) * d
        denom  = sqrt((centered ? v - m * m : v) + eps)
        b      = momentum * b + d / denom
        x      = momentum > 0 ? x - lr * b : x - lr * d / denom`,
    },
  },
  {
    id: 'rmsprop-centered-epsilon-inside',
    rule: 'rmsprop/pytorch',
    kind: 'formula',
    what: 'Only the centered path adds epsilon under the root, as if it could make up for a variance rounded below zero.',
    library: 'FastNN',
    source: 'https://github.com/CanReader/FastNN/issues/12',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const square = new Float64Array(x.length)
      const average = new Float64Array(x.length)
      const buffer = new Float64Array(x.length)
      const denominator = (i: number): number =>
        h.centered ? Math.sqrt(square[i]! - average[i]! ** 2 + h.eps) : Math.sqrt(square[i]!) + h.eps
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          d.forEach((value, i) => {
            square[i] = h.alpha * square[i]! + (1 - h.alpha) * value * value
            if (h.centered) average[i] = h.alpha * average[i]! + (1 - h.alpha) * value
            const update = value / denominator(i)
            if (h.momentum > 0) buffer[i] = h.momentum * buffer[i]! + update
            x[i]! -= h.lr * (h.momentum > 0 ? buffer[i]! : update)
          })
          return x
        },
        set(next: Torch) {
          h = next
        },
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        v      = alpha * v + (1 - alpha) * d * d
        m      = alpha * m + (1 - alpha) * d
        denom  = centered ? sqrt(v - m * m + eps) : sqrt(v) + eps
        b      = momentum * b + d / denom
        x      = momentum > 0 ? x - lr * b : x - lr * d / denom`,
    },
  },
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

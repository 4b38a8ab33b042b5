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

/** RMSProp with epsilon in the wrong place, or a rate that divides. */
export const rmspropEpsilon: readonly HistoryRow[] = [
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
]

import { formats } from '../../numbers/formats.ts'
import type { Momentum } from './hyper.ts'
import type { HistoryRow } from './row.ts'

interface Torch {
  lr: number
  momentum: number
  dampening: number
  weight_decay: number
  maximize: boolean
}

interface Lecture {
  lr: number
  gamma: number
}

/** Momentum by another formula. */
export const momentumFormula: readonly HistoryRow[] = [
  {
    id: 'momentum-rate-in-buffer',
    rule: 'momentum/pytorch',
    kind: 'formula',
    what: 'The rate is multiplied into the buffer, so that what was gathered before keeps the old rate when it changes.',
    library: 'aprender',
    source: 'https://github.com/paiml/aprender/pull/2190',
    format: 'float32',
    create: format => (hyper: Torch, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      let velocity: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const first = velocity === undefined
          velocity ??= new Float64Array(x.length)
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!
            velocity[i] = round(first ? -h.lr * d : h.momentum * velocity[i]! - h.lr * (1 - h.dampening) * d)
            x[i] = round(x[i]! + velocity[i]!)
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
        b      = first(b) ? -lr * d : momentum * b - lr * (1 - dampening) * d
        x      = x + b`,
    },
  },
  {
    id: 'momentum-first-velocity-unscaled',
    rule: 'momentum/lecture',
    kind: 'formula',
    what: 'The velocity starts at the gradient instead of the gradient times the rate.',
    library: 'MatrixSlow',
    source: 'https://github.com/zc911/MatrixSlow/pull/17',
    create: () => (hyper: Lecture, x: Float64Array) => {
      let h = hyper
      const v: number[] = []
      return {
        step(g: Float64Array) {
          for (const [i, value] of g.entries()) {
            const known = v[i]
            v[i] = known === undefined ? value : h.gamma * known + h.lr * value
            x[i] = x[i]! - v[i]!
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
        v = first(v) ? g : gamma * v + lr * g
        x = x - v`,
    },
  },
  {
    id: 'momentum-gradient-averaged',
    rule: 'momentum/optax',
    kind: 'formula',
    what: 'The gradient enters the buffer with weight one minus momentum: an average where a sum is meant.',
    library: 'MLX',
    source: 'https://github.com/ml-explore/mlx/pull/87',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      let v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          v = v.map((kept, i) => h.momentum * kept + (1 - h.momentum) * g[i]!)
          v.forEach((kept, i) => {
            x[i]! -= h.lr * kept
          })
          return x
        },
        set(next: Momentum) {
          h = next
        },
        state: () => ({ trace: v }),
      }
    },
    actual: {
      step: `
        m = (1 - momentum) * g + momentum * m
        x = x - lr * m`,
    },
  },
  {
    id: 'momentum-factor-on-gradient',
    rule: 'momentum/pytorch',
    kind: 'formula',
    what: 'The factor multiplies the new gradient instead of the buffer, which therefore never decays.',
    library: 'AiDotNet',
    source: 'https://github.com/ooples/AiDotNet/issues/2008',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      let previous: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          const sum: Float64Array | undefined = previous?.map((b, i) => b + h.momentum * d[i]!)
          previous = sum ?? d
          for (const [i, b] of previous.entries()) x[i] = x[i]! - h.lr * b
          return x
        },
        set(next: Torch) {
          h = next
        },
        state: () => (previous ? { momentum_buffer: previous } : {}),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : b + momentum * d
        x      = x - lr * b`,
    },
  },
]

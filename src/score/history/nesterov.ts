import { formats } from '../../numbers/formats.ts'
import type { Momentum, TorchMomentum } from './hyper.ts'
import type { HistoryRow } from './row.ts'

export const nesterov: readonly HistoryRow[] = [
  {
    id: 'nesterov-jump-backwards',
    rule: 'nesterov/pytorch',
    kind: 'formula',
    what: 'The momentum part of the step has the wrong sign: it is added where it should be subtracted.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/pull/12231',
    format: 'float32',
    create: format => (hyper: TorchMomentum, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      let buffer: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const first = buffer === undefined
          buffer ??= new Float64Array(x.length)
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!
            buffer[i] = round(first ? d : h.momentum * buffer[i]! + d)
            x[i] = round(x[i]! - d * h.lr + h.momentum * buffer[i]! * h.lr)
          }
          return x
        },
        set(next: TorchMomentum) {
          h = next
        },
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + d
        x      = x - lr * (d - momentum * b)`,
    },
  },
  {
    id: 'nesterov-updated-velocity-twice',
    rule: 'nesterov/keras',
    kind: 'formula',
    what: 'The form that expects the old velocity is given the new one, so that this gradient counts a third time.',
    library: 'Chainer',
    source: 'https://github.com/chainer/chainer/issues/4274',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            v[i]! *= h.momentum
            v[i]! -= h.lr * g[i]!
            x[i]! += h.momentum * h.momentum * v[i]!
            x[i]! -= (1 + h.momentum) * h.lr * g[i]!
          }
          return x
        },
        set(next: Momentum) {
          h = next
        },
        state: () => ({ momentum: v }),
      }
    },
    actual: {
      step: `
        v = momentum * v - lr * g
        x = x + momentum * momentum * v - (1 + momentum) * lr * g`,
    },
  },
  {
    id: 'nesterov-jump-kept',
    rule: 'nesterov/lecture',
    kind: 'formula',
    what: 'The jump to the look-ahead is never taken back, and the step adds the same momentum once more.',
    library: 'simd_neuralnet',
    source: 'https://github.com/oysteijo/simd_neuralnet/issues/17',
    create: () => (hyper: { lr: number; gamma: number }, x: Float64Array) => {
      let h = hyper
      const v = new Float64Array(x.length)
      return {
        point: () => x.map((value, i) => value - h.gamma * v[i]!),
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            x[i]! -= h.gamma * v[i]!
            v[i] = h.gamma * v[i]! + h.lr * g[i]!
            x[i]! -= v[i]!
          }
          return x
        },
        set(next: { lr: number; gamma: number }) {
          h = next
        },
      }
    },
    actual: {
      step: `
        jump = gamma * v
        v    = gamma * v + lr * g
        x    = x - jump - v`,
    },
  },
  {
    id: 'nesterov-velocity-uphill',
    rule: 'nesterov/keras',
    kind: 'formula',
    what: 'The velocity gathers the gradients with a plus sign, against the minus of the direct step.',
    library: 'Deep Learning with Python (notebooks)',
    source: 'https://github.com/fchollet/deep-learning-with-python-notebooks/issues/19',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      let past = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          past = past.map((velocity, i) => velocity * h.momentum + h.lr * g[i]!)
          for (const [i, velocity] of past.entries()) x[i] = x[i]! + h.momentum * velocity - h.lr * g[i]!
          return x
        },
        set(next: Momentum) {
          h = next
        },
      }
    },
    actual: {
      step: `
        v = momentum * v + lr * g
        x = x + (momentum * v - lr * g)`,
    },
  },
  {
    id: 'nesterov-buffer-overwritten',
    rule: 'nesterov/pytorch',
    kind: 'formula',
    what: 'The look-ahead is formed inside the buffer itself, which the next step then takes for the momentum.',
    library: 'google-research (Shampoo)',
    source: 'https://github.com/google-research/google-research/issues/1711',
    create: () => (hyper: TorchMomentum, x: Float64Array) => {
      let h = hyper
      const buffer = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          for (let pass = 0; pass < 2; pass++)
            for (let i = 0; i < x.length; i++) buffer[i] = buffer[i]! * h.momentum + d[i]!
          for (let i = 0; i < x.length; i++) x[i]! -= h.lr * buffer[i]!
          return x
        },
        set(next: TorchMomentum) {
          h = next
        },
        state: () => ({ momentum_buffer: buffer }),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        once   = first(b) ? d : momentum * b + d
        b      = momentum * once + d
        x      = x - lr * b`,
    },
  },
  {
    id: 'nesterov-decay-only-in-buffer',
    rule: 'nesterov/pytorch',
    kind: 'formula',
    what: 'The decay enters the buffer, but not the direct part of the step.',
    library: 'MXNet',
    source: 'https://github.com/apache/mxnet/pull/13683',
    create: () => (hyper: TorchMomentum, x: Float64Array) => {
      let h = hyper
      const mom = x.map(() => 0)
      return {
        step(g: Float64Array) {
          const sign = h.maximize ? -1 : 1
          for (let i = 0; i < x.length; i++) {
            const gradient = sign * g[i]!
            mom[i] = h.momentum * mom[i]! + gradient + h.weight_decay * x[i]!
            x[i]! -= h.lr * (gradient + h.momentum * mom[i]!)
          }
          return x
        },
        set(next: TorchMomentum) {
          h = next
        },
        state: () => ({ momentum_buffer: mom }),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + d
        x      = x - lr * (signed + momentum * b)`,
    },
  },
  {
    id: 'nesterov-averaged',
    rule: 'nesterov/optax',
    kind: 'formula',
    what: 'The old velocity is added to the gradient first, and their average is both the buffer and the step.',
    library: 'MLX',
    source: 'https://github.com/ml-explore/mlx/pull/87',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          g.forEach((value, i) => {
            const ahead = value + h.momentum * v[i]!
            v[i] = h.momentum * v[i]! + (1 - h.momentum) * ahead
            x[i] = x[i]! - h.lr * v[i]!
          })
          return x
        },
        set(next: Momentum) {
          h = next
        },
      }
    },
    actual: {
      step: `
        ahead = g + momentum * m
        m     = momentum * m + (1 - momentum) * ahead
        x     = x - lr * m`,
    },
  },
]

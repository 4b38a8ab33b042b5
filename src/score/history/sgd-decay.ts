import type { Sgd } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Gradient descent whose decay is wrong. */
export const sgdDecay: readonly HistoryRow[] = [
  {
    id: 'sgd-decay-subtracted',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'The decay is subtracted from the gradient, so that it makes the parameters grow.',
    library: 'Chainer',
    source: 'https://github.com/chainer/chainer/issues/261',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let buffer: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) - h.weight_decay * x[i]!)
          if (h.momentum !== 0) {
            const old = buffer
            buffer = old ? old.map((b, i) => h.momentum * b + (1 - h.dampening) * d[i]!) : d.slice()
          }
          for (let i = 0; i < x.length; i++) {
            const plain = h.momentum !== 0 ? buffer![i]! : d[i]!
            x[i]! -= h.lr * (h.nesterov && h.momentum !== 0 ? d[i]! + h.momentum * plain : plain)
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = signed - weight_decay * x
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-maximize-after-decay',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'Maximizing turns the sign of the whole step at its end, so that the decay grows the parameters instead of shrinking them.',
    library: 'PyTorch (documentation of SGD)',
    source: 'https://github.com/pytorch/pytorch/issues/149476',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      const b = new Float64Array(x.length)
      let started = false
      return {
        step(g: Float64Array) {
          const direction = h.maximize ? 1 : -1
          for (const [i, value] of g.entries()) {
            const d = value + h.weight_decay * x[i]!
            let update = d
            if (h.momentum !== 0) {
              b[i] = started ? h.momentum * b[i]! + (1 - h.dampening) * d : d
              update = h.nesterov ? d + h.momentum * b[i]! : b[i]!
            }
            x[i]! += direction * h.lr * update
          }
          started ||= h.momentum !== 0
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
    actual: {
      step: `
        d      = weight_decay != 0 ? g + weight_decay * x : g
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = maximize ? x + lr * update : x - lr * update`,
    },
  },
  {
    id: 'sgd-decay-needs-momentum',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'Without momentum the step leaves early, before the decay is added.',
    library: 'MLX',
    source: 'https://github.com/ml-explore/mlx/pull/473',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let v: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const sign = h.maximize ? -1 : 1
          if (h.momentum <= 0) {
            for (let i = 0; i < x.length; i++) x[i]! -= h.lr * sign * g[i]!
            return x
          }
          const first = v === undefined
          v ??= new Float64Array(x.length)
          for (let i = 0; i < x.length; i++) {
            const d = sign * g[i]! + h.weight_decay * x[i]!
            v[i] = first ? d : h.momentum * v[i]! + (1 - h.dampening) * d
            x[i]! -= h.lr * (h.nesterov ? d + h.momentum * v[i]! : v[i]!)
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
        state: () => (v ? { momentum_buffer: v } : {}),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = momentum > 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-decay-without-parameter',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'The decay is the bare coefficient, not multiplied by the parameter.',
    library: 'pytorch-optimizer (SGDW)',
    source: 'https://github.com/jettify/pytorch-optimizer/issues/454',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      const b = x.map(() => 0)
      let steps = 0
      return {
        step(g: Float64Array) {
          for (let i = 0; i < g.length; i++) {
            const d = (h.maximize ? -1 : 1) * g[i]! + h.weight_decay
            if (h.momentum === 0) {
              x[i]! -= h.lr * d
              continue
            }
            b[i] = steps === 0 ? d : h.momentum * b[i]! + (1 - h.dampening) * d
            x[i]! -= h.lr * (h.nesterov ? d + h.momentum * b[i]! : b[i]!)
          }
          if (h.momentum !== 0) steps += 1
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = signed + weight_decay
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-decay-ignored',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'The decay is checked, stored, and never applied.',
    library: 'pytorch_optimizer (SignSGD)',
    source: 'https://github.com/kozistr/pytorch_optimizer/issues/517',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let buffer: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const d = h.maximize ? g.map(value => -value) : g.slice()
          const old = buffer
          if (h.momentum !== 0) buffer = old?.map((b, i) => b * h.momentum + d[i]! * (1 - h.dampening)) ?? d
          for (const [i, value] of d.entries()) {
            const b = buffer?.[i] ?? 0
            x[i]! -= h.lr * (h.momentum === 0 ? value : h.nesterov ? value + h.momentum * b : b)
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
    actual: {
      step: `
        d      = maximize ? -g : g
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-gradient-decayed-in-place',
    rule: 'sgd/pytorch',
    kind: 'implementation',
    truth: 'gradient changed',
    what: "The decay is added to the caller's gradient array itself.",
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/issues/12218',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let buffer: Float64Array | undefined
      return {
        step(g: Float64Array) {
          if (h.maximize) g = g.map(value => -value)
          if (h.weight_decay !== 0) for (let i = 0; i < g.length; i++) g[i]! += h.weight_decay * x[i]!
          const fresh = buffer === undefined
          if (h.momentum !== 0) buffer ??= g.slice()
          for (let i = 0; i < x.length; i++) {
            let update = g[i]!
            if (h.momentum !== 0) {
              if (!fresh) buffer![i] = h.momentum * buffer![i]! + (1 - h.dampening) * g[i]!
              update = h.nesterov ? update + h.momentum * buffer![i]! : buffer![i]!
            }
            x[i]! -= h.lr * update
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
  },
]

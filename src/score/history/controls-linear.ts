import type { Momentum, Sgd, TorchMomentum } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Correct gradient descent and momentum that were taken for wrong, or that had to be defended. */
export const controlsLinear: readonly HistoryRow[] = [
  {
    id: 'control-first-step-through-start-value',
    rule: 'sgd/pytorch',
    kind: 'control',
    what: 'The buffer starts at dampening over momentum times the gradient, so that the common line leaves the first gradient undampened.',
    library: 'MLX (as its reviewer proposed)',
    source: 'https://github.com/ml-explore/mlx/pull/473',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let v: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          let update = d
          if (h.momentum !== 0) {
            const start = v ?? d.map(value => (h.dampening / h.momentum) * value)
            const buffer = start.map((value, i) => h.momentum * value + (1 - h.dampening) * d[i]!)
            v = buffer
            update = h.nesterov ? d.map((value, i) => value + h.momentum * buffer[i]!) : buffer
          }
          for (let i = 0; i < x.length; i++) x[i]! -= h.lr * update[i]!
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-first-buffer-undampened',
    rule: 'sgd/pytorch',
    kind: 'control',
    what: 'The first gradient enters the buffer undampened: an inconsistency, which is documented and meant to stay.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/pull/152833',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      const buffer: (number | null)[] = Array.from(x, () => null)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -1 : 1) * g[i]! + h.weight_decay * x[i]!
            if (h.momentum === 0) {
              x[i]! += -h.lr * d
              continue
            }
            const old = buffer[i] ?? null
            const b = old === null ? d : (1 - h.dampening) * d + old * h.momentum
            buffer[i] = b
            x[i]! += -h.lr * (h.nesterov ? d + b * h.momentum : b)
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-momentum-rate-outside',
    rule: 'momentum/optax',
    kind: 'control',
    what: 'The rate multiplies the whole velocity and not what enters it: taken for a mistake, and meant like that.',
    library: 'flashlight',
    source: 'https://github.com/flashlight/flashlight/issues/38',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      const velocity = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) velocity[i]! *= h.momentum
          for (let i = 0; i < x.length; i++) velocity[i]! += g[i]!
          for (let i = 0; i < x.length; i++) x[i]! -= h.lr * velocity[i]!
          return x
        },
        set(next: Momentum) {
          h = next
        },
        state: () => ({ trace: velocity }),
      }
    },
  },
  {
    id: 'control-momentum-negative-buffer',
    rule: 'momentum/pytorch',
    kind: 'control',
    what: 'The buffer holds the velocity downhill, with the opposite sign, and is added.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/issues/44917',
    create: () => (hyper: TorchMomentum & { dampening: number }, x: Float64Array) => {
      let h = hyper
      let velocity: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const downhill = g.map((value, i) => (h.maximize ? value : -value) - h.weight_decay * x[i]!)
          velocity = velocity?.map((v, i) => h.momentum * v + (1 - h.dampening) * downhill[i]!) ?? downhill
          velocity.forEach((v, i) => {
            x[i]! += h.lr * v
          })
          return x
        },
        set(next: TorchMomentum & { dampening: number }) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-nesterov-difference-of-buffers',
    rule: 'nesterov/pytorch',
    kind: 'control',
    what: 'The step is one plus momentum times the new buffer, less momentum times the old one: the same, which two reports denied.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/pull/5920',
    create: () => (hyper: TorchMomentum, x: Float64Array) => {
      let h = hyper
      let buffer = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          const old = buffer
          buffer = old.map((b, i) => h.momentum * b + ((h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!))
          for (let i = 0; i < x.length; i++) x[i]! -= h.lr * ((1 + h.momentum) * buffer[i]! - h.momentum * old[i]!)
          return x
        },
        set(next: TorchMomentum) {
          h = next
        },
        state: () => ({ momentum_buffer: buffer }),
      }
    },
  },
  {
    id: 'control-nesterov-momentum-squared',
    rule: 'nesterov/keras',
    kind: 'control',
    what: 'Momentum seems to be applied twice: the old velocity with its square, the gradient with one plus it.',
    library: 'Keras, Pylearn2',
    source: 'https://github.com/lisa-lab/pylearn2/pull/1030',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          g.forEach((value, i) => {
            x[i]! += h.momentum ** 2 * v[i]! - (1 + h.momentum) * h.lr * value
            v[i] = h.momentum * v[i]! - h.lr * value
          })
          return x
        },
        set(next: Momentum) {
          h = next
        },
        state: () => ({ momentum: v }),
      }
    },
  },
]

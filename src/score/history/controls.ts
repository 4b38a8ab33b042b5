import type { HistoryRow } from './row.ts'
import { whole } from './whole.ts'

interface Sgd {
  lr: number
  momentum: number
  dampening: number
  weight_decay: number
  nesterov: boolean
  maximize: boolean
}

interface Momentum {
  lr: number
  momentum: number
}

interface TorchMomentum extends Momentum {
  weight_decay: number
  maximize: boolean
}

interface Adam {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

interface Switched extends Adam {
  amsgrad: boolean
}

/** Correct implementations that were taken for wrong, or that had to be defended. */
export const controls: readonly HistoryRow[] = [
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
  {
    id: 'control-adagrad-steps-from-zero',
    rule: 'adagrad/pytorch',
    kind: 'control',
    what: 'The step number starts at zero, where the decay of the rate subtracts one elsewhere.',
    library: 'ONNX',
    source: 'https://github.com/onnx/onnx/pull/1955',
    create: () => {
      interface Hyper {
        lr: number
        lr_decay: number
        weight_decay: number
        initial_accumulator_value: number
        eps: number
        maximize: boolean
      }
      return (hyper: Hyper, x: Float64Array) => {
        let h = hyper
        let T = 0
        const H = x.map(() => h.initial_accumulator_value)
        return {
          step(g: Float64Array) {
            const r = h.lr / (1 + T++ * h.lr_decay)
            for (let i = 0; i < x.length; i++) {
              const regularized = h.weight_decay * x[i]! + (h.maximize ? -g[i]! : g[i]!)
              H[i]! += regularized * regularized
              x[i]! -= (r * regularized) / (Math.sqrt(H[i]!) + h.eps)
            }
            return x
          },
          set(next: Hyper) {
            h = next
          },
        }
      }
    },
  },
  {
    id: 'control-rmsprop-three-argument-add',
    rule: 'rmsprop/lecture',
    kind: 'control',
    what: 'Whole-array passes on a scratch array, whose last one scales and adds at once: taken for an addition of the rate.',
    library: 'torch/optim (Lua)',
    source: 'https://github.com/torch/optim/pull/57',
    create: () => {
      interface Hyper {
        lr: number
        gamma: number
        eps: number
      }
      const addScaled = (to: Float64Array, factor: number, values: Float64Array) =>
        values.forEach((value, i) => {
          to[i]! += factor * value
        })
      return (hyper: Hyper, x: Float64Array) => {
        let h = hyper
        const m = new Float64Array(x.length)
        const tmp = new Float64Array(x.length)
        return {
          step(g: Float64Array) {
            tmp.set(g.map(value => value * value))
            m.forEach((value, i) => {
              m[i] = h.gamma * value
            })
            addScaled(m, 1 - h.gamma, tmp)
            tmp.set(m.map((value, i) => g[i]! / Math.sqrt(value + h.eps)))
            addScaled(x, -h.lr, tmp)
            return x
          },
          set(next: Hyper) {
            h = next
          },
        }
      }
    },
  },
  {
    id: 'control-rmsprop-epsilon-inside',
    rule: 'rmsprop/optax',
    kind: 'control',
    what: 'Epsilon stands under the root, as this dialect has it; that it should stand outside was refused.',
    library: 'Keras',
    source: 'https://github.com/keras-team/keras/issues/435',
    create: () => {
      interface Hyper extends Momentum {
        alpha: number
        eps: number
        centered: boolean
        nesterov: boolean
      }
      return (hyper: Hyper, x: Float64Array) => {
        let h = hyper
        const [nu, mu, trace] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
        return {
          step(g: Float64Array) {
            for (let i = 0; i < x.length; i++) {
              nu[i] = h.alpha * nu[i]! + (1 - h.alpha) * g[i]! ** 2
              mu[i] = h.alpha * mu[i]! + (1 - h.alpha) * g[i]!
              const inverse = 1 / Math.sqrt(nu[i]! - (h.centered ? mu[i]! ** 2 : 0) + h.eps)
              const scaled = h.lr * g[i]! * inverse
              trace[i] = h.momentum * trace[i]! + scaled
              const step = h.nesterov ? h.momentum * trace[i]! + scaled : trace[i]!
              x[i]! -= h.momentum > 0 ? step : scaled
            }
            return x
          },
          set(next: Hyper) {
            h = next
          },
        }
      }
    },
  },
  {
    id: 'control-adadelta-rate-outside',
    rule: 'adadelta/keras',
    kind: 'control',
    what: 'The rate scales the step only after it was accumulated, as the rule has it; a change to that was refused.',
    library: 'Keras',
    source: 'https://github.com/keras-team/keras/pull/11532',
    create: () => {
      interface Hyper {
        lr: number
        rho: number
        eps: number
      }
      return (hyper: Hyper, x: Float64Array) => {
        let h = hyper
        const accumulators = new Float64Array(x.length)
        const deltas = new Float64Array(x.length)
        return {
          step(g: Float64Array) {
            for (const [i, value] of g.entries()) {
              const newA = h.rho * accumulators[i]! + (1 - h.rho) * value * value
              const update = value * Math.sqrt((deltas[i]! + h.eps) / (newA + h.eps))
              accumulators[i] = newA
              deltas[i] = h.rho * deltas[i]! + (1 - h.rho) * update * update
              x[i] = x[i]! - h.lr * update
            }
            return x
          },
          set(next: Hyper) {
            h = next
          },
        }
      }
    },
  },
  {
    id: 'control-adadelta-average-before-step',
    rule: 'adadelta/zeiler',
    kind: 'control',
    what: 'Both averages are brought up to date before the step, that of the updates with the last one: the same sequence.',
    library: 'artificial-intelligence-and-machine-learning (notebooks)',
    source: 'https://github.com/yacineMahdid/artificial-intelligence-and-machine-learning/issues/43',
    create: () => (hyper: { rho: number; eps: number }, x: Float64Array) => {
      let h = hyper
      let pending: { delta: Float64Array; rho: number } | undefined
      const eg = new Float64Array(x.length)
      const ep = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          const last = pending
          for (let i = 0; i < x.length; i++) {
            eg[i] = h.rho * eg[i]! + (1 - h.rho) * g[i]! ** 2
            if (last) ep[i] = last.rho * ep[i]! + (1 - last.rho) * last.delta[i]! ** 2
          }
          const delta = g.map((value, i) => -(Math.sqrt(ep[i]! + h.eps) / Math.sqrt(eg[i]! + h.eps)) * value)
          for (let i = 0; i < x.length; i++) x[i]! += delta[i]!
          pending = { delta, rho: h.rho }
          return x
        },
        set(next: { rho: number; eps: number }) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-adam-correction-in-rate',
    rule: 'adam/keras',
    kind: 'control',
    what: 'No average is ever corrected: the corrections are one factor of the rate.',
    library: 'Caffe',
    source: 'https://github.com/BVLC/caffe/issues/4224',
    create: () => (hyper: Switched, x: Float64Array) => {
      let h = hyper
      let iteration = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const largest = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iteration += 1
          const correction = Math.sqrt(1 - h.beta2 ** iteration) / (1 - h.beta1 ** iteration)
          for (let i = 0; i < x.length; i++) {
            m[i] = (1 - h.beta1) * g[i]! + h.beta1 * m[i]!
            v[i] = (1 - h.beta2) * g[i]! * g[i]! + h.beta2 * v[i]!
            largest[i] = Math.max(largest[i]!, v[i]!)
            x[i]! -= h.lr * correction * (m[i]! / (Math.sqrt(h.amsgrad ? largest[i]! : v[i]!) + h.eps))
          }
          return x
        },
        set(next: Switched) {
          h = next
        },
        state: () => ({ momentum: m, velocity: v, ...(h.amsgrad && { velocity_hat: largest }) }),
      }
    },
  },
  {
    id: 'control-adam-epsilon-hat',
    rule: 'adam/keras',
    kind: 'control',
    what: 'Root and epsilon are divided by the correction together: epsilon hat, which was reported as a misapplied power.',
    library: 'TensorFlow',
    source: 'https://github.com/tensorflow/tensorflow/issues/9047',
    create: () => (hyper: Switched, x: Float64Array) => {
      let h = hyper
      let t = 0
      let [m, v, top] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
      return {
        step(g: Float64Array) {
          t += 1
          m = m.map((value, i) => value + (1 - h.beta1) * (g[i]! - value))
          v = v.map((value, i) => value + (1 - h.beta2) * (g[i]! ** 2 - value))
          top = top.map((value, i) => Math.max(value, v[i]!))
          const root = Math.sqrt(1 - h.beta2 ** t)
          for (let i = 0; i < x.length; i++) {
            const denominator = (Math.sqrt(h.amsgrad ? top[i]! : v[i]!) + h.eps) / root
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / denominator
          }
          return x
        },
        set(next: Switched) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-amsgrad-after-correction',
    rule: 'adam/optax',
    kind: 'control',
    what: 'AMSGrad compares corrected averages, as this dialect documents and PyTorch does not.',
    library: 'Optax',
    source: 'https://github.com/google-deepmind/optax/pull/1423',
    create: () => (hyper: Switched, x: Float64Array) => {
      let h = hyper
      const state = { count: 0, mu: new Float64Array(x.length), nu: new Float64Array(x.length), max: x.map(() => 0) }
      return {
        step(g: Float64Array) {
          state.count += 1
          const [c1, c2] = [1 - h.beta1 ** state.count, 1 - h.beta2 ** state.count]
          for (const [i, value] of g.entries()) {
            state.mu[i] = h.beta1 * state.mu[i]! + (1 - h.beta1) * value
            state.nu[i] = h.beta2 * state.nu[i]! + (1 - h.beta2) * value * value
            state.max[i] = Math.max(state.max[i]!, state.nu[i]! / c2)
            const second = h.amsgrad ? state.max[i]! : state.nu[i]! / c2
            x[i]! += (-h.lr / c1) * (state.mu[i]! / (h.eps + Math.sqrt(second)))
          }
          return x
        },
        set(next: Switched) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-adam-state-of-each-parameter',
    rule: 'adam/kingma-ba',
    kind: 'control',
    what: 'The step number is counted up inside the loop over parameters, each of which has its own.',
    library: 'Adai',
    source: 'https://github.com/zeke-xie/adaptive-inertia-adai/issues/3',
    create: () =>
      whole('adam that counts inside the loop', 'adam/kingma-ba', () => ({
        defaults: { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
        step(tensors, gradients) {
          tensors.forEach((state, k) => {
            const g = gradients[k]
            if (!g) return
            state.t += 1
            const { x, m, v, t, hyper: h } = state
            for (let i = 0; i < x.length; i++) {
              m[i] = m[i]! * h.beta1 + (1 - h.beta1) * g[i]!
              v[i] = v[i]! * h.beta2 + (1 - h.beta2) * g[i]! * g[i]!
              x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(v[i]! / (1 - h.beta2 ** t)) + h.eps)
            }
          })
        },
        save: tensors => tensors.map(({ t, m, v }) => ({ t, m: [...m], v: [...v] })),
        load(tensors, saved) {
          const states = saved as unknown as { t: number; m: number[]; v: number[] }[]
          states.forEach(({ t, m, v }, k) => {
            const tensor = tensors[k]!
            tensor.t = t
            tensor.m.set(m)
            tensor.v.set(v)
          })
        },
      })),
  },
  {
    id: 'control-adamw-decay-without-rate',
    rule: 'adamw/loshchilov-hutter',
    kind: 'control',
    what: 'The decay is not multiplied by the rate, as the paper has it and the frameworks do not.',
    library: 'neural-fortran',
    source: 'https://github.com/modern-fortran/neural-fortran/issues/152',
    create: () => (hyper: Adam & { weight_decay: number }, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! ** 2
            const mHat = m[i]! / (1 - h.beta1 ** t)
            const vHat = v[i]! / (1 - h.beta2 ** t)
            x[i] = x[i]! - (h.lr * mHat) / (Math.sqrt(vHat) + h.eps) - h.weight_decay * x[i]!
          }
          return x
        },
        set(next: Adam & { weight_decay: number }) {
          h = next
        },
      }
    },
  },
  {
    id: 'control-adamw-decay-by-subtraction',
    rule: 'adamw/pytorch',
    kind: 'control',
    what: 'The decay is subtracted as a product of three instead of taken as a factor of the parameter.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/pull/30207',
    create: () => (hyper: Switched & { weight_decay: number; maximize: boolean }, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            const d = h.maximize ? -g[i]! : g[i]!
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
            max[i] = Math.max(max[i]!, v[i]!)
            const root = Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** t))
            const before = x[i]!
            x[i]! -= before * h.lr * h.weight_decay
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (root + h.eps)
          }
          return x
        },
        set(next: Switched & { weight_decay: number; maximize: boolean }) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
  },
]

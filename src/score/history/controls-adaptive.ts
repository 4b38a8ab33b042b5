import type { Momentum } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Correct Adagrad, RMSProp and AdaDelta that were taken for wrong, or that had to be defended. */
export const controlsAdaptive: readonly HistoryRow[] = [
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
]

import { formats } from '../../numbers/formats.ts'
import type { HistoryRow } from './row.ts'
import { whole } from './whole.ts'

interface Torch {
  lr: number
  lr_decay: number
  weight_decay: number
  initial_accumulator_value: number
  eps: number
  maximize: boolean
}

interface Lecture {
  lr: number
  eps: number
}

/** Adagrad whose sum of squares holds something else, or is somebody else's. */
export const adagradSum: readonly HistoryRow[] = [
  {
    id: 'adagrad-decay-outside-sum',
    rule: 'adagrad/pytorch',
    kind: 'formula',
    what: 'The decay is applied to the parameter beside the step and never enters the sum of squares.',
    library: 'MXNet',
    source: 'https://github.com/apache/mxnet/issues/9363',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      let t = 0
      const history = new Float64Array(x.length).fill(h.initial_accumulator_value)
      return {
        step(g: Float64Array) {
          const rate = h.lr / (1 + t * h.lr_decay)
          t += 1
          for (let i = 0; i < x.length; i++) {
            const gradient = h.maximize ? -g[i]! : g[i]!
            history[i]! += gradient * gradient
            x[i]! += -rate * (gradient / (Math.sqrt(history[i]!) + h.eps) + h.weight_decay * x[i]!)
          }
          return x
        },
        set(next: Torch) {
          h = next
        },
        state: () => ({ sum: history }),
      }
    },
    actual: {
      step: `
        d   = maximize ? -g : g
        clr = lr / (1 + (t - 1) * lr_decay)
        G   = G + d * d
        x   = x - clr * (d / (sqrt(G) + eps) + weight_decay * x)`,
    },
  },
  {
    id: 'adagrad-rate-in-sum',
    rule: 'adagrad/lecture',
    kind: 'formula',
    what: 'The gradient is multiplied by the rate before it is squared, so that the rate cancels.',
    library: 'GloVe',
    source: 'https://github.com/stanfordnlp/GloVe/issues/134',
    format: 'float32',
    create: format => (hyper: Lecture, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      const gradsq = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            const scaled = h.lr * g[i]!
            gradsq[i] = round(gradsq[i]! + scaled * scaled)
            x[i] = round(x[i]! - scaled / Math.sqrt(gradsq[i]! + h.eps))
          }
          return x
        },
        set(next: Lecture) {
          h = next
        },
        state: () => ({ G: gradsq }),
      }
    },
    actual: {
      step: `
        u = lr * g
        G = G + u^2
        x = x - u / sqrt(G + eps)`,
    },
  },
  {
    id: 'adagrad-accumulator-default-zero',
    rule: 'adagrad/keras',
    kind: 'implementation',
    truth: 'default differs',
    what: 'Where no initial accumulator is given, the sum starts at 0 instead of 0.1, as it does when made from its name.',
    library: 'TensorFlow',
    source: 'https://github.com/tensorflow/tensorflow/issues/37229',
    create: () =>
      whole('adagrad that starts at zero', 'adagrad/keras', () => {
        const started = new Set<unknown>()
        return {
          defaults: { lr: 0.001, initial_accumulator_value: 0, eps: 1e-7 },
          step(tensors, gradients) {
            for (const [k, tensor] of tensors.entries()) {
              const g = gradients[k]
              if (!started.has(tensor)) tensor.v.fill(tensor.hyper.initial_accumulator_value)
              started.add(tensor)
              g?.forEach((value, i) => {
                tensor.v[i]! += value * value
                tensor.x[i]! -= (tensor.hyper.lr * value) / (Math.sqrt(tensor.v[i]!) + tensor.hyper.eps)
              })
            }
          },
        }
      }),
  },
  {
    id: 'adagrad-first-accumulator-for-all',
    rule: 'adagrad/lecture',
    kind: 'implementation',
    truth: 'state shared between parameters',
    what: 'The index of the accumulator is never counted up: all parameters use that of the first.',
    library: 'PennyLane',
    source: 'https://github.com/PennyLaneAI/pennylane/issues/1928',
    create: () =>
      whole('adagrad with one accumulator', 'adagrad/lecture', () => ({
        defaults: { lr: 0.01, eps: 1e-8 },
        step(tensors, gradients) {
          const shared = tensors[0]!.v
          for (const [k, { x, hyper }] of tensors.entries()) {
            const g = gradients[k]
            if (!g) continue
            for (let i = 0; i < x.length; i++) {
              const at = i % shared.length
              shared[at]! += g[i]! ** 2
              x[i]! -= (hyper.lr / Math.sqrt(shared[at]! + hyper.eps)) * g[i]!
            }
          }
        },
      })),
  },
  {
    id: 'adagrad-late-group-without-state',
    rule: 'adagrad/lecture',
    kind: 'implementation',
    truth: 'added parameter has no state',
    what: 'The sums are made when the optimizer is built: a group that is added later has none, and its first step throws.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/issues/53712',
    create: () =>
      whole('adagrad built once', 'adagrad/lecture', () => {
        const late = new Set<string>()
        return {
          defaults: { lr: 0.01, eps: 1e-8 },
          late: tensor => late.add(tensor.name),
          step(tensors, gradients) {
            tensors.forEach(({ name, x, v, hyper }, k) => {
              const g = gradients[k]
              if (!g) return
              if (late.has(name)) throw new Error(`no sum for parameter ${name}`)
              for (let i = 0; i < x.length; i++) {
                v[i]! += g[i]! * g[i]!
                x[i] = x[i]! - (hyper.lr / Math.sqrt(v[i]! + hyper.eps)) * g[i]!
              }
            })
          },
        }
      }),
  },
]

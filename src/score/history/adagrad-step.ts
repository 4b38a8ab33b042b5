import type { HistoryRow } from './row.ts'

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

/** Adagrad whose step goes the wrong way, or is sized wrongly. */
export const adagradStep: readonly HistoryRow[] = [
  {
    id: 'adagrad-ascends',
    rule: 'adagrad/lecture',
    kind: 'formula',
    what: 'The step is added to the parameter instead of subtracted.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/issues/4184',
    create: () => (hyper: Lecture, x: Float64Array) => {
      let h = hyper
      const accumulated = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; ++i) {
            accumulated[i]! += g[i]! * g[i]!
            x[i]! += (h.lr * g[i]!) / Math.sqrt(accumulated[i]! + h.eps)
          }
          return x
        },
        set(next: Lecture) {
          h = next
        },
        state: () => ({ G: accumulated }),
      }
    },
    actual: {
      step: `
        G = G + g^2
        x = x + lr / sqrt(G + eps) * g`,
    },
  },
  {
    id: 'adagrad-rate-decay-ignored',
    rule: 'adagrad/pytorch',
    kind: 'formula',
    what: 'The decay of the rate is accepted, and the bare rate is used.',
    library: 'TensorFlow for Scala',
    source: 'https://github.com/eaplatanios/tensorflow_scala/pull/55',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const sum = x.map(() => h.initial_accumulator_value)
      return {
        step(g: Float64Array) {
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          d.forEach((value, i) => {
            sum[i]! += value ** 2
            x[i]! -= (h.lr * value) / (Math.sqrt(sum[i]!) + h.eps)
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
        G      = G + d * d
        x      = x - lr * d / (sqrt(G) + eps)`,
    },
  },
  {
    id: 'adagrad-no-epsilon',
    rule: 'adagrad/lecture',
    kind: 'formula',
    what: 'Nothing keeps the denominator from zero: a first gradient of exactly zero gives not a number.',
    library: 'Pylearn2',
    source: 'https://github.com/lisa-lab/pylearn2/issues/1496',
    create: () => (hyper: Lecture, x: Float64Array) => {
      let h = hyper
      const squares = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (const [i, value] of g.entries()) {
            squares[i]! += value * value
            x[i]! -= (h.lr / Math.sqrt(squares[i]!)) * value
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
        G = G + g^2
        x = x - lr / sqrt(G) * g`,
    },
  },
  {
    id: 'adagrad-maximize-flips-rate',
    rule: 'adagrad/pytorch',
    kind: 'formula',
    what: 'Maximizing negates the rate instead of the gradient, so that the decay changes its sign too.',
    library: 'PyTorch (as first proposed)',
    source: 'https://github.com/pytorch/pytorch/pull/68579',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      let step = 0
      const state = Array.from(x, () => h.initial_accumulator_value)
      return {
        step(g: Float64Array) {
          step += 1
          const rate = (h.maximize ? -h.lr : h.lr) / (1 + (step - 1) * h.lr_decay)
          for (let i = 0; i < x.length; i++) {
            const gradient = g[i]! + h.weight_decay * x[i]!
            state[i] = state[i]! + gradient * gradient
            x[i]! -= (rate * gradient) / (Math.sqrt(state[i]!) + h.eps)
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
        d    = weight_decay != 0 ? g + weight_decay * x : g
        flip = maximize ? -lr : lr
        clr  = flip / (1 + (t - 1) * lr_decay)
        G    = G + d * d
        x    = x - clr * d / (sqrt(G) + eps)`,
    },
  },
]

import { changed } from './adam-text.ts'
import type { AdamW, AmsgradW, TorchAdam } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** AdamW whose decay is another term. */
export const adamwDecay: readonly HistoryRow[] = [
  {
    id: 'adamw-decay-grows',
    rule: 'adamw/loshchilov-hutter',
    kind: 'formula',
    what: 'The decay is added to the parameter, which grows by it in every step.',
    library: 'AdamW-pytorch (as proposed in the thread)',
    source: 'https://github.com/egg-west/AdamW-pytorch/issues/1',
    create: () => (hyper: AdamW, x: Float64Array) => {
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
            const root = Math.sqrt(v[i]! / (1 - h.beta2 ** t))
            x[i]! += h.weight_decay * x[i]! - (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (root + h.eps)
          }
          return x
        },
        set(next: AdamW) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { x: 'x - (lr * mhat / (sqrt(vhat) + eps) - weight_decay * x)' }),
  },
  {
    id: 'adamw-decay-without-parameter',
    rule: 'adamw/pytorch',
    kind: 'formula',
    what: 'The same amount is taken off every element: the decay is not multiplied by the parameter.',
    library: 'torchopt (R)',
    source: 'https://github.com/e-sensing/torchopt/pull/14',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const cells = Array.from(x, () => ({ m: 0, v: 0, max: 0 }))
      return {
        step(g: Float64Array) {
          t += 1
          cells.forEach((cell, i) => {
            const d = h.maximize ? -g[i]! : g[i]!
            cell.m = h.beta1 * cell.m + (1 - h.beta1) * d
            cell.v = h.beta2 * cell.v + (1 - h.beta2) * d ** 2
            cell.max = Math.max(cell.max, cell.v)
            const denominator = Math.sqrt((h.amsgrad ? cell.max : cell.v) / (1 - h.beta2 ** t)) + h.eps
            x[i]! -= h.lr * h.weight_decay + (h.lr * (cell.m / (1 - h.beta1 ** t))) / denominator
          })
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdamW', { decayed: 'x - lr * weight_decay' }),
  },
  {
    id: 'adamw-decay-not-times-rate',
    rule: 'adamw/keras',
    kind: 'formula',
    what: 'The decay is not multiplied by the rate.',
    library: 'TensorFlow Addons',
    source: 'https://github.com/tensorflow/addons/issues/2282',
    create: () => (hyper: AmsgradW, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) x[i]! -= h.weight_decay * x[i]!
          const alpha = (h.lr * Math.sqrt(1 - h.beta2 ** t)) / (1 - h.beta1 ** t)
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
            max[i] = Math.max(max[i]!, v[i]!)
            x[i]! -= (alpha * m[i]!) / (Math.sqrt(h.amsgrad ? max[i]! : v[i]!) + h.eps)
          }
          return x
        },
        set(next: AmsgradW) {
          h = next
        },
        state: () => ({ momentum: m, velocity: v, ...(h.amsgrad && { velocity_hat: max }) }),
      }
    },
    actual: changed('kerasAdam', { x: 'x - x * weight_decay - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)' }),
  },
  {
    id: 'adamw-decay-in-gradient',
    rule: 'adamw/keras',
    kind: 'formula',
    what: 'The decay is added to the gradient and enters both averages: Adam with an L2 penalty.',
    library: 'NNTrainer',
    source: 'https://github.com/nntrainer/nntrainer/pull/3565',
    create: () => (hyper: AmsgradW, x: Float64Array) => {
      let h = hyper
      let iteration = 0
      const wm = new Float64Array(x.length)
      const wv = new Float64Array(x.length)
      const top = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iteration += 1
          const gradient = g.map((value, i) => value + h.weight_decay * x[i]!)
          const rate = (h.lr * Math.sqrt(1 - h.beta2 ** iteration)) / (1 - h.beta1 ** iteration)
          gradient.forEach((value, i) => {
            wm[i] = wm[i]! * h.beta1 + value * (1 - h.beta1)
            wv[i] = wv[i]! * h.beta2 + value * value * (1 - h.beta2)
            top[i] = Math.max(top[i]!, wv[i]!)
            x[i]! -= (rate * wm[i]!) / (Math.sqrt(h.amsgrad ? top[i]! : wv[i]!) + h.eps)
          })
          return x
        },
        set(next: AmsgradW) {
          h = next
        },
      }
    },
    actual: {
      step: `
        d       = g + weight_decay * x
        m       = beta1 * m + (1 - beta1) * d
        v       = beta2 * v + (1 - beta2) * d^2
        vmax    = max(vmax, v)
        alpha_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
        x       = x - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)`,
    },
  },
]

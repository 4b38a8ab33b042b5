import { formats } from '../../numbers/formats.ts'
import { changed } from './adam-text.ts'
import type { AmsgradW, TorchAdam } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** AdamW whose decay comes late, twice, alone, or not at all. */
export const adamwDecayPlace: readonly HistoryRow[] = [
  {
    id: 'adamw-decay-after-step',
    rule: 'adamw/pytorch',
    kind: 'formula',
    what: 'The parameter is shrunk after the step, which shrinks the step with it.',
    library: 'transformers',
    source: 'https://github.com/huggingface/transformers/issues/14539',
    format: 'float32',
    create: format => (hyper: TorchAdam, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      const state = { step: 0, m: new Float64Array(x.length), v: new Float64Array(x.length), max: x.map(() => 0) }
      return {
        step(g: Float64Array) {
          state.step += 1
          const rate = h.lr / (1 - h.beta1 ** state.step)
          const scale = Math.sqrt(1 - h.beta2 ** state.step)
          for (let i = 0; i < x.length; i++) {
            const d = h.maximize ? -g[i]! : g[i]!
            state.m[i] = round(h.beta1 * state.m[i]! + (1 - h.beta1) * d)
            state.v[i] = round(h.beta2 * state.v[i]! + (1 - h.beta2) * d * d)
            state.max[i] = Math.max(state.max[i]!, state.v[i]!)
            const root = Math.sqrt(h.amsgrad ? state.max[i]! : state.v[i]!) / scale
            x[i] = round(x[i]! - (rate * state.m[i]!) / (root + h.eps))
            x[i] = round(x[i]! - h.lr * h.weight_decay * x[i]!)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdamW', { decayed: 'x', x: '(x - step_size * m / denom) * (1 - lr * weight_decay)' }),
  },
  {
    id: 'adamw-no-decay',
    rule: 'adamw/pytorch',
    kind: 'formula',
    what: 'The decay is accepted and not applied: AdamW steps as Adam does.',
    library: 'NNTrainer',
    source: 'https://github.com/nntrainer/nntrainer/pull/3527',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -1 : 1) * g[i]!
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
            max[i] = Math.max(max[i]!, v[i]!)
            const corrected = (h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** t)
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(corrected) + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
    actual: changed('torchAdamW', { decayed: 'x' }),
  },
  {
    id: 'adamw-keeps-only-the-decay',
    rule: 'adamw/keras',
    kind: 'formula',
    what: 'What should remain of the parameter is subtracted from it, so that only the small share to be taken away is left.',
    library: 'Keras',
    source: 'https://github.com/keras-team/keras/pull/16274',
    create: () => (hyper: AmsgradW, x: Float64Array) => {
      let h = hyper
      let iterations = 0
      let m = new Float64Array(x.length)
      let v = new Float64Array(x.length)
      let vHat = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iterations += 1
          m = m.map((value, i) => value + (g[i]! - value) * (1 - h.beta1))
          v = v.map((value, i) => value + (g[i]! ** 2 - value) * (1 - h.beta2))
          vHat = vHat.map((value, i) => Math.max(value, v[i]!))
          const alpha = (h.lr * Math.sqrt(1 - h.beta2 ** iterations)) / (1 - h.beta1 ** iterations)
          for (let i = 0; i < x.length; i++) {
            x[i]! -= x[i]! * (1 - h.lr * h.weight_decay)
            x[i]! -= (m[i]! * alpha) / (Math.sqrt(h.amsgrad ? vHat[i]! : v[i]!) + h.eps)
          }
          return x
        },
        set(next: AmsgradW) {
          h = next
        },
      }
    },
    actual: changed('kerasAdam', {
      x: 'x - x * (1 - lr * weight_decay) - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)',
    }),
  },
  {
    id: 'adamw-decays-twice',
    rule: 'adamw/pytorch',
    kind: 'formula',
    what: 'A wrapper shrinks the parameter, and the optimizer inside it shrinks it again.',
    library: 'Neuron_SP',
    source: 'https://github.com/dylanyunlon/Neuron_SP/issues/13',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      const inner = (g: Float64Array) => {
        t += 1
        for (let i = 0; i < x.length; i++) {
          const d = h.maximize ? -g[i]! : g[i]!
          x[i]! *= 1 - h.lr * h.weight_decay
          m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
          v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
          max[i] = Math.max(max[i]!, v[i]!)
          const root = Math.sqrt(h.amsgrad ? max[i]! : v[i]!) / Math.sqrt(1 - h.beta2 ** t)
          x[i]! -= ((h.lr / (1 - h.beta1 ** t)) * m[i]!) / (root + h.eps)
        }
      }
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) x[i]! *= 1 - h.lr * h.weight_decay
          inner(g)
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdamW', { decayed: 'x * (1 - lr * weight_decay) * (1 - lr * weight_decay)' }),
  },
]

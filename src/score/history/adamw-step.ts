import { changed } from './adam-text.ts'
import type { AdamW, TorchAdam } from './hyper.ts'
import type { HistoryRow } from './row.ts'
import { whole } from './whole.ts'

const torchDefaults = {
  lr: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weight_decay: 0.01,
  amsgrad: false,
  maximize: false,
}

/** AdamW whose step or its bookkeeping is wrong, the decay of groups, of late rates and of absent gradients included. */
export const adamwStep: readonly HistoryRow[] = [
  {
    id: 'adamw-epsilon-scaled',
    rule: 'adamw/pytorch',
    kind: 'formula',
    what: 'Epsilon is added before the second moment is corrected, and is scaled with it.',
    library: 'TorchANI',
    source: 'https://github.com/aiqm/torchani/pull/261',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          const size = (h.lr * Math.sqrt(1 - h.beta2 ** t)) / (1 - h.beta1 ** t)
          for (const [i, value] of g.entries()) {
            const d = h.maximize ? -value : value
            m[i]! += (1 - h.beta1) * (d - m[i]!)
            v[i]! += (1 - h.beta2) * (d * d - v[i]!)
            max[i] = Math.max(max[i]!, v[i]!)
            x[i] = x[i]! * (1 - h.lr * h.weight_decay)
            x[i]! -= (size * m[i]!) / (Math.sqrt(h.amsgrad ? max[i]! : v[i]!) + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
    actual: changed('torchAdamW', {
      step_size: 'lr * sqrt(bc2) / bc1',
      denom: 'sqrt(amsgrad ? vmax : v) + eps',
    }),
  },
  {
    id: 'adamw-no-correction',
    rule: 'adamw/optax',
    kind: 'formula',
    what: 'The averages are used without bias correction.',
    library: 'BERT',
    source: 'https://github.com/google-research/bert/issues/153',
    create: () => (hyper: AdamW, x: Float64Array) => {
      let h = hyper
      let m = new Float64Array(x.length)
      let v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          m = m.map((value, i) => h.beta1 * value + (1 - h.beta1) * g[i]!)
          v = v.map((value, i) => h.beta2 * value + (1 - h.beta2) * g[i]! * g[i]!)
          for (let i = 0; i < x.length; i++) {
            const update = m[i]! / (Math.sqrt(v[i]!) + h.eps) + h.weight_decay * x[i]!
            x[i]! -= h.lr * update
          }
          return x
        },
        set(next: AdamW) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', {
      mhat: 'm',
      vhat: 'v',
      x: 'x - lr * (mhat / (sqrt(vhat) + eps) + weight_decay * x)',
    }),
  },
  {
    id: 'adamw-decay-keeps-first-rate',
    rule: 'adamw/pytorch',
    kind: 'implementation',
    truth: 'rate captured when built',
    what: 'The decay is multiplied by the rate of the beginning, while the step follows the schedule.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/pull/30207',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      const firstRate = hyper.lr
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
            x[i] = x[i]! - x[i]! * firstRate * h.weight_decay
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
            max[i] = Math.max(max[i]!, v[i]!)
            const root = Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** t))
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (root + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
  },
  {
    id: 'adamw-decays-without-gradient',
    rule: 'adamw/pytorch',
    kind: 'implementation',
    truth: 'absent gradient counts',
    what: 'A parameter that has no gradient in this step is shrunk nevertheless.',
    library: 'Muon',
    source: 'https://github.com/KellerJordan/Muon/issues/54',
    create: () =>
      whole('adamw that decays everything', 'adamw/pytorch', () => ({
        defaults: torchDefaults,
        step(tensors, gradients) {
          for (const [k, tensor] of tensors.entries()) {
            const { x, m, v, max, hyper: h } = tensor
            for (let i = 0; i < x.length; i++) x[i]! *= 1 - h.lr * h.weight_decay
            const g = gradients[k]
            if (!g) continue
            tensor.t += 1
            const [c1, c2] = [1 - h.beta1 ** tensor.t, 1 - h.beta2 ** tensor.t]
            for (let i = 0; i < x.length; i++) {
              const d = h.maximize ? -g[i]! : g[i]!
              m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
              v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
              max[i] = Math.max(max[i]!, v[i]!)
              x[i]! -= ((h.lr / c1) * m[i]!) / (Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / c2) + h.eps)
            }
          }
        },
      })),
  },
  {
    id: 'adamw-groups-all-decay',
    rule: 'adamw/pytorch',
    kind: 'implementation',
    truth: 'group hyper-parameters ignored',
    what: 'Parameters that should be without decay land in the same group as the others and are decayed with them.',
    library: 'tabular-dl-tabr',
    source: 'https://github.com/yandex-research/tabular-dl-tabr/issues/19',
    create: () =>
      whole('adamw with one decay', 'adamw/pytorch', () => ({
        defaults: torchDefaults,
        step(tensors, gradients) {
          const { weight_decay } = tensors[0]!.hyper
          tensors.forEach((tensor, k) => {
            const { x, m, v, max, hyper: h } = tensor
            const g = gradients[k]
            if (!g) return
            tensor.t += 1
            g.forEach((value, i) => {
              const d = h.maximize ? -value : value
              x[i]! *= 1 - h.lr * weight_decay
              m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
              v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
              max[i] = Math.max(max[i]!, v[i]!)
              const root = Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** tensor.t))
              x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** tensor.t))) / (root + h.eps)
            })
          })
        },
      })),
  },
]

import type { Adam, Amsgrad } from './hyper.ts'
import type { HistoryRow } from './row.ts'
import { whole } from './whole.ts'

/** Correct Adam and AdamW that were taken for wrong, or that had to be defended. */
export const controlsAdam: readonly HistoryRow[] = [
  {
    id: 'control-adam-correction-in-rate',
    rule: 'adam/keras',
    kind: 'control',
    what: 'No average is ever corrected: the corrections are one factor of the rate.',
    library: 'Caffe',
    source: 'https://github.com/BVLC/caffe/issues/4224',
    create: () => (hyper: Amsgrad, x: Float64Array) => {
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
        set(next: Amsgrad) {
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
    create: () => (hyper: Amsgrad, x: Float64Array) => {
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
        set(next: Amsgrad) {
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
    create: () => (hyper: Amsgrad, x: Float64Array) => {
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
        set(next: Amsgrad) {
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
    create: () => (hyper: Amsgrad & { weight_decay: number; maximize: boolean }, x: Float64Array) => {
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
        set(next: Amsgrad & { weight_decay: number; maximize: boolean }) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
  },
]

import type { Json } from '../../subject/subject.ts'
import type { Adam, Amsgrad } from './hyper.ts'
import type { HistoryRow } from './row.ts'
import { whole } from './whole.ts'

interface Moments {
  t: number
  m: Float64Array
  v: Float64Array
}

/** Adam that does not go on where it stopped. */
export const adamResume: readonly HistoryRow[] = [
  {
    id: 'adam-state-in-half-precision-on-load',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'state rounded on resume',
    what: 'Loading casts the averages to eleven significant bits and back.',
    library: 'FairScale',
    source: 'https://github.com/facebookresearch/fairscale/issues/50',
    create: () => (hyper: Adam, x: Float64Array) => {
      const half = (value: number): number => {
        if (value === 0) return value
        const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10)
        return Math.round(value / unit) * unit
      }
      let h = hyper
      let state: Moments = { t: 0, m: new Float64Array(x.length), v: new Float64Array(x.length) }
      return {
        step(g: Float64Array) {
          state.t += 1
          for (let i = 0; i < x.length; i++) {
            state.m[i] = h.beta1 * state.m[i]! + (1 - h.beta1) * g[i]!
            state.v[i] = h.beta2 * state.v[i]! + (1 - h.beta2) * g[i]! ** 2
            const mean = state.m[i]! / (1 - h.beta1 ** state.t)
            x[i]! -= (h.lr * mean) / (Math.sqrt(state.v[i]! / (1 - h.beta2 ** state.t)) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
        save: () => state,
        load({ t, m, v }: Moments) {
          state = { t, m: m.map(half), v: v.map(half) }
        },
      }
    },
  },
  {
    id: 'adam-state-erased-after-load',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'state lost on resume',
    what: 'After loading, the parameters are set once more, which begins the state anew.',
    library: 'OpenNMT-py',
    source: 'https://github.com/OpenNMT/OpenNMT-py/issues/617',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let state: Moments
      const setParameters = () => {
        state = { t: 0, m: new Float64Array(x.length), v: new Float64Array(x.length) }
      }
      setParameters()
      return {
        step(g: Float64Array) {
          const { m, v } = state
          const t = ++state.t
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(v[i]! / (1 - h.beta2 ** t)) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
        save: () => state,
        load(saved: Moments) {
          state = saved
          setParameters()
        },
      }
    },
  },
  {
    id: 'adam-iterations-not-saved',
    rule: 'adam/keras',
    kind: 'implementation',
    truth: 'step lost on resume',
    what: 'The averages are saved and the step number is not: the corrections begin again at the first step.',
    library: 'Keras',
    source: 'https://github.com/keras-team/keras/issues/13027',
    create: () => (hyper: Amsgrad, x: Float64Array) => {
      let h = hyper
      let iterations = 0
      let weights = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
      return {
        step(g: Float64Array) {
          iterations += 1
          const rate = (h.lr * Math.sqrt(1 - h.beta2 ** iterations)) / (1 - h.beta1 ** iterations)
          const [m, v, largest] = weights as [Float64Array, Float64Array, Float64Array]
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! ** 2
            largest[i] = Math.max(largest[i]!, v[i]!)
            x[i]! -= (rate * m[i]!) / (Math.sqrt(h.amsgrad ? largest[i]! : v[i]!) + h.eps)
          }
          return x
        },
        set(next: Amsgrad) {
          h = next
        },
        save: () => ({ weights }),
        load(saved: { weights: typeof weights }) {
          weights = saved.weights
        },
      }
    },
  },
  {
    id: 'adam-saved-state-alive',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'saved state is the live state',
    what: 'What is saved are the live arrays: steps after it change them, and a run that loads them shares them.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/issues/196083',
    create: () =>
      whole('adam that saves its live arrays', 'adam/kingma-ba', () => {
        let memory: { t: number; m: number[]; v: number[] }[] = []
        return {
          defaults: { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
          step(tensors, gradients) {
            for (const [k, { x, hyper: h }] of tensors.entries()) {
              const g = gradients[k]
              memory[k] ??= { t: 0, m: Array.from(x, () => 0), v: Array.from(x, () => 0) }
              if (!g) continue
              const s = memory[k]
              s.t += 1
              for (const [i, value] of g.entries()) {
                s.m[i] = h.beta1 * s.m[i]! + (1 - h.beta1) * value
                s.v[i] = h.beta2 * s.v[i]! + (1 - h.beta2) * value ** 2
                const root = Math.sqrt(s.v[i]! / (1 - h.beta2 ** s.t))
                x[i]! -= (h.lr * (s.m[i]! / (1 - h.beta1 ** s.t))) / (root + h.eps)
              }
            }
          },
          save: () => memory as unknown as Json,
          load(_, saved) {
            memory = saved as unknown as typeof memory
          },
        }
      }),
  },
]

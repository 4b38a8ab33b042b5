import { changed } from './adam-text.ts'
import type { Adam, Amsgrad } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam whose rate is fixed, captured, or short of digits. */
export const adamRate: readonly HistoryRow[] = [
  {
    id: 'adam-rate-fixed',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The rate that is passed in is not used: the step always has 0.0002.',
    library: 'arctic-captions',
    source: 'https://github.com/kelvinxu/arctic-captions/issues/34',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      const lr0 = 0.0002
      let iteration = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iteration += 1
          const [fix1, fix2] = [1 - h.beta1 ** iteration, 1 - h.beta2 ** iteration]
          g.forEach((value, i) => {
            m[i] = (1 - h.beta1) * value + h.beta1 * m[i]!
            v[i] = (1 - h.beta2) * value * value + h.beta2 * v[i]!
            x[i]! -= (lr0 * (m[i]! / fix1)) / (Math.sqrt(v[i]! / fix2) + h.eps)
          })
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - 0.0002 * mhat / (sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-rate-in-float32',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'hyper-parameter rounded',
    what: 'The rate is stored as a float32 number, also where the parameters are float64.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/pull/78972',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          const rate = Math.fround(h.lr)
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
            x[i]! -= (rate * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(v[i]! / (1 - h.beta2 ** t)) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
  },
  {
    id: 'adam-rate-captured',
    rule: 'adam/keras',
    kind: 'implementation',
    truth: 'rate captured when built',
    what: 'The rate is read once, when the optimizer is built: a later change has no effect.',
    library: 'TensorFlow (Keras)',
    source: 'https://github.com/tensorflow/tensorflow/issues/31324',
    create: () => (hyper: Amsgrad, x: Float64Array) => {
      const { lr } = hyper
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const top = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          const alpha = (lr * Math.sqrt(1 - h.beta2 ** t)) / (1 - h.beta1 ** t)
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! ** 2
            if (v[i]! > top[i]!) top[i] = v[i]!
            x[i]! -= (alpha * m[i]!) / (Math.sqrt(h.amsgrad ? top[i]! : v[i]!) + h.eps)
          }
          return x
        },
        set(next: Amsgrad) {
          h = next
        },
      }
    },
  },
]

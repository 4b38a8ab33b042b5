import { changed } from './adam-text.ts'
import type { Adam, Amsgrad } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam whose denominator is wrong. */
export const adamEpsilon: readonly HistoryRow[] = [
  {
    id: 'adam-epsilon-inside',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Epsilon is added under the root instead of to it.',
    library: 'Flux.jl',
    source: 'https://github.com/FluxML/Flux.jl/pull/448',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      let t = 0
      return {
        step(g: Float64Array) {
          t += 1
          const [c1, c2] = [1 - h.beta1 ** t, 1 - h.beta2 ** t]
          for (const [i, value] of g.entries()) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * value
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * value ** 2
            x[i]! -= (m[i]! / c1 / Math.sqrt(v[i]! / c2 + h.eps)) * h.lr
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat / sqrt(vhat + eps)' }),
  },
  {
    id: 'adam-epsilon-subtracted',
    rule: 'adam/keras',
    kind: 'formula',
    what: 'Epsilon is subtracted from the root, which it brings nearer to zero instead of keeping it away.',
    library: 'TensorFlow (Keras)',
    source: 'https://github.com/tensorflow/tensorflow/pull/61411',
    create: () => (hyper: Amsgrad, x: Float64Array) => {
      let h = hyper
      let iterations = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const vhat = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iterations += 1
          const alpha = (h.lr * Math.sqrt(1 - h.beta2 ** iterations)) / (1 - h.beta1 ** iterations)
          for (let i = 0; i < x.length; i++) {
            m[i]! += (g[i]! - m[i]!) * (1 - h.beta1)
            v[i]! += (g[i]! * g[i]! - v[i]!) * (1 - h.beta2)
            vhat[i] = Math.max(vhat[i]!, v[i]!)
            x[i]! -= (m[i]! * alpha) / (Math.sqrt(h.amsgrad ? vhat[i]! : v[i]!) - h.eps)
          }
          return x
        },
        set(next: Amsgrad) {
          h = next
        },
      }
    },
    actual: changed('kerasAdam', { x: 'x - alpha_t * m / (sqrt(amsgrad ? vmax : v) - eps)' }),
  },
  {
    id: 'adam-multiplied-by-root',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The mean is multiplied by the root of the second moment instead of divided by it.',
    library: 'Tribuo',
    source: 'https://github.com/oracle/tribuo/pull/401',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let iterations = 0
      const first = new Float64Array(x.length)
      const second = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iterations++
          for (let i = 0; i < x.length; i++) {
            first[i] = first[i]! * h.beta1 + g[i]! * (1 - h.beta1)
            second[i] = second[i]! * h.beta2 + g[i]! * g[i]! * (1 - h.beta2)
          }
          const rate = h.lr / (1 - h.beta1 ** iterations)
          const correction = 1 - h.beta2 ** iterations
          for (let i = 0; i < x.length; i++) x[i]! -= rate * first[i]! * (Math.sqrt(second[i]! / correction) + h.eps)
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat * (sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-epsilon-after-inverse',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Epsilon is added to the inverse root, after the division that it should have made safe.',
    library: 'pytorch_optimizer (AdamP)',
    source: 'https://github.com/kozistr/pytorch_optimizer/issues/480',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const expAvg = new Float64Array(x.length)
      const expAvgSq = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            expAvg[i] = h.beta1 * expAvg[i]! + (1 - h.beta1) * g[i]!
            expAvgSq[i] = h.beta2 * expAvgSq[i]! + (1 - h.beta2) * g[i]! * g[i]!
            const inverse = 1 / Math.sqrt(expAvgSq[i]! / (1 - h.beta2 ** t)) + h.eps
            x[i]! -= (h.lr / (1 - h.beta1 ** t)) * expAvg[i]! * inverse
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat * (1 / sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-epsilon-not-passed-on',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The epsilon that was configured is not handed to the update, which keeps 1e-8.',
    library: 'Deeplearning4j',
    source: 'https://github.com/deeplearning4j/deeplearning4j/issues/2705',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      const epsilon = 1e-8
      let iteration = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iteration += 1
          for (let i = 0; i < x.length; i++) {
            m[i] = m[i]! * h.beta1 + g[i]! * (1 - h.beta1)
            v[i] = v[i]! * h.beta2 + g[i]! ** 2 * (1 - h.beta2)
            const mHat = m[i]! / (1 - h.beta1 ** iteration)
            const vHat = v[i]! / (1 - h.beta2 ** iteration)
            x[i]! -= (mHat * h.lr) / (Math.sqrt(vHat) + epsilon)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat / (sqrt(vhat) + 1e-8)' }),
  },
]

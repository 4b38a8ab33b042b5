import { formats } from '../../numbers/formats.ts'
import { changed } from './adam-text.ts'
import type { HistoryRow } from './row.ts'

interface Hyper {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

interface Keras extends Hyper {
  amsgrad: boolean
}

/** Adam whose averages, root, epsilon or rate are not the paper's. */
export const adamMoments: readonly HistoryRow[] = [
  {
    id: 'adam-second-moment-squared',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The denominator is the square of the second moment instead of its root.',
    library: 'torch/optim (Lua)',
    source: 'https://github.com/torch/optim/pull/48',
    create: () => (hyper: Hyper, x: Float64Array) => {
      let h = hyper
      const state = { t: 0, m: new Float64Array(x.length), v: new Float64Array(x.length) }
      return {
        step(g: Float64Array) {
          const t = ++state.t
          for (let i = 0; i < x.length; i++) {
            state.m[i] = h.beta1 * state.m[i]! + (1 - h.beta1) * g[i]!
            state.v[i] = h.beta2 * state.v[i]! + (1 - h.beta2) * g[i]! ** 2
            const corrected = state.v[i]! / (1 - h.beta2 ** t)
            x[i]! -= (h.lr * (state.m[i]! / (1 - h.beta1 ** t))) / (corrected ** 2 + h.eps)
          }
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat / (vhat^2 + eps)' }),
  },
  {
    id: 'adam-epsilon-inside',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Epsilon is added under the root instead of to it.',
    library: 'Flux.jl',
    source: 'https://github.com/FluxML/Flux.jl/pull/448',
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
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
    create: () => (hyper: Keras, x: Float64Array) => {
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
        set(next: Keras) {
          h = next
        },
      }
    },
    actual: changed('kerasAdam', { x: 'x - alpha_t * m / (sqrt(amsgrad ? vmax : v) - eps)' }),
  },
  {
    id: 'adam-averages-not-stored',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The new averages are computed and used, but never stored: every step starts from zeros.',
    library: 'rust-autograd',
    source: 'https://github.com/raskr/rust-autograd/issues/16',
    create: () => (hyper: Hyper, x: Float64Array) => {
      let h = hyper
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      let t = 1
      return {
        step(g: Float64Array) {
          const newM = m.map((value, i) => value * h.beta1 + g[i]! * (1 - h.beta1))
          const newV = v.map((value, i) => value * h.beta2 + g[i]! * g[i]! * (1 - h.beta2))
          for (let i = 0; i < x.length; i++) {
            const mHat = newM[i]! / (1 - h.beta1 ** t)
            const vHat = newV[i]! / (1 - h.beta2 ** t)
            x[i]! -= (mHat / (Math.sqrt(vHat) + h.eps)) * h.lr
          }
          t += 1
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { m: '(1 - beta1) * g', v: '(1 - beta2) * g^2' }),
  },
  {
    id: 'adam-multiplied-by-root',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The mean is multiplied by the root of the second moment instead of divided by it.',
    library: 'Tribuo',
    source: 'https://github.com/oracle/tribuo/pull/401',
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat * (sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-betas-reversed',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The betas are the weights of the new gradient, so that the usual 0.999 forgets within a step or two.',
    library: 'Blocks',
    source: 'https://github.com/mila-iqia/blocks/issues/1159',
    create: () => (hyper: Hyper, x: Float64Array) => {
      let h = hyper
      let time = 0
      const mean = new Float64Array(x.length)
      const variance = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          time += 1
          for (let i = 0; i < x.length; i++) {
            mean[i] = h.beta1 * g[i]! + (1 - h.beta1) * mean[i]!
            variance[i] = h.beta2 * g[i]! ** 2 + (1 - h.beta2) * variance[i]!
            const meanHat = mean[i]! / (1 - (1 - h.beta1) ** time)
            const varianceHat = variance[i]! / (1 - (1 - h.beta2) ** time)
            x[i]! -= (h.lr * meanHat) / (Math.sqrt(varianceHat) + h.eps)
          }
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', {
      m: '(1 - beta1) * m + beta1 * g',
      v: '(1 - beta2) * v + beta2 * g^2',
      mhat: 'm / (1 - (1 - beta1)^t)',
      vhat: 'v / (1 - (1 - beta2)^t)',
    }),
  },
  {
    id: 'adam-rate-fixed',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The rate that is passed in is not used: the step always has 0.0002.',
    library: 'arctic-captions',
    source: 'https://github.com/kelvinxu/arctic-captions/issues/34',
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - 0.0002 * mhat / (sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-epsilon-after-inverse',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Epsilon is added to the inverse root, after the division that it should have made safe.',
    library: 'pytorch_optimizer (AdamP)',
    source: 'https://github.com/kozistr/pytorch_optimizer/issues/480',
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
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
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat / (sqrt(vhat) + 1e-8)' }),
  },
  {
    id: 'adam-step-applied-twice',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The update is added to the weights when it is divided, and once more at the end.',
    library: 'Gorgonia',
    source: 'https://github.com/gorgonia/gorgonia/pull/494',
    create: () => (hyper: Hyper, x: Float64Array) => {
      let h = hyper
      let iter = 0
      const mean = new Float64Array(x.length)
      const variance = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          iter++
          const mHats = g.map((value, i) => {
            mean[i] = h.beta1 * mean[i]! + (1 - h.beta1) * value
            variance[i] = h.beta2 * variance[i]! + (1 - h.beta2) * value * value
            return mean[i]! / (1 - h.beta1 ** iter)
          })
          for (let i = 0; i < x.length; i++) {
            const update = (-h.lr * mHats[i]!) / (Math.sqrt(variance[i]! / (1 - h.beta2 ** iter)) + h.eps)
            x[i]! += update
            mHats[i] = update
          }
          for (let i = 0; i < x.length; i++) x[i]! += mHats[i]!
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - 2 * lr * mhat / (sqrt(vhat) + eps)' }),
  },
  {
    id: 'adam-stale-averages',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Where the averages cannot be updated in place, the step reads those from before this gradient.',
    library: 'Optimisers.jl (in review)',
    source: 'https://github.com/FluxML/Optimisers.jl/pull/47',
    format: 'float32',
    create: format => (hyper: Hyper, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      let state = { t: 1, mt: new Float64Array(x.length), vt: new Float64Array(x.length) }
      return {
        step(dx: Float64Array) {
          const { t, mt, vt } = state
          const newM = mt.map((m, i) => round(h.beta1 * m + (1 - h.beta1) * dx[i]!))
          const newV = vt.map((v, i) => round(h.beta2 * v + (1 - h.beta2) * dx[i]! ** 2))
          for (let i = 0; i < x.length; i++) {
            const scaled = mt[i]! / (1 - h.beta1 ** t) / (Math.sqrt(vt[i]! / (1 - h.beta2 ** t)) + h.eps)
            x[i] = round(x[i]! - scaled * h.lr)
          }
          state = { t: t + 1, mt: newM, vt: newV }
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
    actual: {
      step: `
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr * mhat / (sqrt(vhat) + eps)
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2`,
    },
  },
  {
    id: 'adam-betas-in-bfloat16',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'hyper-parameter rounded',
    what: 'The betas are cut to bfloat16 on their way into the kernel: 0.999 becomes 0.99609375.',
    library: 'tt-metal',
    source: 'https://github.com/tenstorrent/tt-metal/issues/55935',
    create: () => (hyper: Hyper, x: Float64Array) => {
      const cut = (value: number): number => {
        const word = new Uint32Array(Float32Array.of(value).buffer)
        word[0]! &= 0xffff0000
        return new Float32Array(word.buffer)[0]!
      }
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          const [beta1, beta2] = [cut(h.beta1), cut(h.beta2)]
          for (let i = 0; i < x.length; i++) {
            m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
            v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
            x[i]! -= (h.lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + h.eps)
          }
          return x
        },
        set(next: Hyper) {
          h = next
        },
      }
    },
  },
  {
    id: 'adam-rate-in-float32',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'hyper-parameter rounded',
    what: 'The rate is stored as a float32 number, also where the parameters are float64.',
    library: 'PaddlePaddle',
    source: 'https://github.com/PaddlePaddle/Paddle/pull/78972',
    create: () => (hyper: Hyper, x: Float64Array) => {
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
        set(next: Hyper) {
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
    create: () => (hyper: Keras, x: Float64Array) => {
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
        set(next: Keras) {
          h = next
        },
      }
    },
  },
]

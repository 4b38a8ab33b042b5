import { formats } from '../../numbers/formats.ts'
import { changed } from './adam-text.ts'
import type { Adam } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam whose averages are not kept, old, weighted the wrong way, or short of digits. */
export const adamAverages: readonly HistoryRow[] = [
  {
    id: 'adam-second-moment-squared',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The denominator is the square of the second moment instead of its root.',
    library: 'torch/optim (Lua)',
    source: 'https://github.com/torch/optim/pull/48',
    create: () => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { x: 'x - lr * mhat / (vhat^2 + eps)' }),
  },
  {
    id: 'adam-averages-not-stored',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The new averages are computed and used, but never stored: every step starts from zeros.',
    library: 'rust-autograd',
    source: 'https://github.com/raskr/rust-autograd/issues/16',
    create: () => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { m: '(1 - beta1) * g', v: '(1 - beta2) * g^2' }),
  },
  {
    id: 'adam-betas-reversed',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The betas are the weights of the new gradient, so that the usual 0.999 forgets within a step or two.',
    library: 'Blocks',
    source: 'https://github.com/mila-iqia/blocks/issues/1159',
    create: () => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
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
    id: 'adam-step-applied-twice',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The update is added to the weights when it is divided, and once more at the end.',
    library: 'Gorgonia',
    source: 'https://github.com/gorgonia/gorgonia/pull/494',
    create: () => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
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
    create: format => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
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
    create: () => (hyper: Adam, x: Float64Array) => {
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
        set(next: Adam) {
          h = next
        },
      }
    },
  },
]

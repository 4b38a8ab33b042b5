import { formats } from '../../numbers/formats.ts'
import { changed } from './adam-text.ts'
import type { Adam, Amsgrad } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam whose bias corrections are other formulas. */
export const adamCorrections: readonly HistoryRow[] = [
  {
    id: 'adam-corrections-multiplied',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Both averages are multiplied by their corrections instead of divided.',
    library: 'ConvNetJS',
    source: 'https://github.com/karpathy/convnetjs/pull/70',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      const gsum = new Float64Array(x.length)
      const xsum = new Float64Array(x.length)
      let k = 0
      return {
        step(g: Float64Array) {
          k += 1
          for (let i = 0; i < x.length; i++) {
            gsum[i] = gsum[i]! * h.beta1 + (1 - h.beta1) * g[i]!
            xsum[i] = xsum[i]! * h.beta2 + (1 - h.beta2) * g[i]! * g[i]!
            const first = gsum[i]! * (1 - h.beta1 ** k)
            const second = xsum[i]! * (1 - h.beta2 ** k)
            x[i]! += (-h.lr * first) / (Math.sqrt(second) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { mhat: 'm * (1 - beta1^t)', vhat: 'v * (1 - beta2^t)' }),
  },
  {
    id: 'adam-corrections-without-power',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The corrections are those of the first step in every step: the betas are not raised to the step number.',
    library: 'ML-From-Scratch',
    source: 'https://github.com/eriklindernoren/ML-From-Scratch/issues/35',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let m = new Float64Array(x.length)
      let v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          m = m.map((value, i) => h.beta1 * value + (1 - h.beta1) * g[i]!)
          v = v.map((value, i) => h.beta2 * value + (1 - h.beta2) * g[i]! ** 2)
          const mHat = m.map(value => value / (1 - h.beta1))
          const vHat = v.map(value => value / (1 - h.beta2))
          mHat.forEach((value, i) => {
            x[i]! -= (h.lr * value) / (Math.sqrt(vHat[i]!) + h.eps)
          })
          return x
        },
        set(next: Adam) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { mhat: 'm / (1 - beta1)', vhat: 'v / (1 - beta2)' }),
  },
  {
    id: 'adam-divided-by-powers',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The averages are divided by the powers of the betas instead of one minus them, and grow without bound.',
    library: 'pytorch_optimizer (M-SVAG)',
    source: 'https://github.com/kozistr/pytorch_optimizer/pull/525',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const expAvg = new Float64Array(x.length)
      const expAvgSq = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          const power1 = h.beta1 ** t
          const power2 = h.beta2 ** t
          for (const [i, value] of g.entries()) {
            expAvg[i] = expAvg[i]! * h.beta1 + value * (1 - h.beta1)
            expAvgSq[i] = expAvgSq[i]! * h.beta2 + value * value * (1 - h.beta2)
            x[i]! -= (h.lr * (expAvg[i]! / power1)) / (Math.sqrt(expAvgSq[i]! / power2) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { mhat: 'm / beta1^t', vhat: 'v / beta2^t' }),
  },
  {
    id: 'adam-no-correction',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'Neither average is corrected for its start at zero.',
    library: 'mlx-rs',
    source: 'https://github.com/oxiglade/mlx-rs/issues/301',
    format: 'float32',
    create: format => (hyper: Adam, x: Float64Array) => {
      const { round } = formats[format]
      let h = hyper
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          g.forEach((value, i) => {
            m[i] = round(h.beta1 * m[i]! + (1 - h.beta1) * value)
            v[i] = round(h.beta2 * v[i]! + (1 - h.beta2) * value ** 2)
            x[i] = round(x[i]! - h.lr * (m[i]! / (Math.sqrt(v[i]!) + h.eps)))
          })
          return x
        },
        set(next: Adam) {
          h = next
        },
        state: () => ({ m, v }),
      }
    },
    actual: changed('kingmaBa', { mhat: 'm', vhat: 'v' }),
  },
  {
    id: 'adam-first-averages-unweighted',
    rule: 'adam/keras',
    kind: 'formula',
    what: 'The first gradient and its square become the averages whole, without their weight, and are corrected nevertheless.',
    library: 'PennyLane',
    source: 'https://github.com/PennyLaneAI/pennylane/issues/1928',
    create: () => (hyper: Amsgrad, x: Float64Array) => {
      let h = hyper
      let accumulation: { fm: Float64Array; sm: Float64Array; largest: Float64Array; t: number } | undefined
      return {
        step(g: Float64Array) {
          const old = accumulation
          const fm = old ? old.fm.map((m, i) => h.beta1 * m + (1 - h.beta1) * g[i]!) : g.slice()
          const sm = old ? old.sm.map((v, i) => h.beta2 * v + (1 - h.beta2) * g[i]! ** 2) : g.map(value => value ** 2)
          const largest = sm.map((v, i) => Math.max(v, old?.largest[i] ?? 0))
          const t = (old?.t ?? 0) + 1
          accumulation = { fm, sm, largest, t }
          const rate = (h.lr * Math.sqrt(1 - h.beta2 ** t)) / (1 - h.beta1 ** t)
          for (let i = 0; i < x.length; i++)
            x[i]! -= (rate * fm[i]!) / (Math.sqrt(h.amsgrad ? largest[i]! : sm[i]!) + h.eps)
          return x
        },
        set(next: Amsgrad) {
          h = next
        },
      }
    },
    actual: changed('kerasAdam', {
      m: 'first(m) ? g : beta1 * m + (1 - beta1) * g',
      v: 'first(v) ? g^2 : beta2 * v + (1 - beta2) * g^2',
    }),
  },
  {
    id: 'adam-correction-kept',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The correction is done in place, so that the next step averages a mean that was already corrected.',
    library: 'Holocron (RAdam)',
    source: 'https://github.com/frgfm/holocron/issues/1',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const mean = new Float64Array(x.length)
      const square = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            mean[i]! *= h.beta1
            mean[i]! += (1 - h.beta1) * g[i]!
            square[i]! *= h.beta2
            square[i]! += (1 - h.beta2) * g[i]! * g[i]!
            mean[i]! /= 1 - h.beta1 ** t
            x[i]! -= (h.lr * mean[i]!) / (Math.sqrt(square[i]! / (1 - h.beta2 ** t)) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { m: '(beta1 * m + (1 - beta1) * g) / (1 - beta1^t)', mhat: 'm' }),
  },
]

import { formats } from '../../numbers/formats.ts'
import type { Sgd } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Gradient descent whose momentum or rate is wrong. */
export const sgdStep: readonly HistoryRow[] = [
  {
    id: 'sgd-first-step-dampened',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'Dampening holds back the first gradient too, since the buffer starts at zero.',
    library: 'MLX',
    source: 'https://github.com/ml-explore/mlx/pull/473',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      const b = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            let d = h.maximize ? -g[i]! : g[i]!
            if (h.weight_decay !== 0) d += h.weight_decay * x[i]!
            if (h.momentum !== 0) {
              b[i] = b[i]! * h.momentum + d * (1 - h.dampening)
              d = h.nesterov ? d + h.momentum * b[i]! : b[i]!
            }
            x[i] = x[i]! - h.lr * d
          }
          return x
        },
        set(next: Sgd) {
          h = next
        },
        state: () => (h.momentum !== 0 ? { momentum_buffer: b } : {}),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = momentum * b + (1 - dampening) * d
        update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-momentum-needs-nesterov',
    rule: 'sgd/pytorch',
    kind: 'formula',
    what: 'With nesterov switched off the buffer is filled but never used: the step is the bare gradient.',
    library: 'Muon',
    source: 'https://github.com/KellerJordan/Muon/pull/4',
    create: () => (hyper: Sgd, x: Float64Array) => {
      let h = hyper
      let buffer: number[] | undefined
      return {
        step(g: Float64Array) {
          const d = Array.from(g, (value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          if (h.momentum !== 0) buffer = buffer?.map((b, i) => h.momentum * b + (1 - h.dampening) * d[i]!) ?? [...d]
          const update = h.nesterov ? d.map((value, i) => value + h.momentum * buffer![i]!) : d
          for (const [i, value] of update.entries()) x[i]! -= h.lr * value
          return x
        },
        set(next: Sgd) {
          h = next
        },
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        update = nesterov ? d + momentum * b : d
        x      = x - lr * update`,
    },
  },
  {
    id: 'sgd-rate-a-step-late',
    rule: 'sgd/lecture',
    kind: 'implementation',
    truth: 'rate change takes effect a step late',
    what: 'A new rate is taken over at the end of the next step, so that this step still uses the old one.',
    library: 'PyTorch (lr_scheduler)',
    source: 'https://github.com/pytorch/pytorch/pull/7889',
    create:
      () =>
      ({ lr }: { lr: number }, x: Float64Array) => {
        let rate = lr
        let scheduled = lr
        return {
          step(g: Float64Array) {
            for (let i = 0; i < x.length; i++) x[i]! -= rate * g[i]!
            rate = scheduled
            return x
          },
          set(next: { lr: number }) {
            scheduled = next.lr
          },
        }
      },
  },
  {
    id: 'sgd-rate-in-half-precision',
    rule: 'sgd/lecture',
    kind: 'implementation',
    truth: 'hyper-parameter rounded',
    what: 'The rate is kept with the eleven significant bits of half precision, although the parameters are float32.',
    library: 'tinygrad',
    source: 'https://github.com/tinygrad/tinygrad/pull/4297',
    format: 'float32',
    create:
      format =>
      ({ lr }: { lr: number }, x: Float64Array) => {
        const { round } = formats[format]
        const half = (value: number): number => {
          if (value === 0) return 0
          const unit = 2 ** (Math.floor(Math.log2(value)) - 10)
          return Math.round(value / unit) * unit
        }
        let rate = half(lr)
        return {
          step(g: Float64Array) {
            for (let i = 0; i < x.length; i++) x[i] = round(x[i]! - round(rate * g[i]!))
            return x
          },
          set(next: { lr: number }) {
            rate = half(next.lr)
          },
        }
      },
  },
]

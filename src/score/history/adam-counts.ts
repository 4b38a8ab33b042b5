import { changed } from './adam-text.ts'
import type { Adam } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam whose count of steps begins, goes on or ends wrongly. */
export const adamCounts: readonly HistoryRow[] = [
  {
    id: 'adam-step-from-zero',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The step number is counted up after it was used: the first correction divides by zero.',
    library: 'ND4J',
    source: 'https://github.com/deeplearning4j/nd4j/pull/1227',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let iteration = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
            const mean = m[i]! / (1 - h.beta1 ** iteration)
            const square = v[i]! / (1 - h.beta2 ** iteration)
            x[i]! -= (h.lr * mean) / (Math.sqrt(square) + h.eps)
          }
          iteration += 1
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { mhat: 'm / (1 - beta1^(t - 1))', vhat: 'v / (1 - beta2^(t - 1))' }),
  },
  {
    id: 'adam-step-ahead',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The step number starts at one and is counted up before its first use: each correction is that of the next step.',
    library: 'CS231n (assignment 2)',
    source: 'https://github.com/cs231n/cs231n.github.io/issues/179',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      const config = { t: 1, m: new Float64Array(x.length), v: new Float64Array(x.length) }
      return {
        step(dx: Float64Array) {
          config.t += 1
          config.m = config.m.map((m, i) => h.beta1 * m + (1 - h.beta1) * dx[i]!)
          config.v = config.v.map((v, i) => h.beta2 * v + (1 - h.beta2) * dx[i]! ** 2)
          for (let i = 0; i < x.length; i++) {
            const mb = config.m[i]! / (1 - h.beta1 ** config.t)
            const vb = config.v[i]! / (1 - h.beta2 ** config.t)
            x[i] = x[i]! - (h.lr * mb) / (Math.sqrt(vb) + h.eps)
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { mhat: 'm / (1 - beta1^(t + 1))', vhat: 'v / (1 - beta2^(t + 1))' }),
  },
  {
    id: 'adam-step-saturates',
    rule: 'adam/kingma-ba',
    kind: 'formula',
    what: 'The step counter is kept in bfloat16 and stops at 256, and the corrections with it.',
    library: 'torchao',
    source: 'https://github.com/pytorch/ao/pull/4915',
    create: () => (hyper: Adam, x: Float64Array) => {
      let h = hyper
      let step = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      // Rounded to eight significant bits, ties to even: 256 + 1 is 256 again.
      const bfloat16 = (value: number): number => {
        const word = new Uint32Array(Float32Array.of(value).buffer)
        word[0] = (word[0]! + 0x7fff + ((word[0]! >>> 16) & 1)) & 0xffff0000
        return new Float32Array(word.buffer)[0]!
      }
      return {
        step(g: Float64Array) {
          step = bfloat16(step + 1)
          for (let i = 0; i < x.length; i++) {
            m[i]! += (1 - h.beta1) * (g[i]! - m[i]!)
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
            const denominator = Math.sqrt(v[i]!) / Math.sqrt(1 - h.beta2 ** step) + h.eps
            x[i]! -= ((h.lr / (1 - h.beta1 ** step)) * m[i]!) / denominator
          }
          return x
        },
        set(next: Adam) {
          h = next
        },
      }
    },
    actual: changed('kingmaBa', { mhat: 'm / (1 - beta1^min(t, 256))', vhat: 'v / (1 - beta2^min(t, 256))' }),
  },
]

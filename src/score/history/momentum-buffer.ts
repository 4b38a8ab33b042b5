import type { Momentum } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Momentum whose buffer is lost, stale, or the caller's. */
export const momentumBuffer: readonly HistoryRow[] = [
  {
    id: 'momentum-buffer-cleared',
    rule: 'momentum/optax',
    kind: 'formula',
    what: 'The buffer is made anew in every step, so that nothing is carried on and momentum has no effect.',
    library: 'pytorch_optimizer (SignSGD)',
    source: 'https://github.com/kozistr/pytorch_optimizer/pull/516',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      return {
        step(g: Float64Array) {
          const buffer = new Float64Array(x.length)
          for (let i = 0; i < x.length; i++) {
            buffer[i] = h.momentum * buffer[i]! + g[i]!
            x[i]! -= h.lr * buffer[i]!
          }
          return x
        },
        set(next: Momentum) {
          h = next
        },
      }
    },
    actual: {
      step: `
        m = g
        x = x - lr * m`,
    },
  },
  {
    id: 'momentum-velocity-not-stored',
    rule: 'momentum/keras',
    kind: 'formula',
    what: 'The new velocity is computed on a copy that is thrown away: the stored one stays zero.',
    library: 'ND4J',
    source: 'https://github.com/deeplearning4j/nd4j/pull/2116',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          const moved = v.slice()
          moved.forEach((velocity, i) => {
            moved[i] = velocity * h.momentum - h.lr * g[i]!
          })
          moved.forEach((velocity, i) => {
            x[i]! += velocity
          })
          return x
        },
        set(next: Momentum) {
          h = next
        },
      }
    },
    actual: {
      step: `
        v = -lr * g
        x = x + v`,
    },
  },
  {
    id: 'momentum-stale-velocity',
    rule: 'momentum/keras',
    kind: 'formula',
    what: 'The step is taken with the velocity from before this gradient: everything comes a step late.',
    library: 'dropout (Theano)',
    source: 'https://github.com/mdenil/dropout/issues/4',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      let v = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          const updated = v.map((value, i) => h.momentum * value - h.lr * g[i]!)
          for (let i = 0; i < x.length; i++) x[i]! += v[i]!
          v = updated
          return x
        },
        set(next: Momentum) {
          h = next
        },
        state: () => ({ momentum: v }),
      }
    },
    actual: {
      step: `
        x = x + v
        v = momentum * v - lr * g`,
    },
  },
  {
    id: 'momentum-buffer-is-the-gradient',
    rule: 'momentum/optax',
    kind: 'implementation',
    truth: 'gradient kept by reference',
    what: "The first buffer is the caller's gradient array itself: what the caller writes there later enters the momentum.",
    library: 'diffGrad',
    source: 'https://github.com/shivram1987/diffGrad/issues/2',
    create: () => (hyper: Momentum, x: Float64Array) => {
      let h = hyper
      let kept: Float64Array | undefined
      return {
        step(g: Float64Array) {
          const before = kept
          const m: Float64Array = before ? g.map((value, i) => value + h.momentum * before[i]!) : g
          kept = m
          for (let i = 0; i < x.length; i++) x[i]! -= h.lr * m[i]!
          return x
        },
        set(next: Momentum) {
          h = next
        },
      }
    },
  },
  {
    id: 'momentum-lost-with-new-rate',
    rule: 'momentum/optax',
    kind: 'implementation',
    truth: 'state lost when the rate changes',
    what: 'For a new rate a new optimizer is made, and what was gathered until then is dropped.',
    library: 'PyTorch (tutorials)',
    source: 'https://github.com/pytorch/tutorials/issues/61',
    create: () => (hyper: Momentum, x: Float64Array) => {
      const begin = ({ lr, momentum }: Momentum) => {
        const buffer = new Float64Array(x.length)
        return (g: Float64Array) => {
          for (const [i, value] of g.entries()) {
            buffer[i] = buffer[i]! * momentum + value
            x[i]! -= lr * buffer[i]!
          }
          return x
        }
      }
      let optimizer = begin(hyper)
      return {
        step: (g: Float64Array) => optimizer(g),
        set(next: Momentum) {
          optimizer = begin(next)
        },
      }
    },
  },
]

import type { HistoryRow } from './row.ts'

interface Zeiler {
  rho: number
  eps: number
}

interface Rated extends Zeiler {
  lr: number
}

interface Torch extends Rated {
  weight_decay: number
  maximize: boolean
}

export const adadelta: readonly HistoryRow[] = [
  {
    id: 'adadelta-update-average-too-new',
    rule: 'adadelta/tfjs',
    kind: 'formula',
    what: 'The step is evaluated after the average of updates was overwritten, and so uses the one that contains itself.',
    library: 'TensorFlow',
    source: 'https://github.com/tensorflow/tensorflow/issues/9058',
    create: () => (hyper: Rated, x: Float64Array) => {
      let h = hyper
      const accum = new Float64Array(x.length)
      const accumUpdate = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            accum[i] = accum[i]! * h.rho + g[i]! ** 2 * (1 - h.rho)
            const update = () => (Math.sqrt(accumUpdate[i]! + h.eps) / Math.sqrt(accum[i]! + h.eps)) * g[i]!
            accumUpdate[i] = accumUpdate[i]! * h.rho + update() ** 2 * (1 - h.rho)
            x[i]! -= update() * h.lr
          }
          return x
        },
        set(next: Rated) {
          h = next
        },
      }
    },
    actual: {
      step: `
        G     = rho * G + (1 - rho) * g^2
        early = sqrt(s + eps) / sqrt(G + eps) * g
        s     = rho * s + (1 - rho) * early^2
        delta = sqrt(s + eps) / sqrt(G + eps) * g
        x     = x - lr * delta`,
    },
  },
  {
    id: 'adadelta-square-outside-sum',
    rule: 'adadelta/zeiler',
    kind: 'formula',
    what: 'The squared gradient multiplies the whole average instead of its own share only.',
    library: 'ND4J',
    source: 'https://github.com/deeplearning4j/nd4j/issues/1239',
    create: () => (hyper: Zeiler, x: Float64Array) => {
      let h = hyper
      const msg = new Float64Array(x.length)
      const msdx = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (const [i, value] of g.entries()) {
            msg[i] = (h.rho * msg[i]! + (1 - h.rho)) * (value * value)
            const dx = (Math.sqrt(msdx[i]! + h.eps) / Math.sqrt(msg[i]! + h.eps)) * value
            msdx[i] = h.rho * msdx[i]! + (1 - h.rho) * dx * dx
            x[i]! -= dx
          }
          return x
        },
        set(next: Zeiler) {
          h = next
        },
        state: () => ({ G: msg, s: msdx }),
      }
    },
    actual: {
      step: `
        G     = (rho * G + (1 - rho)) * g^2
        delta = -sqrt(s + eps) / sqrt(G + eps) * g
        s     = rho * s + (1 - rho) * delta^2
        x     = x + delta`,
    },
  },
  {
    id: 'adadelta-average-added-to-itself',
    rule: 'adadelta/keras',
    kind: 'formula',
    what: 'The new average of squares is added to the old one instead of replacing it.',
    library: 'TensorFlow (as first proposed)',
    source: 'https://github.com/tensorflow/tensorflow/pull/644',
    create: () => (hyper: Rated, x: Float64Array) => {
      let h = hyper
      const state = Array.from(x, () => ({ accum: 0, update: 0 }))
      return {
        step(g: Float64Array) {
          state.forEach((kept, i) => {
            kept.accum += kept.accum * h.rho + g[i]! ** 2 * (1 - h.rho)
            const change = (g[i]! * Math.sqrt(kept.update + h.eps)) / Math.sqrt(kept.accum + h.eps)
            kept.update = kept.update * h.rho + change * change * (1 - h.rho)
            x[i]! -= h.lr * change
          })
          return x
        },
        set(next: Rated) {
          h = next
        },
      }
    },
    actual: {
      step: `
        G     = G + (rho * G + (1 - rho) * g^2)
        delta = -sqrt(s + eps) * g / sqrt(G + eps)
        s     = rho * s + (1 - rho) * delta^2
        x     = x + lr * delta`,
    },
  },
  {
    id: 'adadelta-never-moves',
    rule: 'adadelta/optax',
    kind: 'formula',
    what: 'The numerator has no epsilon: it starts at zero and stays there, and nothing is ever updated.',
    library: 'Flux.jl',
    source: 'https://github.com/FluxML/Flux.jl/issues/1158',
    create: () => (hyper: Rated & { weight_decay: number }, x: Float64Array) => {
      let h = hyper
      const acc = new Float64Array(x.length)
      const deltaAcc = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            const d = g[i]! + h.weight_decay * x[i]!
            acc[i] = h.rho * acc[i]! + (1 - h.rho) * d ** 2
            const change = (Math.sqrt(deltaAcc[i]!) / (Math.sqrt(acc[i]!) + h.eps)) * d
            deltaAcc[i] = h.rho * deltaAcc[i]! + (1 - h.rho) * change ** 2
            x[i]! -= h.lr * change
          }
          return x
        },
        set(next: Rated & { weight_decay: number }) {
          h = next
        },
      }
    },
    actual: {
      step: `
        d     = weight_decay != 0 ? g + weight_decay * x : g
        G     = rho * G + (1 - rho) * d^2
        delta = -sqrt(s) / (sqrt(G) + eps) * d
        s     = rho * s + (1 - rho) * delta^2
        x     = x + lr * delta`,
    },
  },
  {
    id: 'adadelta-decay-outside',
    rule: 'adadelta/pytorch',
    kind: 'formula',
    what: 'The decay is taken off the parameter beside the step, by its bare coefficient, and enters neither average.',
    library: 'MXNet',
    source: 'https://github.com/apache/mxnet/issues/9363',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const accG = new Float64Array(x.length)
      const accDelta = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          for (let i = 0; i < x.length; i++) {
            const gradient = h.maximize ? -g[i]! : g[i]!
            accG[i] = h.rho * accG[i]! + (1 - h.rho) * gradient * gradient
            const current = (Math.sqrt(accDelta[i]! + h.eps) / Math.sqrt(accG[i]! + h.eps)) * gradient
            accDelta[i] = h.rho * accDelta[i]! + (1 - h.rho) * current * current
            x[i]! -= h.lr * current + h.weight_decay * x[i]!
          }
          return x
        },
        set(next: Torch) {
          h = next
        },
        state: () => ({ square_avg: accG, acc_delta: accDelta }),
      }
    },
    actual: {
      step: `
        d     = maximize ? -g : g
        v     = rho * v + (1 - rho) * d * d
        std   = sqrt(v + eps)
        delta = sqrt(u + eps) / std * d
        u     = rho * u + (1 - rho) * delta * delta
        x     = x - (lr * delta + weight_decay * x)`,
    },
  },
  {
    id: 'adadelta-rate-in-average',
    rule: 'adadelta/keras',
    kind: 'formula',
    what: 'The rate is multiplied into the update before this is accumulated.',
    library: 'Keras (a change that was refused)',
    source: 'https://github.com/keras-team/keras/pull/11532',
    create: () => (hyper: Rated, x: Float64Array) => {
      let h = hyper
      let a = new Float64Array(x.length)
      let d = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          a = a.map((value, i) => h.rho * value + (1 - h.rho) * g[i]! * g[i]!)
          const update = g.map((value, i) => (h.lr * value * Math.sqrt(d[i]! + h.eps)) / Math.sqrt(a[i]! + h.eps))
          d = d.map((value, i) => h.rho * value + (1 - h.rho) * update[i]! ** 2)
          update.forEach((value, i) => {
            x[i]! -= value
          })
          return x
        },
        set(next: Rated) {
          h = next
        },
      }
    },
    actual: {
      step: `
        G     = rho * G + (1 - rho) * g^2
        delta = -lr * sqrt(s + eps) * g / sqrt(G + eps)
        s     = rho * s + (1 - rho) * delta^2
        x     = x + delta`,
    },
  },
  {
    id: 'adadelta-gradients-decayed-in-place',
    rule: 'adadelta/pytorch',
    kind: 'implementation',
    truth: 'gradient changed',
    what: "The decay of the whole list of parameters is added into the caller's gradients.",
    library: 'PyTorch (multi-tensor)',
    source: 'https://github.com/pytorch/pytorch/pull/45408',
    create: () => (hyper: Torch, x: Float64Array) => {
      let h = hyper
      const square = new Float64Array(x.length)
      const delta = new Float64Array(x.length)
      return {
        step(gradient: Float64Array) {
          const g = h.maximize ? gradient.map(value => -value) : gradient
          if (h.weight_decay !== 0)
            x.forEach((value, i) => {
              g[i]! += h.weight_decay * value
            })
          for (let i = 0; i < x.length; i++) {
            square[i] = h.rho * square[i]! + (1 - h.rho) * g[i]! * g[i]!
            const step = (Math.sqrt(delta[i]! + h.eps) / Math.sqrt(square[i]! + h.eps)) * g[i]!
            delta[i] = h.rho * delta[i]! + (1 - h.rho) * step * step
            x[i]! -= h.lr * step
          }
          return x
        },
        set(next: Torch) {
          h = next
        },
      }
    },
  },
]

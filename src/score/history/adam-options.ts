import { changed } from './adam-text.ts'
import type { TorchAdam } from './hyper.ts'
import type { HistoryRow } from './row.ts'

/** Adam as PyTorch has it, wrong in its options: AMSGrad, weight decay, maximize. */
export const adamOptions: readonly HistoryRow[] = [
  {
    id: 'amsgrad-maximum-forgotten',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'The maximum is taken with zeros and not stored, so that AMSGrad is plain Adam.',
    library: 'Chainer (intel64)',
    source: 'https://github.com/chainer/chainer/pull/7661',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const [m, v, vhat] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
      return {
        step(g: Float64Array) {
          t += 1
          const bias2 = Math.sqrt(1 - h.beta2 ** t)
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!
            m[i]! += (1 - h.beta1) * (d - m[i]!)
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
            const used = h.amsgrad ? Math.max(vhat[i]!, v[i]!) : v[i]!
            x[i]! -= ((h.lr / (1 - h.beta1 ** t)) * m[i]!) / (Math.sqrt(used) / bias2 + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdam', { vmax: 'v' }),
  },
  {
    id: 'amsgrad-maximum-after-correction',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'AMSGrad compares the averages after their bias correction, so that the large first corrections stay.',
    library: 'Optax',
    source: 'https://github.com/google-deepmind/optax/issues/1389',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let count = 0
      const mu = new Float64Array(x.length)
      const nu = new Float64Array(x.length)
      const nuMax = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          count += 1
          const d = g.map((value, i) => (h.maximize ? -value : value) + h.weight_decay * x[i]!)
          d.forEach((value, i) => {
            mu[i] = (1 - h.beta1) * value + h.beta1 * mu[i]!
            nu[i] = (1 - h.beta2) * value ** 2 + h.beta2 * nu[i]!
            const nuHat = nu[i]! / (1 - h.beta2 ** count)
            nuMax[i] = Math.max(nuMax[i]!, nuHat)
            const muHat = mu[i]! / (1 - h.beta1 ** count)
            x[i]! -= h.lr * (muHat / (Math.sqrt(h.amsgrad ? nuMax[i]! : nuHat) + h.eps))
          })
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
        state: () => ({ exp_avg: mu, exp_avg_sq: nu, ...(h.amsgrad && { max_exp_avg_sq: nuMax }) }),
      }
    },
    actual: {
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        m      = beta1 * m + (1 - beta1) * d
        v      = beta2 * v + (1 - beta2) * d * d
        bc1    = 1 - beta1^t
        bc2    = 1 - beta2^t
        vhat   = v / bc2
        vmax   = max(vmax, vhat)
        x      = x - lr / bc1 * m / (sqrt(amsgrad ? vmax : vhat) + eps)`,
    },
  },
  {
    id: 'adam-decay-decoupled',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'The decay shrinks the parameter, as in AdamW, and enters neither average.',
    library: 'FlagGems',
    source: 'https://github.com/flagos-ai/FlagGems/issues/4988',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let step = 0
      const state = Array.from(x, () => ({ m: 0, v: 0, max: 0 }))
      return {
        step(g: Float64Array) {
          step += 1
          const c1 = 1 - h.beta1 ** step
          const c2 = 1 - h.beta2 ** step
          state.forEach((s, i) => {
            const gradient = h.maximize ? -g[i]! : g[i]!
            s.m = h.beta1 * s.m + (1 - h.beta1) * gradient
            s.v = h.beta2 * s.v + (1 - h.beta2) * gradient ** 2
            s.max = Math.max(s.max, s.v)
            const denominator = Math.sqrt((h.amsgrad ? s.max : s.v) / c2) + h.eps
            x[i] = x[i]! - h.lr * (s.m / c1 / denominator + h.weight_decay * x[i]!)
          })
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdam', { d: 'signed', x: 'x * (1 - lr * weight_decay) - step_size * m / denom' }),
  },
  {
    id: 'adam-maximize-negated-twice',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'Two passes negate the gradient, so that maximizing descends, and only the decay between them changes its sign.',
    library: 'pytorch_optimizer (Adai)',
    source: 'https://github.com/kozistr/pytorch_optimizer/pull/528',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(gradient: Float64Array) {
          t += 1
          const g = gradient.slice()
          const negate = () =>
            g.forEach((value, i) => {
              if (h.maximize) g[i] = -value
            })
          negate()
          for (let i = 0; i < x.length; i++) {
            g[i]! += h.weight_decay * x[i]!
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! ** 2
            max[i] = Math.max(max[i]!, v[i]!)
          }
          negate()
          for (let i = 0; i < x.length; i++) {
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
            const root = Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** t))
            x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (root + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
    actual: changed('torchAdam', { d: 'maximize ? g - weight_decay * x : g + weight_decay * x' }),
  },
  {
    id: 'adam-maximize-flips-rate',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'Maximizing negates the rate instead of the gradient, so that the decay grows the parameters.',
    library: 'PyTorch (as first proposed)',
    source: 'https://github.com/pytorch/pytorch/pull/68164',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      let [m, v, max] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)]
      return {
        step(g: Float64Array) {
          t += 1
          const d = g.map((value, i) => value + h.weight_decay * x[i]!)
          m = m.map((value, i) => h.beta1 * value + (1 - h.beta1) * d[i]!)
          v = v.map((value, i) => h.beta2 * value + (1 - h.beta2) * d[i]! ** 2)
          max = max.map((value, i) => Math.max(value, v[i]!))
          const size = (h.maximize ? -h.lr : h.lr) / (1 - h.beta1 ** t)
          const scale = Math.sqrt(1 - h.beta2 ** t)
          const used = h.amsgrad ? max : v
          for (let i = 0; i < x.length; i++) x[i]! -= (size * m[i]!) / (Math.sqrt(used[i]!) / scale + h.eps)
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
        state: () => ({ exp_avg: m, exp_avg_sq: v, ...(h.amsgrad && { max_exp_avg_sq: max }) }),
      }
    },
    actual: changed('torchAdam', {
      signed: 'g',
      step_size: 'maximize ? -lr / bc1 : lr / bc1',
    }),
  },
  {
    id: 'adam-decay-multiplies-gradient',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'Through a slip of precedence the gradient is multiplied by one plus the decay term, instead of the term being added.',
    library: 'MXNet (Nadam)',
    source: 'https://github.com/apache/mxnet/issues/8925',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      let t = 0
      const m = new Float64Array(x.length)
      const v = new Float64Array(x.length)
      const max = new Float64Array(x.length)
      return {
        step(g: Float64Array) {
          t += 1
          for (let i = 0; i < x.length; i++) {
            let gradient = h.maximize ? -g[i]! : g[i]!
            gradient *= 1 + h.weight_decay * x[i]!
            m[i] = h.beta1 * m[i]! + (1 - h.beta1) * gradient
            v[i] = h.beta2 * v[i]! + (1 - h.beta2) * gradient * gradient
            max[i] = Math.max(max[i]!, v[i]!)
            const mPrime = m[i]! / (1 - h.beta1 ** t)
            const vPrime = (h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** t)
            x[i]! -= (h.lr * mPrime) / (Math.sqrt(vPrime) + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdam', { d: 'signed * (1 + weight_decay * x)' }),
  },
  {
    id: 'adam-epsilon-scaled',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'Epsilon is added to the uncorrected root and divided by the correction with it, which makes it larger at first.',
    library: 'PyTorch',
    source: 'https://github.com/pytorch/pytorch/issues/2060',
    create: () => (hyper: TorchAdam, x: Float64Array) => {
      let h = hyper
      const state = { step: 0, avg: new Float64Array(x.length), sq: new Float64Array(x.length), max: x.map(() => 0) }
      return {
        step(g: Float64Array) {
          state.step += 1
          const bias1 = 1 - h.beta1 ** state.step
          const bias2 = 1 - h.beta2 ** state.step
          const size = (h.lr * Math.sqrt(bias2)) / bias1
          for (let i = 0; i < x.length; i++) {
            const d = (h.maximize ? -g[i]! : g[i]!) + h.weight_decay * x[i]!
            state.avg[i] = state.avg[i]! * h.beta1 + d * (1 - h.beta1)
            state.sq[i] = state.sq[i]! * h.beta2 + d * d * (1 - h.beta2)
            state.max[i] = Math.max(state.max[i]!, state.sq[i]!)
            x[i]! -= (size * state.avg[i]!) / (Math.sqrt(h.amsgrad ? state.max[i]! : state.sq[i]!) + h.eps)
          }
          return x
        },
        set(next: TorchAdam) {
          h = next
        },
      }
    },
    actual: changed('torchAdam', {
      step_size: 'lr * sqrt(bc2) / bc1',
      denom: 'sqrt(amsgrad ? vmax : v) + eps',
    }),
  },
]

import { each, type Memory, of, type Wrong } from './wrong.ts'

interface Paper {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

interface Torch extends Paper {
  weight_decay: number
  amsgrad: boolean
  maximize: boolean
}

const { sqrt, abs, max, fround } = Math

/** Both averages of the paper. */
function gather({ beta1, beta2 }: Paper, g: number, s: Memory): void {
  s.m = beta1 * s.m + (1 - beta1) * g
  s.v = beta2 * s.v + (1 - beta2) * g * g
}

/** The paper's step from averages that are as they should be, with corrections of one's own. */
const step = ({ lr, eps }: Paper, x: number, s: Memory, c1: number, c2: number): number =>
  x - (lr * (s.m / c1)) / (sqrt(s.v / c2) + eps)

const wrongPaper: readonly Wrong[] = of('adam/kingma-ba', [
  {
    fault: 'epsilon stands inside of the root',
    caught: 'formula',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return x - (h.lr * (s.m / (1 - h.beta1 ** t))) / sqrt(s.v / (1 - h.beta2 ** t) + h.eps)
    }),
  },
  {
    fault: 'the corrections are folded into the rate, and epsilon is not scaled along',
    caught: 'formula',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      const rate = (h.lr * sqrt(1 - h.beta2 ** t)) / (1 - h.beta1 ** t)
      return x - (rate * s.m) / (sqrt(s.v) + h.eps)
    }),
  },
  {
    fault: 'nothing is corrected for its bias',
    caught: 'step is bounded',
    create: each((h: Paper, x, g, _, s) => {
      gather(h, g, s)
      return step(h, x, s, 1, 1)
    }),
  },
  {
    fault: 'the second average alone is not corrected for its bias',
    caught: 'beta1 0 is bias-corrected RMSProp',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return step(h, x, s, 1 - h.beta1 ** t, 1)
    }),
  },
  {
    fault: 'the corrections are one step ahead',
    caught: 'closed form constant',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return step(h, x, s, 1 - h.beta1 ** (t + 1), 1 - h.beta2 ** (t + 1))
    }),
  },
  {
    fault: 'the corrections are one step behind, after the first',
    caught: 'closed form geometric',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      const k = max(1, t - 1)
      return step(h, x, s, 1 - h.beta1 ** k, 1 - h.beta2 ** k)
    }),
  },
  {
    fault: 'the second average takes the gradient without its square',
    caught: 'scale invariance',
    create: each((h: Paper, x, g, t, s) => {
      s.m = h.beta1 * s.m + (1 - h.beta1) * g
      s.v = h.beta2 * s.v + (1 - h.beta2) * abs(g)
      return step(h, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'the second average takes the square of the first',
    caught: 'formula',
    create: each((h: Paper, x, g, t, s) => {
      s.m = h.beta1 * s.m + (1 - h.beta1) * g
      s.v = h.beta2 * s.v + (1 - h.beta2) * s.m * s.m
      return step(h, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'the first average of the step before is taken',
    caught: 'closed form impulse',
    create: each((h: Paper, x, g, t, s) => {
      const before = { ...s }
      gather(h, g, s)
      return step(h, x, { ...s, m: before.m }, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'the betas are exchanged',
    caught: 'formula',
    create: each(({ beta1, beta2, ...h }: Paper, x, g, t, s) => {
      const exchanged = { ...h, beta1: beta2, beta2: beta1 }
      gather(exchanged, g, s)
      return step(exchanged, x, s, 1 - beta2 ** t, 1 - beta1 ** t)
    }),
  },
  {
    fault: 'epsilon is fixed at 1e-8',
    caught: 'every hyper-parameter has an effect',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return step({ ...h, eps: 1e-8 }, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'a beta1 of zero counts as left out, and becomes 0.9',
    caught: 'beta1 0 is bias-corrected RMSProp',
    create: each((given: Paper, x, g, t, s) => {
      const h = { ...given, beta1: given.beta1 || 0.9 }
      gather(h, g, s)
      return step(h, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'a zero epsilon counts as left out, and becomes 1e-8',
    caught: 'scale invariance',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return step({ ...h, eps: h.eps || 1e-8 }, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
  {
    fault: 'powers of the betas are kept in single precision',
    caught: 'formula',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      return step(h, x, s, 1 - fround(fround(h.beta1) ** t), 1 - fround(fround(h.beta2) ** t))
    }),
  },
  {
    fault: '1 - beta2 is taken of a beta2 in single precision, in single precision',
    caught: 'formula',
    format: 'float32',
    create: each((h: Paper, x, g, t, s) => {
      s.m = fround(fround(fround(h.beta1) * s.m) + fround(fround(1 - h.beta1) * g))
      const weight = fround(1 - fround(h.beta2))
      s.v = fround(fround(fround(h.beta2) * s.v) + fround(weight * fround(g * g)))
      const denominator = fround(fround(sqrt(fround(s.v / fround(1 - h.beta2 ** t)))) + fround(h.eps))
      return fround(x - fround(fround(h.lr / (1 - h.beta1 ** t)) * fround(s.m / denominator)))
    }),
  },
  {
    fault: 'the moments are kept in single precision beside iterates in double',
    caught: 'formula',
    create: each((h: Paper, x, g, t, s) => {
      gather(h, g, s)
      s.m = fround(s.m)
      s.v = fround(s.v)
      return step(h, x, s, 1 - h.beta1 ** t, 1 - h.beta2 ** t)
    }),
  },
])

/** What torch's Adam divides by. */
const denominator = (h: Torch, v: number, t: number): number => sqrt(v) / sqrt(1 - h.beta2 ** t) + h.eps

const wrongTorch: readonly Wrong[] = of('adam/pytorch', [
  {
    fault: 'AMSGrad takes its maximum after the bias correction',
    caught: 'formula',
    create: each((h: Torch, x, g, t, s) => {
      const d = (h.maximize ? -g : g) + h.weight_decay * x
      gather(h, d, s)
      s.max = max(s.max, s.v / (1 - h.beta2 ** t))
      const root = h.amsgrad ? sqrt(s.max) + h.eps : denominator(h, s.v, t)
      return x - (h.lr * s.m) / (1 - h.beta1 ** t) / root
    }),
  },
  {
    fault: 'AMSGrad is accepted and ignored',
    caught: 'every hyper-parameter has an effect',
    create: each((h: Torch, x, g, t, s) => {
      gather(h, (h.maximize ? -g : g) + h.weight_decay * x, s)
      return x - (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, s.v, t)
    }),
  },
  {
    fault: 'AMSGrad forgets its maximum when a larger one was long ago',
    caught: 'closed form impulse',
    create: each((h: Torch, x, g, t, s) => {
      gather(h, (h.maximize ? -g : g) + h.weight_decay * x, s)
      s.max = max(0.999 * s.max, s.v)
      return x - (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, h.amsgrad ? s.max : s.v, t)
    }),
  },
  {
    fault: 'maximize turns the whole step around, weight decay included',
    caught: 'maximize',
    create: each((h: Torch, x, g, t, s) => {
      gather(h, g + h.weight_decay * x, s)
      s.max = max(s.max, s.v)
      const move = (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, h.amsgrad ? s.max : s.v, t)
      return h.maximize ? x + move : x - move
    }),
  },
  {
    fault: 'weight decay is decoupled, as in AdamW',
    caught: 'formula',
    create: each((h: Torch, x, g, t, s) => {
      gather(h, h.maximize ? -g : g, s)
      s.max = max(s.max, s.v)
      const move = (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, h.amsgrad ? s.max : s.v, t)
      return x * (1 - h.lr * h.weight_decay) - move
    }),
  },
])

/** AdamW as torch has it, with the place of its decay: before the step, and after it. */
const decaying = (before: (h: Torch, x: number) => number, after: (h: Torch, x: number) => number = (_, x) => x) =>
  each((h: Torch, x, g, t, s) => {
    const start = before(h, x)
    gather(h, h.maximize ? -g : g, s)
    s.max = max(s.max, s.v)
    return after(h, start - (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, h.amsgrad ? s.max : s.v, t))
  })

const wrongAdamw: readonly Wrong[] = of('adamw/pytorch', [
  {
    fault: 'the decay is not multiplied by the rate',
    caught: 'formula',
    create: decaying((h, x) => x * (1 - h.weight_decay)),
  },
  {
    fault: 'the decay comes after the step',
    caught: 'formula',
    create: decaying(
      (_, x) => x,
      (h, x) => x * (1 - h.lr * h.weight_decay),
    ),
  },
  {
    fault: 'the decay pushes away from zero',
    caught: 'closed form constant',
    create: decaying((h, x) => x * (1 + h.lr * h.weight_decay)),
  },
  {
    fault: 'the decay is done twice, by two layers of the code',
    caught: 'closed form constant',
    create: decaying((h, x) => x * (1 - h.lr * h.weight_decay) ** 2),
  },
  {
    fault: 'there is decay although it is switched off',
    caught: 'weight decay 0 is Adam',
    create: decaying((h, x) => x * (1 - h.lr * (h.weight_decay || 0.01))),
  },
  {
    fault: 'the decay is coupled: it enters both averages',
    caught: 'formula',
    create: each((h: Torch, x, g, t, s) => {
      gather(h, (h.maximize ? -g : g) + h.weight_decay * x, s)
      s.max = max(s.max, s.v)
      return x - (h.lr * s.m) / (1 - h.beta1 ** t) / denominator(h, h.amsgrad ? s.max : s.v, t)
    }),
  },
])

/** Adam and AdamW, got wrong. */
export const wrongAdam: readonly Wrong[] = [...wrongPaper, ...wrongTorch, ...wrongAdamw]

import { each, of, type Wrong } from './wrong.ts'

interface Lecture {
  lr: number
  gamma: number
  eps: number
}

interface Adagrad {
  lr: number
  lr_decay: number
  weight_decay: number
  initial_accumulator_value: number
  eps: number
  maximize: boolean
}

interface Rmsprop {
  lr: number
  alpha: number
  eps: number
  weight_decay: number
  momentum: number
  centered: boolean
  maximize: boolean
}

interface Adadelta {
  lr: number
  rho: number
  eps: number
}

const directed = ({ weight_decay, maximize }: { weight_decay: number; maximize: boolean }, x: number, g: number) =>
  (maximize ? -g : g) + weight_decay * x

const { sqrt, abs } = Math

const wrongAdagrad: readonly Wrong[] = [
  ...of('adagrad/lecture', [
    {
      fault: 'epsilon stands outside of the root',
      caught: 'formula',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        s.v += g * g
        return x - (lr / (sqrt(s.v) + eps)) * g
      }),
    },
    {
      fault: 'gradients are summed without being squared',
      caught: 'scale invariance',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        s.v += abs(g)
        return x - (lr / sqrt(s.v + eps)) * g
      }),
    },
    {
      fault: 'the root is forgotten',
      caught: 'closed form constant',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        s.v += g * g
        return x - (lr / (s.v + eps)) * g
      }),
    },
    {
      fault: 'the step divides by the sum from before the gradient',
      caught: 'closed form constant',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        const step = (lr / sqrt(s.v + eps)) * g
        s.v += g * g
        return x - step
      }),
    },
    {
      fault: 'old squares are forgotten little by little',
      caught: 'closed form geometric',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        s.v = 0.999 * s.v + g * g
        return x - (lr / sqrt(s.v + eps)) * g
      }),
    },
    {
      fault: 'an accumulator that is still zero gives 0 / 0',
      caught: 'zero gradients move nothing',
      create: each(({ lr, eps }: Lecture, x, g, _, s) => {
        s.v += g * g
        return x - (lr / sqrt(s.v > 0 ? s.v + eps : 0)) * g
      }),
    },
  ]),
  ...of('adagrad/pytorch', [
    {
      fault: 'the rate decays by t instead of t - 1',
      caught: 'formula',
      create: each((h: Adagrad, x, g, t, s) => {
        if (t === 1) s.v = h.initial_accumulator_value
        const d = directed(h, x, g)
        s.v += d * d
        return x - ((h.lr / (1 + t * h.lr_decay)) * d) / (sqrt(s.v) + h.eps)
      }),
    },
    {
      fault: 'the initial value of the accumulator is ignored',
      caught: 'every hyper-parameter has an effect',
      create: each((h: Adagrad, x, g, t, s) => {
        const d = directed(h, x, g)
        s.v += d * d
        return x - ((h.lr / (1 + (t - 1) * h.lr_decay)) * d) / (sqrt(s.v) + h.eps)
      }),
    },
    {
      fault: 'weight decay stays out of the accumulator',
      caught: 'formula',
      create: each((h: Adagrad, x, g, t, s) => {
        if (t === 1) s.v = h.initial_accumulator_value
        s.v += g * g
        return x - ((h.lr / (1 + (t - 1) * h.lr_decay)) * directed(h, x, g)) / (sqrt(s.v) + h.eps)
      }),
    },
  ]),
]

/** A step of torch's RMSprop from its average of squares and mean, momentum included. */
const rmsStep = (h: Rmsprop, x: number, d: number, denominator: number, s: { b: number }): number => {
  s.b = h.momentum * s.b + d / denominator
  return x - h.lr * s.b
}

const wrongRmsprop: readonly Wrong[] = [
  ...of('rmsprop/lecture', [
    {
      fault: 'the weights of old and new are exchanged',
      caught: 'closed form geometric',
      create: each(({ lr, gamma, eps }: Lecture, x, g, _, s) => {
        s.v = (1 - gamma) * s.v + gamma * g * g
        return x - (lr / sqrt(s.v + eps)) * g
      }),
    },
    {
      fault: 'the average is corrected for its bias, as in Adam',
      caught: 'closed form constant',
      create: each(({ lr, gamma, eps }: Lecture, x, g, t, s) => {
        s.v = gamma * s.v + (1 - gamma) * g * g
        return x - (lr / sqrt(s.v / (1 - gamma ** t) + eps)) * g
      }),
    },
    {
      fault: 'the average starts at the first square',
      caught: 'closed form impulse',
      create: each(({ lr, gamma, eps }: Lecture, x, g, t, s) => {
        s.v = t === 1 ? g * g : gamma * s.v + (1 - gamma) * g * g
        return x - (lr / sqrt(s.v + eps)) * g
      }),
    },
  ]),
  ...of('rmsprop/pytorch', [
    {
      fault: 'epsilon stands inside of the root',
      caught: 'formula',
      create: each((h: Rmsprop, x, g, _, s) => {
        const d = directed(h, x, g)
        s.v = h.alpha * s.v + (1 - h.alpha) * d * d
        s.m = h.alpha * s.m + (1 - h.alpha) * d
        return rmsStep(h, x, d, sqrt((h.centered ? s.v - s.m * s.m : s.v) + h.eps), s)
      }),
    },
    {
      fault: 'centered takes the mean from before the step',
      caught: 'closed form constant-centered',
      create: each((h: Rmsprop, x, g, _, s) => {
        const d = directed(h, x, g)
        const mean = s.m
        s.v = h.alpha * s.v + (1 - h.alpha) * d * d
        s.m = h.alpha * s.m + (1 - h.alpha) * d
        return rmsStep(h, x, d, sqrt(h.centered ? Math.max(0, s.v - mean * mean) : s.v) + h.eps, s)
      }),
    },
    {
      fault: 'the momentum buffer gathers gradients, and the sum is divided',
      caught: 'formula',
      create: each((h: Rmsprop, x, g, _, s) => {
        const d = directed(h, x, g)
        s.v = h.alpha * s.v + (1 - h.alpha) * d * d
        s.m = h.alpha * s.m + (1 - h.alpha) * d
        s.b = h.momentum * s.b + d
        return x - (h.lr * s.b) / (sqrt(h.centered ? s.v - s.m * s.m : s.v) + h.eps)
      }),
    },
    {
      fault: 'the option centered is accepted and ignored',
      caught: 'every hyper-parameter has an effect',
      create: each((h: Rmsprop, x, g, _, s) => {
        const d = directed(h, x, g)
        s.v = h.alpha * s.v + (1 - h.alpha) * d * d
        return rmsStep(h, x, d, sqrt(s.v) + h.eps, s)
      }),
    },
  ]),
]

const wrongAdadelta: readonly Wrong[] = [
  ...of('adadelta/zeiler', [
    {
      fault: 'the update is averaged without being squared, as the lecture prints it',
      caught: 'sign symmetry',
      create: each(({ rho, eps }: Adadelta, x, g, _, s) => {
        s.v = rho * s.v + (1 - rho) * g * g
        const delta = (sqrt(Math.max(0, s.s + eps)) / sqrt(s.v + eps)) * g
        s.s = rho * s.s + (1 - rho) * delta
        return x - delta
      }),
    },
    {
      fault: 'epsilon is missing below the fraction, so that zeros give 0 / 0',
      caught: 'finite stays finite',
      create: each(({ rho, eps }: Adadelta, x, g, _, s) => {
        s.v = rho * s.v + (1 - rho) * g * g
        const delta = (sqrt(s.s + eps) / sqrt(s.v)) * g
        s.s = rho * s.s + (1 - rho) * delta * delta
        return x - delta
      }),
    },
    {
      fault: 'epsilon is missing above the fraction, so that it never starts',
      caught: 'formula',
      create: each(({ rho, eps }: Adadelta, x, g, _, s) => {
        s.v = rho * s.v + (1 - rho) * g * g
        const delta = (sqrt(s.s) / sqrt(s.v + eps)) * g
        s.s = rho * s.s + (1 - rho) * delta * delta
        return x - delta
      }),
    },
    {
      fault: 'the average of updates decays by 0.95, whatever rho is',
      caught: 'formula',
      create: each(({ rho, eps }: Adadelta, x, g, _, s) => {
        s.v = rho * s.v + (1 - rho) * g * g
        const delta = (sqrt(s.s + eps) / sqrt(s.v + eps)) * g
        s.s = 0.95 * s.s + 0.05 * delta * delta
        return x - delta
      }),
    },
  ]),
  ...of(
    'adadelta/pytorch',
    [
      {
        fault: 'the update is averaged after the rate was multiplied in',
        caught: 'formula',
        create: each(({ lr, rho, eps }: Adadelta, x, g, _, s) => {
          s.v = rho * s.v + (1 - rho) * g * g
          const delta = ((lr * sqrt(s.s + eps)) / sqrt(s.v + eps)) * g
          s.s = rho * s.s + (1 - rho) * delta * delta
          return x - delta
        }),
      },
    ],
    { weight_decay: 0, maximize: false },
  ),
]

/** Adagrad, RMSProp and Adadelta, got wrong. */
export const wrongAdaptive: readonly Wrong[] = [...wrongAdagrad, ...wrongRmsprop, ...wrongAdadelta]

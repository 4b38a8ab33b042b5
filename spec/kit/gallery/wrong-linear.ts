import { each, of, type Wrong } from './wrong.ts'

interface Lecture {
  lr: number
  gamma: number
}

interface Torch {
  lr: number
  momentum: number
  dampening: number
  weight_decay: number
  nesterov: boolean
  maximize: boolean
}

/** The gradient that torch.optim.SGD goes on with. */
const directed = ({ weight_decay, maximize }: Torch, x: number, g: number): number =>
  (maximize ? -g : g) + weight_decay * x

/** Gradient descent, with and without momentum, got wrong. */
export const wrongLinear: readonly Wrong[] = [
  ...of('sgd/lecture', [
    {
      fault: 'the step goes up the slope',
      caught: 'first step opposes the gradient',
      create: each(({ lr }: Lecture, x, g) => x + lr * g),
    },
    {
      fault: 'the rate is multiplied in twice',
      caught: 'closed form constant',
      create: each(({ lr }: Lecture, x, g) => x - lr * lr * g),
    },
    {
      fault: 'the step takes the sign of the gradient alone',
      caught: 'formula',
      create: each(({ lr }: Lecture, x, g) => x - lr * Math.sign(g)),
    },
    {
      fault: 'gradients beyond 10 are clipped',
      caught: 'closed form constant',
      create: each(({ lr }: Lecture, x, g) => x - lr * Math.max(-10, Math.min(10, g))),
    },
    {
      fault: 'gradients below 1e-9 count as zero',
      caught: 'formula',
      create: each(({ lr }: Lecture, x, g) => (Math.abs(g) < 1e-9 ? x : x - lr * g)),
    },
    {
      fault: 'the rate is kept in single precision',
      caught: 'formula',
      create: each(({ lr }: Lecture, x, g) => x - Math.fround(lr) * g),
    },
    {
      fault: 'the rate falls with the step count, which nobody asked for',
      caught: 'closed form constant',
      create: each(({ lr }: Lecture, x, g, t) => x - (lr / Math.sqrt(t)) * g),
    },
    {
      fault: 'the rate is warmed up over ten steps',
      caught: 'formula',
      create: each(({ lr }: Lecture, x, g, t) => x - lr * Math.min(1, t / 10) * g),
    },
  ]),
  ...of(
    'sgd/pytorch',
    [
      {
        fault: 'weight decay pushes away from zero',
        caught: 'formula',
        create: each((h: Torch, x, g) => x - h.lr * ((h.maximize ? -g : g) - h.weight_decay * x)),
      },
      {
        fault: 'maximize turns the weight decay around, too',
        caught: 'maximize',
        create: each((h: Torch, x, g) => x - h.lr * (h.maximize ? -1 : 1) * (g + h.weight_decay * x)),
      },
      {
        fault: 'weight decay is not scaled by the rate',
        caught: 'formula',
        create: each((h: Torch, x, g) => x * (1 - h.weight_decay) - h.lr * (h.maximize ? -g : g)),
      },
      {
        fault: 'weight decay adds a constant instead of a share of x',
        caught: 'sign symmetry',
        create: each((h: Torch, x, g) => x - h.lr * ((h.maximize ? -g : g) + h.weight_decay)),
      },
    ],
    { momentum: 0, nesterov: false, dampening: 0 },
  ),
  ...of('sgd/pytorch', [
    {
      fault: 'the option nesterov is accepted and ignored',
      caught: 'every hyper-parameter has an effect',
      create: each((h: Torch, x, g, t, s) => {
        const d = directed(h, x, g)
        s.b = t === 1 ? d : h.momentum * s.b + (1 - h.dampening) * d
        return x - h.lr * (h.momentum === 0 ? d : s.b)
      }),
    },
  ]),
  ...of('momentum/lecture', [
    {
      fault: 'the rate stands outside of the velocity, which shows only when it changes',
      caught: 'formula',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        s.v = gamma * s.v + g
        return x - lr * s.v
      }),
    },
    {
      fault: 'the velocity is an average instead of a sum',
      caught: 'closed form constant',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        s.v = gamma * s.v + (1 - gamma) * lr * g
        return x - s.v
      }),
    },
    {
      fault: 'the velocity starts anew when the gradient changes its sign',
      caught: 'formula',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        s.v = (s.v * g < 0 ? 0 : gamma * s.v) + lr * g
        return x - s.v
      }),
    },
    {
      fault: 'the velocity of the step before is taken',
      caught: 'formula',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        const before = s.v
        s.v = gamma * s.v + lr * g
        return x - before
      }),
    },
    {
      fault: 'elements without a gradient are skipped, although their velocity moves them',
      caught: 'formula',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        if (g === 0) return x
        s.v = gamma * s.v + lr * g
        return x - s.v
      }),
    },
    {
      fault: 'gamma is squared when the buffer decays',
      caught: 'momentum decays geometrically',
      create: each(({ lr, gamma }: Lecture, x, g, _, s) => {
        s.v = gamma * gamma * s.v + lr * g
        return x - s.v
      }),
    },
  ]),
  ...of('momentum/pytorch', [
    {
      fault: 'the first gradient is dampened, too',
      caught: 'closed form constant',
      create: each((h: Torch, x, g, _, s) => {
        s.b = h.momentum * s.b + (1 - h.dampening) * directed(h, x, g)
        return x - h.lr * s.b
      }),
    },
    {
      fault: 'dampening is accepted and ignored',
      caught: 'every hyper-parameter has an effect',
      create: each((h: Torch, x, g, _, s) => {
        s.b = h.momentum * s.b + directed(h, x, g)
        return x - h.lr * s.b
      }),
    },
    {
      fault: 'the rate stands inside of the buffer, which shows only when it changes',
      caught: 'formula',
      create: each((h: Torch, x, g, t, s) => {
        const d = h.lr * directed(h, x, g)
        s.b = t === 1 ? d : h.momentum * s.b + (1 - h.dampening) * d
        return x - s.b
      }),
    },
    {
      fault: 'weight decay is decoupled',
      caught: 'formula',
      create: each((h: Torch, x, g, t, s) => {
        const d = h.maximize ? -g : g
        s.b = t === 1 ? d : h.momentum * s.b + (1 - h.dampening) * d
        return x * (1 - h.lr * h.weight_decay) - h.lr * s.b
      }),
    },
  ]),
  ...of('nesterov/pytorch', [
    {
      fault: 'it is heavy-ball momentum: the look-ahead was dropped',
      caught: 'look-ahead is a shifted variable',
      create: each((h: Torch, x, g, _, s) => {
        s.b = h.momentum * s.b + directed(h, x, g)
        return x - h.lr * s.b
      }),
    },
    {
      fault: 'the look-ahead adds the buffer of the step before',
      caught: 'formula',
      create: each((h: Torch, x, g, _, s) => {
        const [d, before] = [directed(h, x, g), s.b]
        s.b = h.momentum * s.b + d
        return x - h.lr * (d + h.momentum * before)
      }),
    },
    {
      fault: 'the gradient is counted twice where there is no momentum yet',
      caught: 'closed form impulse',
      create: each((h: Torch, x, g, t, s) => {
        const d = directed(h, x, g)
        s.b = h.momentum * s.b + d
        return x - h.lr * (t === 1 ? d + s.b : d + h.momentum * s.b)
      }),
    },
  ]),
  ...of('nesterov/lecture', [
    {
      fault: 'the gradient is asked for on the wrong side of x',
      caught: 'closed form quadratic',
      create: lookingFrom((x, v, gamma) => x + gamma * v),
    },
    {
      fault: 'the gradient is asked for at x itself',
      caught: 'closed form quadratic',
      create: lookingFrom(x => x),
    },
  ]),
]

/** The lecture's look-ahead momentum, with the place at which it asks for its gradient. */
function lookingFrom(place: (x: number, v: number, gamma: number) => number) {
  return ({ lr, gamma }: Lecture, x0: Float64Array) => {
    const [x, v] = [x0.slice(), new Float64Array(x0.length)]
    return {
      point: () => x.map((value, i) => place(value, v[i]!, gamma)),
      step(gradient: Float64Array): Float64Array {
        for (let i = 0; i < x.length; i++) {
          v[i] = gamma * v[i]! + lr * gradient[i]!
          x[i] = x[i]! - v[i]!
        }
        return x
      },
    }
  }
}

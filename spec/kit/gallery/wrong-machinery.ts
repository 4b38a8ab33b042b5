import type { Group, Setup, Subject } from '../../../src/subject/subject.ts'
import { of, type Wrong } from './wrong.ts'

interface Momentum {
  lr: number
  gamma: number
}

/** One step of the lecture's momentum over an array, in place. */
function move(
  { lr, gamma }: Momentum,
  x: Float64Array,
  v: Float64Array,
  g: Float64Array,
  from = 0,
  to = x.length,
): void {
  for (let i = from; i < to; i++) {
    v[i] = gamma * v[i]! + lr * g[i]!
    x[i] = x[i]! - v[i]!
  }
}

/** A step that treats several elements at once, and what it does with the rest. */
const inBlocks =
  (width: number, rest: (x: Float64Array, v: Float64Array, g: Float64Array, h: Momentum, from: number) => void) =>
  (h: Momentum, x: Float64Array) => {
    const v = new Float64Array(x.length)
    return {
      step(g: Float64Array): Float64Array {
        const whole = x.length - (x.length % width)
        for (let i = 0; i < whole; i += width) move(h, x, v, g, i, i + width)
        rest(x, v, g, h, whole)
        return x
      },
    }
  }

/** Loops over the elements that are wrong at their ends. */
const ends: readonly Wrong[] = of('momentum/lecture', [
  {
    fault: 'a loop over four elements at once forgets what is left',
    caught: 'formula',
    create: inBlocks(4, () => {}),
  },
  {
    fault: 'a loop over eight forgets what is left, but only behind a whole block',
    caught: 'concatenation',
    create: inBlocks(8, (x, v, g, h, from) => {
      if (from === 0) move(h, x, v, g)
    }),
  },
  {
    fault: 'a loop over sixteen leaves out the last element behind its blocks',
    caught: 'concatenation',
    create: inBlocks(16, (x, v, g, h, from) => move(h, x, v, g, from, from === 0 ? x.length : x.length - 1)),
  },
  {
    fault: 'a loop over 32 begins again at the first gradient',
    caught: 'concatenation',
    create: (h: Momentum, x: Float64Array) => {
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array): Float64Array {
          move(
            h,
            x,
            v,
            g.map((_, i) => g[i % 32]!),
          )
          return x
        },
      }
    },
  },
  {
    fault: 'the last element of each parameter keeps no velocity',
    caught: 'permutation',
    create: (h: Momentum, x: Float64Array) => {
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array): Float64Array {
          move(h, x, v, g)
          v[v.length - 1] = 0
          return x
        },
      }
    },
  },
  {
    fault: 'the gradient of a parameter is scaled down where it is long as a whole',
    caught: 'concatenation',
    create: (h: Momentum, x: Float64Array) => {
      const v = new Float64Array(x.length)
      return {
        step(g: Float64Array): Float64Array {
          const norm = Math.hypot(...g)
          move(h, x, v, norm > 1 ? g.map(value => value / norm) : g)
          return x
        },
      }
    },
  },
])

/** A momentum that is right until a step, and does something else from there on. */
const until =
  (last: number, change: (g: Float64Array, h: Momentum) => Momentum | undefined) => (h: Momentum, x: Float64Array) => {
    const v = new Float64Array(x.length)
    let t = 0
    return {
      step(g: Float64Array): Float64Array {
        t += 1
        const now = t > last ? change(g, h) : h
        if (now) move(now, x, v, g)
        return x
      },
    }
  }

interface Adam {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

/** Adam in double precision, with powers of the betas that come from elsewhere. */
const withPowers = (powers: () => (beta: number, t: number) => number) => (h: Adam, x: Float64Array) => {
  const [m, v] = [new Float64Array(x.length), new Float64Array(x.length)]
  const power = powers()
  let t = 0
  return {
    step(g: Float64Array): Float64Array {
      t += 1
      const [c1, c2] = [1 - power(h.beta1, t), 1 - power(h.beta2, t)]
      for (let i = 0; i < x.length; i++) {
        m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
        v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
        x[i] = x[i]! - (h.lr * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + h.eps)
      }
      return x
    },
  }
}

/** Powers that were computed once, by step, for whichever beta asked first. */
const remembered = new Map<number, number>()

/** Faults that only time brings out. */
const late: readonly Wrong[] = [
  ...of('momentum/lecture', [
    {
      fault: 'nothing moves after 1,000 steps',
      caught: 'late steps',
      create: until(1000, () => undefined),
    },
    {
      fault: 'the rate is halved after 1,000 steps, by a schedule that nobody asked for',
      caught: 'late steps',
      create: until(1000, (_, h) => ({ ...h, lr: h.lr / 2 })),
    },
    {
      fault: 'the velocity is dropped for good after 1,024 steps',
      caught: 'late steps',
      create: until(1024, (_, h) => ({ ...h, gamma: 0 })),
    },
    {
      fault: 'nothing moves after 2,000 steps',
      caught: 'late steps',
      create: until(2000, () => undefined),
    },
  ]),
  ...of('adam/kingma-ba', [
    {
      fault: 'the step count is a byte, which starts over after 255',
      caught: 'late steps',
      create: withPowers(() => (beta, t) => beta ** (t % 256 || 256)),
    },
    {
      fault: 'powers of the betas are tabled for 1,000 steps, and zero beyond',
      caught: 'late steps',
      create: withPowers(() => (beta, t) => (t <= 1000 ? beta ** t : 0)),
    },
    {
      fault: 'powers of the betas are remembered by the step alone, for all betas and optimizers',
      caught: 'formula',
      create: withPowers(() => (beta, t) => {
        if (!remembered.has(t)) remembered.set(t, beta ** t)
        return remembered.get(t)!
      }),
    },
    {
      fault: 'the running power of each beta is multiplied once too often in the first step',
      caught: 'formula',
      create: withPowers(() => {
        const running = new Map<number, number>()
        return beta => {
          const next = (running.get(beta) ?? beta) * beta
          running.set(beta, next)
          return next
        }
      }),
    },
  ]),
]

let sharedCount = 0
const sharedByLength = new Map<number, Float64Array>()
const scratch = new Float64Array(64)

/** State in the wrong place, and arrays that belong to somebody else. */
const shared: readonly Wrong[] = [
  ...of('adam/kingma-ba', [
    {
      fault: 'one step count serves all parameters of a program',
      caught: 'formula',
      create: (h: Adam, x: Float64Array) => {
        sharedCount = 0
        return withPowers(() => beta => {
          // Asked for twice a step.
          sharedCount += 0.5
          return beta ** Math.ceil(sharedCount)
        })(h, x)
      },
    },
  ]),
  ...of('momentum/lecture', [
    {
      fault: 'parameters of the same length share one velocity',
      caught: 'formula',
      create: (h: Momentum, x: Float64Array) => {
        const v = new Float64Array(x.length)
        sharedByLength.set(x.length, v)
        return {
          step(g: Float64Array): Float64Array {
            move(h, x, sharedByLength.get(x.length)!, g)
            return x
          },
        }
      },
    },
    {
      fault: 'the velocity lives in one scratch array, which nobody clears',
      caught: 'formula',
      create: (h: Momentum, x: Float64Array) => ({
        step(g: Float64Array): Float64Array {
          move(h, x, scratch, g)
          return x
        },
      }),
    },
    {
      fault: 'the gradient is kept instead of a copy, and read again when the caller has overwritten it',
      caught: 'nothing is kept by reference',
      create: ({ lr, gamma }: Momentum, x: Float64Array) => {
        const v = new Float64Array(x.length)
        let last: Float64Array | undefined
        return {
          step(g: Float64Array): Float64Array {
            // The velocity is brought up to date when it is next needed.
            for (let i = 0; i < x.length; i++) {
              if (last) v[i] = gamma * v[i]! + lr * last[i]!
              x[i] = x[i]! - (gamma * v[i]! + lr * g[i]!)
            }
            last = g
            return x
          },
        }
      },
    },
    {
      fault: 'the buffer starts as the very array of the first gradient',
      caught: 'nothing is kept by reference',
      create: ({ lr, gamma }: Momentum, x: Float64Array) => {
        let buffer: Float64Array | undefined
        return {
          step(g: Float64Array): Float64Array {
            if (buffer) for (let i = 0; i < x.length; i++) buffer[i] = gamma * buffer[i]! + g[i]!
            else buffer = g
            for (let i = 0; i < x.length; i++) x[i] = x[i]! - lr * buffer[i]!
            return x
          },
        }
      },
    },
    {
      fault: 'the iterate from before the step is returned',
      caught: 'closed form constant',
      create: (h: Momentum, x: Float64Array) => {
        const v = new Float64Array(x.length)
        return {
          step(g: Float64Array): Float64Array {
            const before = x.slice()
            move(h, x, v, g)
            return before
          },
        }
      },
    },
    {
      fault: 'the state that is shown is the one from before the step',
      caught: 'formula',
      create: (h: Momentum, x: Float64Array) => {
        const v = new Float64Array(x.length)
        let before = v.slice()
        return {
          state: () => ({ v: before }),
          step(g: Float64Array): Float64Array {
            before = v.slice()
            move(h, x, v, g)
            return x
          },
        }
      },
    },
  ]),
]

/** Momentum whose rates come from somewhere else than `set`. */
const settable =
  (rates: (given: Momentum) => { now(): Momentum; set(h: Momentum): void }, clear = false) =>
  (h: Momentum, x: Float64Array) => {
    let v = new Float64Array(x.length)
    const { now, set } = rates(h)
    return {
      set(changed: Momentum): void {
        set(changed)
        if (clear) v = new Float64Array(x.length)
      },
      step(g: Float64Array): Float64Array {
        move(now(), x, v, g)
        return x
      },
    }
  }

/** What happens when a rate changes on the way. */
const changes: readonly Wrong[] = of('momentum/lecture', [
  {
    fault: 'a changed rate is accepted and never used',
    caught: 'formula',
    create: settable(given => ({ now: () => given, set: () => {} })),
  },
  {
    fault: 'a changed rate takes effect a step late',
    caught: 'formula',
    create: settable(given => {
      let [current, next] = [given, given]
      return {
        now: () => {
          const used = current
          current = next
          return used
        },
        set: changed => {
          next = changed
        },
      }
    }),
  },
  {
    fault: 'a changed rate clears the velocity',
    caught: 'formula',
    create: settable(given => {
      let current = given
      return {
        now: () => current,
        set: changed => {
          current = changed
        },
      }
    }, true),
  },
])

/** A momentum over all parameters of a setup, as a framework has it. */
function framework(
  play: (groups: Group[], gradients: (Float64Array | null)[], v: Float64Array[], t: number) => void,
): Subject {
  const open = ({ groups }: Setup) => {
    const own = groups.map(group => ({ ...group, params: group.params.map(p => ({ ...p, value: p.value.slice() })) }))
    const params = own.flatMap(group => group.params)
    const v = params.map(({ value }) => new Float64Array(value.length))
    let t = 0
    return {
      step(gradients: (Float64Array | null)[]): Float64Array[] {
        t += 1
        play(own, gradients, v, t)
        return params.map(({ value }) => value.slice())
      },
    }
  }
  return {
    name: 'framework',
    formats: ['float64'],
    offers: () => ({ rule: 'momentum/lecture', hyper: ['lr', 'gamma'], state: [], features: ['absent'] }),
    open,
  }
}

const hyperOf = ({ hyper }: Group): Momentum => ({ lr: Number(hyper.lr), gamma: Number(hyper.gamma) })

/** Optimizers over several parameters that mix them up. */
const several: readonly Wrong[] = of('momentum/lecture', [
  {
    fault: 'the second parameter is moved by the velocity of the first',
    caught: 'formula',
    create: framework(([group], gradients, v) => {
      for (const [k, { value }] of group!.params.entries()) {
        const short = Math.min(value.length, v[0]!.length)
        if (gradients[k]) move(hyperOf(group!), value, short < value.length ? v[k]! : v[0]!, gradients[k])
      }
    }),
  },
  {
    fault: 'a parameter without a gradient is moved as if it were zero',
    caught: 'formula',
    create: framework(([group], gradients, v) => {
      for (const [k, { value }] of group!.params.entries())
        move(hyperOf(group!), value, v[k]!, gradients[k] ?? new Float64Array(value.length))
    }),
  },
  {
    fault: 'nothing moves in a step in which the first parameter has no gradient',
    caught: 'formula',
    create: framework(([group], gradients, v) => {
      if (!gradients[0]) return
      for (const [k, { value }] of group!.params.entries())
        if (gradients[k]) move(hyperOf(group!), value, v[k]!, gradients[k])
    }),
  },
])

/** Faults of the code around the formula. */
export const wrongMachinery: readonly Wrong[] = [...ends, ...late, ...shared, ...changes, ...several]

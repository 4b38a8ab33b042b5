import type { Setup, Subject } from '../../../src/subject/subject.ts'
import { each, of, type Wrong } from './wrong.ts'

interface Rate {
  lr: number
}

interface Momentum extends Rate {
  gamma: number
}

interface Adam extends Rate {
  beta1: number
  beta2: number
  eps: number
}

interface Average extends Rate {
  gamma: number
  eps: number
}

const descend = ({ lr }: Rate, x: number, g: number): number => x - lr * g

/** The paper's Adam for one element, with the step that its bias corrections count. */
const adam =
  (counted: (t: number) => number = t => t) =>
  ({ lr, beta1, beta2, eps }: Adam, x: number, g: number, t: number, memory: { m: number; v: number }): number => {
    memory.m = beta1 * memory.m + (1 - beta1) * g
    memory.v = beta2 * memory.v + (1 - beta2) * g * g
    const now = counted(t)
    return x - (lr * (memory.m / (1 - beta1 ** now))) / (Math.sqrt(memory.v / (1 - beta2 ** now)) + eps)
  }

/** The lecture's momentum over one parameter, each of whose elements has hyper-parameters and gradients of its own. */
const momentum =
  (gradient: (g: Float64Array, i: number) => number) =>
  ({ lr, gamma }: Momentum, x: Float64Array) => {
    const v = new Float64Array(x.length)
    return {
      step(g: Float64Array): Float64Array {
        for (let i = 0; i < x.length; i++) {
          v[i] = gamma * v[i]! + lr * gradient(g, i)
          x[i] = x[i]! - v[i]!
        }
        return x
      },
    }
  }

/** An element-wise optimizer in which some changes are not taken up as they should be. */
function setWith<H>(update: Parameters<typeof each<H>>[0], taken: (now: H, changed: H, count: number) => H) {
  return (hyper: H, x0: Float64Array) => {
    let [now, count] = [hyper, 0]
    const inner = each<H>(update)(hyper, x0)
    return {
      step: (g: Float64Array) => inner.step(g),
      set(changed: H): void {
        now = taken(now, changed, ++count)
        inner.set(now)
      },
    }
  }
}

const heavy = ({ lr, gamma }: Momentum, x: number, g: number, _: number, memory: { v: number }): number => {
  memory.v = gamma * memory.v + lr * g
  return x - memory.v
}

const average = ({ lr, gamma, eps }: Average, x: number, g: number, _: number, memory: { v: number }): number => {
  memory.v = gamma * memory.v + (1 - gamma) * g * g
  return x - (lr / Math.sqrt(memory.v + eps)) * g
}

/** Changes on the way of what is not the rate, and of the rate for the second time. */
const changes: readonly Wrong[] = [
  ...of('momentum/lecture', [
    {
      fault: 'a changed momentum is accepted and never used',
      caught: 'formula',
      create: setWith<Momentum>(heavy, ({ gamma }, changed) => ({ ...changed, gamma })),
    },
    {
      fault: 'the rate can be changed once',
      caught: 'formula',
      create: setWith<Momentum>(heavy, (now, changed, count) => ({ ...changed, lr: count > 1 ? now.lr : changed.lr })),
    },
  ]),
  ...of('rmsprop/lecture', [
    {
      fault: 'a changed decay is accepted and never used',
      caught: 'formula',
      create: setWith<Average>(average, ({ gamma }, changed) => ({ ...changed, gamma })),
    },
    {
      fault: 'a changed epsilon is accepted and never used',
      caught: 'formula',
      create: setWith<Average>(average, ({ eps }, changed) => ({ ...changed, eps })),
    },
  ]),
]

/** The lecture's momentum over all parameters of a setup; `k` counts them. */
function framework(gammaOf: (k: number, gamma: number) => number): Subject {
  return {
    name: 'framework',
    formats: ['float64'],
    offers: () => ({ rule: 'momentum/lecture', hyper: ['lr', 'gamma'], state: [], features: [] }),
    open({ groups }: Setup) {
      const params = groups.flatMap(group =>
        group.params.map(({ value }) => ({ x: value.slice(), hyper: group.hyper })),
      )
      const parts = params.map(({ x, hyper }, k) =>
        momentum((g, i) => g[i]!)({ lr: Number(hyper.lr), gamma: gammaOf(k, Number(hyper.gamma)) }, x),
      )
      return { step: gradients => parts.map((part, k) => part.step(gradients[k]!).slice()) }
    },
  }
}

/** Numbers that are out of the usual range, and places that are. */
const ranges: readonly Wrong[] = [
  ...of('momentum/lecture', [
    {
      fault: 'the fifth parameter and all behind it have no momentum',
      caught: 'formula',
      create: framework((k, gamma) => (k < 4 ? gamma : 0)),
    },
    {
      fault: 'elements from the 1,024th on read the gradients of a block before',
      caught: 'many elements',
      create: momentum((g, i) => g[i % 1024]!),
    },
    {
      fault: 'elements from the 4,096th on do not move',
      caught: 'many elements',
      create: momentum((g, i) => (i < 4096 ? g[i]! : 0)),
    },
    {
      fault: 'the fortieth element reads the gradient of the one before',
      caught: 'many elements',
      create: momentum((g, i) => g[i === 40 ? 39 : i]!),
    },
    {
      fault: 'a loop over 64 begins again at the first gradient',
      caught: 'many elements',
      create: momentum((g, i) => g[i % 64]!),
    },
  ]),
  ...of('sgd/lecture', [
    {
      fault: 'rates above 1 are taken for 1',
      caught: 'formula',
      create: each<Rate>(({ lr }, x, g) => descend({ lr: Math.min(lr, 1) }, x, g)),
    },
    {
      fault: 'gradients are clipped at 1e14',
      caught: 'formula',
      create: each<Rate>((h, x, g) => descend(h, x, Math.max(-1e14, Math.min(1e14, g)))),
    },
  ]),
  ...of('adam/kingma-ba', [
    {
      fault: 'beta2 is kept below 0.9999',
      caught: 'formula',
      create: each<Adam>((h, x, g, t, memory) => adam()({ ...h, beta2: Math.min(h.beta2, 0.9999) }, x, g, t, memory)),
    },
    {
      fault: 'gradients are clipped at 1e9',
      caught: 'formula',
      create: each<Adam>((h, x, g, t, memory) => adam()(h, x, Math.max(-1e9, Math.min(1e9, g)), t, memory)),
    },
    {
      fault: 'parameters beyond 10 are taken for constants',
      caught: 'formula',
      create: each<Adam>((h, x, g, t, memory) => (Math.abs(x) <= 10 ? adam()(h, x, g, t, memory) : x)),
    },
    {
      fault: 'the bias corrections stop after 1,100 steps',
      caught: 'late steps',
      create: each<Adam>(adam(t => Math.min(t, 1100))),
    },
    {
      fault: 'the bias corrections end after 2,000 steps',
      caught: 'late steps',
      create: each<Adam>(adam(t => (t <= 2000 ? t : Number.POSITIVE_INFINITY))),
    },
  ]),
]

/** Faults that show only far from where scenarios usually are. */
export const wrongFar: readonly Wrong[] = [...changes, ...ranges]

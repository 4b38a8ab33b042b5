import { findRule } from '../../../src/rules/lookup.ts'
import type { Format, Group, Setup, Subject } from '../../../src/subject/subject.ts'
import { toolsOf } from '../../derive/gallery/tools.ts'
import type { Right } from './right.ts'

interface Momentum {
  lr: number
  gamma: number
}

interface Adam {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

/** One step of the lecture's momentum for one element. */
const momentum =
  (format: Format) =>
  ({ lr, gamma }: Momentum, x: Float64Array, v: Float64Array, g: ArrayLike<number>, i: number): void => {
    const { add, sub, mul, round } = toolsOf(format)
    v[i] = add(mul(round(gamma), v[i]!), mul(round(lr), g[i]!))
    x[i] = sub(x[i]!, v[i]!)
  }

/** One step of the paper's Adam for one element, with the powers of the betas given. */
const adam =
  (format: Format) =>
  ({ lr, beta1, beta2, eps }: Adam, powers: readonly [number, number], x: number, g: number, m: number, v: number) => {
    const { add, sub, mul, div, sqrt, round } = toolsOf(format)
    const first = add(mul(round(beta1), m), mul(round(1 - beta1), g))
    const second = add(mul(round(beta2), v), mul(round(1 - beta2), mul(g, g)))
    const denominator = add(sqrt(div(second, round(1 - powers[1]))), round(eps))
    return [sub(x, div(mul(round(lr / (1 - powers[0])), first), denominator)), first, second] as const
  }

const momentums: readonly Right[] = [
  {
    rule: 'momentum/lecture',
    name: 'eight elements at once, then four, then one, back to front',
    hyper: {},
    create: format => (h: Momentum, x: Float64Array) => {
      const [v, one] = [new Float64Array(x.length), momentum(format)]
      return {
        step(g: Float64Array): Float64Array {
          let left = x.length
          for (const width of [8, 4, 1])
            for (; left >= width; left -= width) for (let i = left - 1; i >= left - width; i--) one(h, x, v, g, i)
          return x
        },
      }
    },
  },
  {
    rule: 'momentum/lecture',
    name: 'a new plain array in each step, rates that can be set, state that is shown, a run that can be saved',
    hyper: {},
    create: format => (given: Momentum, x0: Float64Array) => {
      const one = momentum(format)
      let [h, x, v] = [given, x0, new Float64Array(x0.length) as Float64Array]
      return {
        step(g: Float64Array): number[] {
          x = x.slice()
          for (const i of x.keys()) one(h, x, v, g, i)
          return [...x]
        },
        set(changed: Momentum): void {
          h = changed
        },
        state: () => ({ v }),
        save: () => ({ x, v }),
        load(saved: { x: Float64Array; v: Float64Array }): void {
          ;({ x, v } = saved)
        },
      }
    },
  },
  {
    rule: 'momentum/lecture',
    name: 'zero gradients are skipped, and their velocity goes on',
    hyper: {},
    create: format => (h: Momentum, x: Float64Array) => {
      const [v, one, { mul, sub, round }] = [new Float64Array(x.length), momentum(format), toolsOf(format)]
      return {
        step(g: Float64Array): Float64Array {
          for (const i of x.keys()) {
            if (g[i] !== 0) one(h, x, v, g, i)
            else {
              v[i] = mul(round(h.gamma), v[i]!)
              x[i] = sub(x[i]!, v[i]!)
            }
          }
          return x
        },
      }
    },
  },
  {
    rule: 'momentum/lecture',
    name: 'steps that are awaited, on a copy of the gradient',
    hyper: {},
    create: format => (h: Momentum, x: Float64Array) => {
      const [v, one] = [new Float64Array(x.length), momentum(format)]
      return {
        async step(gradient: Float64Array): Promise<Float64Array> {
          const g = await Promise.resolve(gradient.slice())
          for (const i of x.keys()) one(h, x, v, g, i)
          return x
        },
      }
    },
  },
  {
    rule: 'nesterov/lecture',
    name: 'the look-ahead is told, so that problems can be played',
    hyper: {},
    create: format => (h: Momentum, x: Float64Array) => {
      const [v, one, { sub, mul, round }] = [new Float64Array(x.length), momentum(format), toolsOf(format)]
      return {
        point: () => x.map((value, i) => sub(value, mul(round(h.gamma), v[i]!))),
        step(g: Float64Array): Float64Array {
          for (const i of x.keys()) one(h, x, v, g, i)
          return x
        },
      }
    },
  },
  {
    rule: 'nesterov/lecture',
    name: 'the look-ahead is not told',
    hyper: {},
    create: format => (h: Momentum, x: Float64Array) => {
      const [v, one] = [new Float64Array(x.length), momentum(format)]
      return {
        step(g: Float64Array): Float64Array {
          for (const i of x.keys()) one(h, x, v, g, i)
          return x
        },
      }
    },
  },
]

type Powers = readonly [number, number]

/** Adam whose betas may change, after which both ways to have their powers are right. */
const settable =
  (powersOf: (h: Adam, t: number, products: Powers) => Powers) =>
  (format: Format) =>
  (given: Adam, x0: Float64Array) => {
    const one = adam(format)
    let h = given
    let own = { x: x0, m: new Float64Array(x0.length), v: new Float64Array(x0.length), t: 0, powers: [1, 1] as Powers }
    return {
      step(g: Float64Array): Float64Array {
        own.t += 1
        own.powers = powersOf(h, own.t, own.powers)
        const { x, m, v } = own
        for (const i of x.keys()) [x[i], m[i], v[i]] = one(h, own.powers, x[i]!, g[i]!, m[i]!, v[i]!)
        return x
      },
      set(changed: Adam): void {
        h = changed
      },
      save: () => own,
      load(saved: typeof own): void {
        own = saved
      },
    }
  }

const adams: readonly Right[] = [
  {
    rule: 'adam/kingma-ba',
    name: 'both moments in one array, powers of the betas as running products',
    hyper: {},
    create: format => (h: Adam, x: Float64Array) => {
      const [moments, one, powers] = [new Float64Array(2 * x.length), adam(format), [1, 1] as [number, number]]
      return {
        step(g: Float64Array): Float64Array {
          powers[0] *= h.beta1
          powers[1] *= h.beta2
          for (const i of x.keys()) {
            const [next, m, v] = one(h, powers, x[i]!, g[i]!, moments[2 * i]!, moments[2 * i + 1]!)
            x[i] = next
            moments.set([m, v], 2 * i)
          }
          return x
        },
      }
    },
  },
  {
    rule: 'adam/kingma-ba',
    name: 'state made in the first step, powers from a table that grows',
    hyper: {},
    create: format => (h: Adam, x: Float64Array) => {
      const one = adam(format)
      const table: [number, number][] = [[1, 1]]
      let state: { m: Float64Array; v: Float64Array } | undefined
      return {
        step(g: Float64Array): Float64Array {
          state ??= { m: new Float64Array(x.length), v: new Float64Array(x.length) }
          const { m, v } = state
          const t = table.push([h.beta1 ** table.length, h.beta2 ** table.length]) - 1
          for (const i of x.keys()) {
            const next = one(h, table[t]!, x[i]!, g[i]!, m[i]!, v[i]!)
            ;[x[i], m[i], v[i]] = next
          }
          return x
        },
      }
    },
  },
  {
    rule: 'adam/kingma-ba',
    name: 'everything can be set and saved, powers of the betas of the moment',
    hyper: {},
    create: settable((h, t) => [h.beta1 ** t, h.beta2 ** t]),
  },
  {
    rule: 'adam/kingma-ba',
    name: 'everything can be set and saved, powers of the betas as products of those so far',
    hyper: {},
    create: settable((h, _, products) => [products[0] * h.beta1, products[1] * h.beta2]),
  },
]

/** All parameters of a setup end to end in one array, with the moments beside it, as fused optimizers keep them. */
function fused(format: Format): Subject {
  const one = adam(format)
  const open = ({ groups }: Setup) => {
    const params = groups.flatMap(group => group.params.map(param => ({ ...param, h: adamOf(group) })))
    const starts = params.map((_, k) => params.slice(0, k).reduce((sum, { value }) => sum + value.length, 0))
    const x = Float64Array.from(params.flatMap(({ value }) => [...value]))
    const [m, v, counts] = [new Float64Array(x.length), new Float64Array(x.length), params.map(() => 0)]
    const cut = (k: number): Float64Array => x.slice(starts[k]!, starts[k]! + params[k]!.value.length)
    return {
      step(gradients: (Float64Array | null)[]): Float64Array[] {
        for (const [k, { h }] of params.entries()) {
          const g = gradients[k]
          if (!g) continue
          counts[k]! += 1
          const powers = [h.beta1 ** counts[k]!, h.beta2 ** counts[k]!] as const
          for (const [at, value] of g.entries()) {
            const i = starts[k]! + at
            ;[x[i], m[i], v[i]] = one(h, powers, x[i]!, value, m[i]!, v[i]!)
          }
        }
        return params.map((_, k) => cut(k))
      },
    }
  }
  const offer = { rule: 'adam/kingma-ba', hyper: Object.keys(findRule('adam/kingma-ba').hyper), state: [] }
  return { name: 'fused', formats: [format], offers: () => ({ ...offer, features: ['absent'] }), open }
}

const adamOf = ({ hyper }: Group): Adam => ({ lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8, ...hyper }) as Adam

/** Right formulas in code of another shape. */
export const rightArranged: readonly Right[] = [
  ...momentums,
  ...adams,
  { rule: 'adam/kingma-ba', name: 'all parameters in one array, absent gradients left out', hyper: {}, create: fused },
]

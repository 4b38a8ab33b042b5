import { TraceJudge, type TraceJudgement } from '../../../src/checks/recorded/judge.ts'
import { ieee } from '../../../src/language/arithmetic.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import type { Moment, RecordedHeader, RecordedStep } from '../../../src/subject/recorded-trace.ts'
import type { HyperValues } from '../../../src/subject/subject.ts'

const f = Math.fround

/** What a run made of one parameter in one step; state by the names of the trace. */
export interface Made {
  readonly step: number
  readonly hyper: HyperValues
  readonly gradient: Float64Array | null
  readonly before: { readonly x: Float64Array; readonly state: Record<string, Float64Array> }
  readonly after: { readonly x: Float64Array; readonly state: Record<string, Float64Array> }
}

/** Numbers that look random and never change. */
export function numbers(count: number, seed: number, size = 1): Float64Array {
  let a = seed * 2654435761
  return Float64Array.from({ length: count }, () => {
    a = (Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    return f((size * (a >>> 0)) / 2 ** 31 - size)
  })
}

type Element = (x: number, g: number, t: number, state: number[]) => number

/** What can go wrong in a run from a step on, or in one step. */
export type Fault = (element: Element, t: number) => Element

export const hyper = { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8 }

/** Adam as Kingma and Ba printed it, by hand, every operation rounded to float32. */
export const adam =
  ({ lr = 0.01, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, inside = false } = {}): Element =>
  (x, g, t, s) => {
    s[0] = f(f(f(beta1) * s[0]!) + f(f(1 - beta1) * g))
    s[1] = f(f(f(beta2) * s[1]!) + f(f(1 - beta2) * f(g * g)))
    const mhat = f(s[0]! / f(1 - beta1 ** t))
    const vhat = f(s[1]! / f(1 - beta2 ** t))
    const root = inside ? f(Math.sqrt(f(vhat + f(eps)))) : f(f(Math.sqrt(vhat)) + f(eps))
    return f(x - f(f(f(lr) * mhat) / root))
  }

/** SGD with momentum as PyTorch documents it: the buffer starts at the first gradient. */
export const momentum: Element = (x, g, t, s) => {
  s[0] = t === 1 ? g : f(f(f(0.9) * s[0]!) + g)
  return f(x - f(f(0.01) * s[0]!))
}

interface Plan {
  readonly steps: number
  readonly size?: number
  readonly state: readonly string[]
  readonly element: (t: number) => Element
  readonly hyper?: (t: number) => HyperValues
  /** Steps without a gradient. */
  readonly absent?: (step: number) => boolean
  readonly scale?: number
}

/** A run of one parameter by hand, with everything that can be seen of it. */
export function played({ steps, size = 3, state, element, absent, scale = 1, ...plan }: Plan): Made[] {
  let x = numbers(size, 1)
  let values = state.map(() => new Float64Array(size))
  let t = 0
  return Array.from({ length: steps }, (_, k): Made => {
    const step = k + 1
    const gradient = absent?.(step) ? null : numbers(size, step + 1, scale)
    const shown = (): Record<string, Float64Array> =>
      t === 0 ? {} : Object.fromEntries(state.map((name, s) => [name, values[s]!]))
    const before = { x, state: shown() }
    if (gradient) {
      t += 1
      const next = values.map(array => array.slice())
      x = x.map((value, i) => {
        const own = next.map(array => array[i]!)
        const moved = element(t)(value, gradient[i]!, t, own)
        for (const [s, array] of next.entries()) array[i] = own[s]!
        return moved
      })
      values = next
    }
    return { step, hyper: plan.hyper?.(t) ?? hyper, gradient, before, after: { x, state: shown() } }
  })
}

/** How a run is written down. */
export interface Shape {
  readonly every?: number
  readonly before?: boolean
  readonly t?: 'counted' | 'given' | null
  /** State variables that are shown. */
  readonly state?: readonly string[]
  /** Whether x is shown after a step. */
  readonly x?: (step: number) => boolean
}

/** The records of a run, as a reader gives them. */
export function records(made: readonly Made[], shape: Shape = {}): RecordedStep[] {
  const { every = 1, before = every > 1, t = every > 1 ? 'given' : 'counted', state, x = () => true } = shape
  let updates = 0
  return made.flatMap((one): RecordedStep[] => {
    if (one.gradient) updates += 1
    if ((one.step - 1) % every !== 0) return []
    const moment = (at: Made['before'], shown: boolean): Moment => ({
      x: [shown ? at.x : undefined],
      state: [Object.fromEntries(Object.entries(at.state).filter(([name]) => state?.includes(name) ?? true))],
    })
    return [
      {
        step: one.step,
        place: `line ${one.step + 1}`,
        t: [t === 'counted' ? undefined : t === 'given' ? updates : null],
        hyper: [one.hyper],
        gradients: [one.gradient],
        ...(before && { before: moment(one.before, true) }),
        after: moment(one.after, x(one.step)),
      },
    ]
  })
}

/** What the judge says of a trace of one float32 parameter `w`. */
export function judged(
  rule: string,
  steps: readonly RecordedStep[],
  start: Float64Array | undefined,
  more: Partial<RecordedHeader['params'][number]> = {},
): TraceJudgement {
  const length = steps[0]?.gradients[0]?.length ?? steps[0]?.after.x[0]?.length ?? start?.length ?? 0
  const param = { name: 'w', group: 0, format: 'float32' as const, length, ...(start && { value: start }), ...more }
  const judge = new TraceJudge(findRule(rule), ieee, { made: {}, groups: [hyper], params: [param] })
  for (const step of steps) judge.take(step, step.hyper)
  return judge.judgement
}

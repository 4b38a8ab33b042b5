import type { UserFunction } from '../../../src/kit/index.ts'
import type { Format, HyperValues, Subject } from '../../../src/subject/subject.ts'

/** An implementation that is wrong on purpose. */
export interface Wrong {
  readonly rule: string
  /** What is wrong with it, in one sentence. */
  readonly fault: string
  /** The check, or group of checks, that must find it. */
  readonly caught: string
  readonly create: UserFunction | Subject
  readonly format?: Format
  /** Hyper-parameters of the rule that it does not have, held where they do nothing. */
  readonly hyper?: HyperValues
  /** The depth at which it is found; default: quick. */
  readonly depth?: 'full'
}

/** What an element remembers between its steps; everything starts at zero. */
export interface Memory {
  m: number
  v: number
  max: number
  b: number
  s: number
}

/** One element's new iterate, from its hyper-parameters, iterate, gradient, step (1 is the first) and memory. */
export type Update<H> = (hyper: H, x: number, g: number, t: number, memory: Memory) => number

/** An optimizer that treats each element by itself. A changed hyper-parameter takes effect in the next step. */
export const each =
  <H>(update: Update<H>) =>
  (hyper: H, x0: Float64Array) => {
    let current = hyper
    let t = 0
    const x = x0.slice()
    const memories = Array.from(x, (): Memory => ({ m: 0, v: 0, max: 0, b: 0, s: 0 }))
    return {
      step(gradient: Float64Array): Float64Array {
        t += 1
        for (const [i, memory] of memories.entries()) x[i] = update(current, x[i]!, gradient[i]!, t, memory)
        return x
      },
      set(changed: H): void {
        current = changed
      },
    }
  }

/** Rows of one rule. */
export const of = (rule: string, rows: readonly Omit<Wrong, 'rule'>[], hyper?: HyperValues): Wrong[] =>
  rows.map(row => ({ rule, ...(hyper && { hyper }), ...row }))

import { weigh } from '../checks/lockstep.ts'
import { type Comparison, Tracer } from '../checks/tracer.ts'
import { bound } from '../derive/bound.ts'
import { Decider } from '../derive/decide.ts'
import { HyperError } from '../derive/hyper.ts'
import { replay } from '../derive/replay.ts'
import { Stepper } from '../derive/stepper.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { sameBits } from '../numbers/bits.ts'
import { remember } from '../numbers/remember.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Format } from '../subject/subject.ts'
import { type Candidate, seenBy } from './candidate.ts'

/** An observed element that a rule does not allow. */
export interface Miss {
  readonly comparison: Comparison
  readonly index: number
  readonly allowed: readonly [number, number]
}

/** What a rule says of a trace as a whole. */
export interface Share {
  readonly observed: number
  readonly reproduced: number
  /** Elements of which it says nothing: their interval is unbounded, and their bits are not the replay's. */
  readonly open: number
}

type Tracks = ConstructorParameters<typeof Tracer>[1]

const meanings = (format: Format, arithmetic: Arithmetic) => ({
  floats: replay(format, arithmetic, false),
  bounds: bound(format, arithmetic),
})

/**
 * Holds many rules against few traces, as `judgeTrace` holds one: to the bit where the subject promises that, else within
 * the bound. Programs run as closures, since compiling one takes longer than all its steps here.
 */
export class Judge {
  readonly #arithmetic: Arithmetic
  readonly #exactBits: boolean
  readonly #meanings = new Map<Format, ReturnType<typeof meanings>>()
  #last: { readonly rule: Rule; readonly tracks: Map<Format, Tracks> } | undefined

  constructor(arithmetic: Arithmetic, exactBits = false) {
    this.#arithmetic = arithmetic
    this.#exactBits = exactBits
  }

  /** The first element of a trace that a rule does not allow. */
  miss(rule: Rule, trace: Trace): Miss | undefined {
    for (const comparison of this.#comparisons(rule, trace))
      for (let index = 0; index < comparison.got.length; index++) {
        const { allowed, right } = this.#weigh(comparison, index)
        if (!right) return { comparison, index, allowed }
      }
    return undefined
  }

  /** Whether a candidate does not allow an element of a trace, or says nothing of more than `open` of them. */
  refuted(candidate: Candidate, trace: Trace, open: number): boolean {
    let silent = 0
    try {
      for (const comparison of this.#comparisons(candidate.rule, seenBy(candidate, trace)))
        for (let index = 0; index < comparison.got.length; index++) {
          const element = this.#weigh(comparison, index)
          if (element.open) silent += 1
          if (!element.right || silent > open) return true
        }
      return false
    } catch (error) {
      // One that does not take these hyper-parameters cannot have done it.
      if (error instanceof HyperError) return true
      throw error
    }
  }

  /** How many elements of a trace a candidate reproduces, each counted once for every way in which it is compared. */
  share(candidate: Pick<Candidate, 'rule' | 'reading'>, trace: Trace): Share {
    let [observed, reproduced, open] = [0, 0, 0]
    try {
      for (const comparison of this.#comparisons(candidate.rule, seenBy(candidate, trace)))
        for (let index = 0; index < comparison.got.length; index++) {
          const element = this.#weigh(comparison, index)
          observed += 1
          if (element.open) open += 1
          else if (element.right) reproduced += 1
        }
    } catch (error) {
      if (!(error instanceof HyperError)) throw error
    }
    return { observed, reproduced, open }
  }

  #weigh(comparison: Comparison, index: number): { allowed: readonly [number, number]; right: boolean; open: boolean } {
    const { allowed, ratio } = weigh(comparison, index)
    const same = sameBits(comparison.got[index]!, comparison.expected[index]!)
    const right = this.#exactBits ? same : ratio <= 1
    return { allowed, right, open: right && !same && !Number.isFinite(allowed[1] - allowed[0]) }
  }

  #comparisons(rule: Rule, trace: Trace): Iterable<Comparison> {
    const { format } = trace.scenario
    // A candidate is held against one trace after the other.
    if (this.#last?.rule !== rule) this.#last = { rule, tracks: new Map() }
    return new Tracer(
      trace,
      remember(this.#last.tracks, format, () => this.#tracks(rule, format)),
    ).comparisons()
  }

  #tracks(rule: Rule, format: Format): Tracks {
    const { floats, bounds } = remember(this.#meanings, format, () => meanings(format, this.#arithmetic))
    const decider = new Decider(rule, format, this.#arithmetic)
    return {
      floats: new Stepper(rule, floats, decider),
      bounds: this.#exactBits ? undefined : new Stepper(rule, bounds, decider),
    }
  }
}

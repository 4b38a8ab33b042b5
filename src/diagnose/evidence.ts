import { describe } from '../checks/lockstep.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import type { Candidate } from './candidate.ts'
import type { Judge, Miss, Share } from './judge.ts'

/** What was observed of a subject, and what the rule that it is held to says of it. */
export class Evidence {
  readonly judge: Judge
  readonly #rule: Rule
  readonly #traces: Trace[] = []
  /** Of how many elements of a trace the rule itself says nothing: an explanation may not say less. */
  readonly #open = new Map<Trace, number>()
  readonly #pins: Trace[] = []
  #first: Finding | undefined

  constructor(judge: Judge, rule: Rule, traces: readonly Trace[]) {
    this.judge = judge
    this.#rule = rule
    for (const trace of traces) this.add(trace)
  }

  /** Takes in one more trace. */
  add(trace: Trace): void {
    this.#traces.push(trace)
    this.#open.set(trace, this.judge.share({ rule: this.#rule }, trace).open)
    const miss = this.judge.miss(this.#rule, trace)
    if (!miss) return
    this.#pins.push(pinned(trace, miss))
    this.#pins.sort((a, b) => a.steps.length - b.steps.length)
    if (!this.#first || miss.comparison.step < this.#first.step)
      this.#first = describe(miss.comparison, miss.index, miss.allowed, trace.scenario.format)
  }

  get traces(): readonly Trace[] {
    return this.#traces
  }

  /** Where the subject first leaves the rule, in the trace in which that is soonest; undefined where it does not. */
  get first(): Finding | undefined {
    return this.#first
  }

  /** Whether a candidate fails to reproduce anything of it. Where the rule itself first fails is asked first: that is short. */
  refuted(candidate: Candidate): boolean {
    return (
      this.#pins.some(pin => this.judge.refuted(candidate, pin, 0)) ||
      this.#traces.some(trace => this.refutedBy(candidate, trace))
    )
  }

  /** Whether a candidate fails to reproduce one of its traces. */
  refutedBy(candidate: Candidate, trace: Trace): boolean {
    return this.judge.refuted(candidate, trace, this.#open.get(trace) ?? 0)
  }

  /** How well a candidate does where the rule fails: for each such place the share that it reproduces, and one more for all. */
  score(candidate: Candidate): number {
    return this.#pins.reduce((sum, pin) => {
      const { observed, reproduced } = this.judge.share(candidate, pin)
      return sum + (observed > 0 ? reproduced / observed + Number(reproduced === observed) : 0)
    }, 0)
  }

  /** The share of all that was observed that a candidate reproduces. */
  share(candidate: Pick<Candidate, 'rule' | 'reading'>): number {
    const shares = this.#traces.map(trace => this.judge.share(candidate, trace))
    const sum = (pick: (share: Share) => number): number => shares.reduce((total, share) => total + pick(share), 0)
    return sum(({ reproduced }) => reproduced) / sum(({ observed }) => observed)
  }

  /** How many elements were observed: of iterates and of state that is shown. */
  get observed(): number {
    let count = 0
    for (const { steps } of this.#traces)
      for (const { x = [], state = [] } of steps) {
        for (const values of x) count += values.length
        for (const shown of state) for (const values of Object.values(shown)) count += values.length
      }
    return count
  }
}

/** One element of a trace alone, up to the step at which the rule fails. */
function pinned(trace: Trace, { comparison: { parameter, step }, index }: Miss): Trace {
  const { scenario, steps } = trace
  const { format } = scenario
  const params = scenario.groups.flatMap((group, at) => group.params.map(param => ({ param, at, hyper: group.hyper })))
  const k = params.findIndex(({ param }) => param.name === parameter)
  const { param, at, hyper } = params[k]!
  const one = (values: Float64Array): Float64Array => values.slice(index, index + 1)
  const value = arrayToBits(one(arrayFromBits(param.value, format)), format)
  return {
    scenario: { ...scenario, groups: [{ hyper, params: [{ name: parameter, value }] }], steps: step },
    steps: steps.slice(0, step).map(({ gradients, hyper: current, x, state }) => ({
      gradients: [gradients[k] ? one(gradients[k]) : null],
      hyper: [current[at]!],
      ...(x && { x: [one(x[k]!)] }),
      ...(state?.[k] && {
        state: [Object.fromEntries(Object.entries(state[k]).map(([name, values]) => [name, one(values)]))],
      }),
    })),
  }
}

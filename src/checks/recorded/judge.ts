import { completedHyper } from '../../derive/hyper.ts'
import type { HyperValues } from '../../derive/stepper.ts'
import type { Arithmetic } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import { sameBits } from '../../numbers/bits.ts'
import { remember } from '../../numbers/remember.ts'
import type { RecordedHeader, RecordedParameter, RecordedStep } from '../../subject/recorded-trace.ts'
import type { Format } from '../../subject/values.ts'
import type { Finding } from '../../subject/verdict.ts'
import { describe, weigh } from '../lockstep.ts'
import { type Failing, failingOf } from './failing.ts'
import { type Carried, Memory, shownOf, strangersIn } from './known.ts'
import { type Block, type LocalStep, LocalStepper } from './local-step.ts'

/** What a recorded trace shows of a rule, as far as it was read. */
export interface TraceJudgement {
  /** Steps that were read; of these, those in which a parameter was checked, and those in which something was wrong. */
  readonly steps: { readonly recorded: number; readonly checked: number; readonly wrong: number }
  /** Elements that were compared; of these, those whose allowed interval was narrower than their update, and those with the bits of the replay. */
  readonly observed: number
  readonly proving: number
  readonly exact: number
  /** Largest distance from the exact value as a fraction of what is allowed. */
  readonly worst: number
  readonly undecided: { readonly asked: number; readonly undecided: number }
  readonly finding?: Finding
  readonly failing?: Failing
  /** What could not be checked: why, of how many parameters and steps, and at which step first. */
  readonly unchecked: readonly Unchecked[]
  /** Variables that were not shown, and carried along from where they were last known. */
  readonly carried: readonly string[]
  /** State that the trace shows and the rule does not have: its name, and the first parameter that shows it. */
  readonly strange: readonly (readonly [string, string])[]
  /** Elements that something beside the optimizer moved between two steps, and the first step after that. */
  readonly moved?: { readonly elements: number; readonly first: number }
}

/** Steps of parameters that could not be checked for one reason. */
export interface Unchecked {
  readonly why: string
  readonly times: number
  readonly first: number
}

/** Holds a recorded trace against a rule, step by step, each from what was observed before it. */
export class TraceJudge {
  readonly #rule: Rule
  readonly #arithmetic: Arithmetic
  readonly #params: readonly RecordedParameter[]
  readonly #memories: readonly Memory[]
  readonly #steppers = new Map<Format, LocalStepper>()
  readonly #unchecked = new Map<string, { times: number; first: number }>()
  readonly #carried = new Set<string>()
  readonly #strange = new Map<string, string>()
  readonly #steps = { recorded: 0, checked: 0, wrong: 0 }
  readonly #counts = { observed: 0, proving: 0, exact: 0, worst: 0 }
  #failure: { finding: Finding; failing: Failing } | undefined
  #moved: { elements: number; first: number } | undefined

  constructor(rule: Rule, arithmetic: Arithmetic, { params }: RecordedHeader) {
    this.#rule = rule
    this.#arithmetic = arithmetic
    this.#params = params
    this.#memories = params.map(param => new Memory(rule, param))
  }

  /** Takes the next step of the trace; hyper-parameters are the rule's, one record a group. */
  take(record: RecordedStep, hyper: readonly HyperValues[]): void {
    const seen = this.#params.map(({ group }, k) =>
      this.#parameter(record, k, completedHyper(this.#rule, hyper[group]!)),
    )
    this.#steps.recorded += 1
    if (seen.some(outcome => outcome !== 'unchecked')) this.#steps.checked += 1
    if (seen.includes('wrong')) this.#steps.wrong += 1
  }

  get judgement(): TraceJudgement {
    const tallies = [...this.#steppers.values()].map(({ tally }) => tally)
    const sum = (pick: (tally: LocalStepper['tally']) => number): number =>
      tallies.reduce((n, tally) => n + pick(tally), 0)
    return {
      steps: { ...this.#steps },
      ...this.#counts,
      undecided: { asked: sum(({ asked }) => asked), undecided: sum(({ undecided }) => undecided) },
      ...this.#failure,
      unchecked: [...this.#unchecked].map(([why, seen]) => ({ why, ...seen })),
      carried: [...this.#carried],
      strange: [...this.#strange],
      ...(this.#moved && { moved: this.#moved }),
    }
  }

  #parameter(record: RecordedStep, k: number, hyper: HyperValues): 'right' | 'wrong' | 'unchecked' {
    const memory = this.#memories[k]!
    const known = memory.before(record, k)
    const moved = memory.moved(record, k)
    if (moved > 0)
      this.#moved = { elements: (this.#moved?.elements ?? 0) + moved, first: this.#moved?.first ?? record.step }
    const left = new Map<string, Carried>()
    const after = shownOf(this.#rule, record.after, k)
    const { format, length } = this.#params[k]!
    const step = { gradient: record.gradients[k] ?? null, hyper, after, length }
    const seen = this.#counts.observed
    const blocks = 'unchecked' in known ? known : this.#stepper(format).take({ ...step, known }, left)
    let wrong = false
    if ('unchecked' in blocks) this.#leaveOut(blocks.unchecked, record)
    else for (const block of blocks) wrong = this.#weigh(block, record, k, step) || wrong
    memory.after(record, k, left)
    for (const name of strangersIn(this.#rule, record.after, k))
      remember(this.#strange, name, () => this.#params[k]!.name)
    for (const name of left.keys()) this.#carried.add(this.#rule.state[name]?.as ?? name)
    if (this.#counts.observed > seen) return wrong ? 'wrong' : 'right'
    if (!('unchecked' in blocks)) this.#leaveOut('nothing is recorded after it', record)
    return 'unchecked'
  }

  #leaveOut(why: string, { step }: RecordedStep): void {
    remember(this.#unchecked, why, () => ({ times: 0, first: step })).times += 1
  }

  /** Adds a block to the counts, and says whether something in it is wrong; the first such element is kept. */
  #weigh(block: Block, record: RecordedStep, k: number, step: Omit<LocalStep, 'known'>): boolean {
    const counts = this.#counts
    let wrong = false
    for (const stretch of block.stretches) {
      const { got } = stretch
      if (!got) continue
      const { name: parameter, format } = this.#params[k]!
      const variable = stretch.initial ? `${stretch.variable} before the step` : stretch.variable
      const comparison = { ...stretch, variable, got, step: record.step, parameter }
      for (let i = 0; i < got.length; i++) {
        const { allowed, ratio, proves } = weigh(comparison, i)
        counts.observed += 1
        if (proves) counts.proving += 1
        if (sameBits(got[i]!, stretch.expected[i]!)) counts.exact += 1
        counts.worst = Math.max(counts.worst, ratio)
        if (ratio <= 1) continue
        wrong = true
        this.#failure ??= failingOf(block, i, {
          record,
          param: this.#params[k]!,
          step,
          finding: describe(comparison, i, allowed, format),
        })
      }
    }
    return wrong
  }

  #stepper(format: Format): LocalStepper {
    return remember(this.#steppers, format, () => new LocalStepper(this.#rule, format, this.#arithmetic))
  }
}

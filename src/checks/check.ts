import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Format, HyperValues, Offer, Subject } from '../subject/subject.ts'
import type { VectorFile } from '../subject/vectors.ts'
import type { Result } from '../subject/verdict.ts'
import type { Judgement } from './judgement.ts'
import type { Shape } from './scenarios.ts'

/** Everything a check knows of what it checks. */
export interface Context {
  readonly subject: Subject
  readonly rule: Rule
  readonly offer: Offer
  readonly arithmetic: Arithmetic
  readonly formats: readonly Format[]
  /** The scenarios of a recording; absent where any scenario can be played. */
  readonly recorded?: readonly Scenario[]
  /** Parameters are matrices, because the subject refuses others. */
  readonly matrices?: boolean
  /** Hyper-parameters held at these values by the user. */
  readonly held: HyperValues
  /** Values at which a deviation on record shows: scenarios with any of them are left to that record. */
  readonly except: readonly HyperValues[]
  /** Scenarios of this check that failed before: they are run before the drawn ones. */
  readonly first?: readonly Scenario[]
  /** The inputs that tell the rule from its mutants; absent where they were not searched for. */
  readonly vectors?: VectorFile
  readonly depth: 'quick' | 'full'
  /** Whether a failure is on record with its smallest input, so that no smaller one is looked for. */
  readonly onRecord?: boolean
  readonly seed: number
  readonly signal?: AbortSignal
}

/**
 * One claim about optimizers, as a row. The scenarios come from its shape and must satisfy `accepts`; what is observed in
 * them is judged from traces, or by playing the scenario in a way of the claim's own.
 */
interface Claim {
  readonly name: string
  readonly group: Result['group']
  readonly claim: string
  /** Whether the claim is about this rule at all; absent: it is about every rule. */
  concerns?(rule: Rule): boolean
  /** Why this subject cannot be asked, although the claim is about the rule; undefined when it can. */
  unless?(context: Context): string | undefined
  /** The formats that the claim is about; absent: all. */
  readonly formats?: readonly Format[]
  shape?(context: Context): Shape
  /** The scenarios themselves, where they are not drawn. */
  given?(context: Context): readonly Scenario[]
  /** The conditions under which the claim holds, which recordings are searched for too. */
  accepts?(scenario: Scenario, context: Context): boolean
  /** Changes a drawn scenario into one that the claim is about. */
  adapt?(scenario: Scenario, context: Context): Scenario
  /** A claim on which correct implementations may differ: made only where the user asks for the strict tier, or by name. */
  readonly strict?: boolean
  /** How many scenarios are drawn at each depth. */
  readonly runs: { readonly quick: number; readonly full: number }
  /** How many smaller scenarios are tried once one has failed, where each takes long. */
  readonly tries?: number
}

/** A claim about traces: `partners` are played beside each scenario, transformed; `judge` says what the traces show. */
interface Judged extends Claim {
  partners?(scenario: Scenario, context: Context): Scenario[]
  /** Whether the same scenario is played by the subject's siblings too; their traces come after its own. */
  readonly beside?: boolean
  judge(traces: readonly [Trace, ...Trace[]], context: Context): Judgement
}

/** A claim that no trace shows: what is saved and resumed, two runs at once, what a caller does between steps. */
interface Played extends Claim {
  readonly partners?: undefined
  readonly beside?: undefined
  play(scenario: Scenario, context: Context): Promise<Judgement>
}

export type Check = Judged | Played

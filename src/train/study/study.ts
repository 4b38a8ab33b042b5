import type { HyperValues } from '../../derive/stepper.ts'
import type { RunSpec } from '../loop/run.ts'

/** What all runs of a study have, or those of one arm: a run but for what the study itself decides. */
export type RunFields = Partial<Omit<RunSpec, 'rule' | 'hyper' | 'seed' | 'evaluate'>>

/** Values that a hyper-parameter is searched in: equally spaced, by its logarithm or itself, or one of a list. */
export type Range =
  | { readonly log: readonly [number, number] }
  | { readonly linear: readonly [number, number] }
  | { readonly values: readonly number[] }

/** One thing that is compared with others. */
export interface Arm {
  readonly name: string
  /** The id of a built-in rule, or the text of a rule file. */
  readonly rule: string
  readonly hyper: HyperValues
  readonly run: RunFields
  /** What is searched before the runs that count; empty where nothing is. */
  readonly space: Readonly<Record<string, Range>>
}

/** How hyper-parameters are chosen: so many runs an arm, measured on images set aside. */
export interface Search {
  readonly budget: number
  readonly seed: number
  /** What these runs have otherwise than those that count. */
  readonly run: RunFields
}

/** What is watched in the runs that count, as `TrainOptions` has it. */
export interface Watch {
  readonly gradientNorms?: number
  readonly gradientNoise?: number
  readonly window?: number
}

/** An experiment: arms under the same seeds, data and budget. */
export interface Study {
  readonly id: string
  readonly title: string
  /** What it asks, and what it cannot say, a sentence each. */
  readonly question: string
  readonly caution: string
  readonly arms: readonly Arm[]
  readonly search?: Search
  /** Of the runs that count; none is that of the search. */
  readonly seeds: readonly number[]
  readonly watch: Watch
  /** A test accuracy, 0 to 1, whose first step is reported. */
  readonly target?: number
  /** The arm that all others are compared with; absent: each with each. */
  readonly baseline?: string
}

/** A study that cannot be made: what was given, what was expected. */
export class StudyError extends Error {
  override readonly name = 'StudyError'
}

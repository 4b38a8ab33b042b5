import type { UserFunction } from '../guests/module-lift.ts'
import type { Rule } from '../language/rule.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues, Subject } from '../subject/subject.ts'
import type { Deviation, Diagnosis, Result } from '../subject/verdict.ts'

/** What one subject is asked instead of what all are asked. */
export interface OwnOptions {
  readonly rules?: readonly (string | Rule)[]
  readonly hyper?: HyperValues
}

/** What `verify` is asked to do. */
export interface VerifyOptions {
  /** Subjects, or plain functions `(hyper, x0) => ({ step(gradient) })`, which run in this process. */
  readonly subjects: readonly (Subject | UserFunction)[]
  /** The format in which plain functions compute; default: float64. */
  readonly format?: Format
  /**
   * Families, dialects, whole rules, or paths of `.rule.yaml` files; a family means the subject's own dialect, else the
   * paper's. Default: all families.
   */
  readonly rules?: readonly (string | Rule)[]
  /** Names of checks; default: all. */
  readonly checks?: readonly string[]
  /**
   * Only the contracts, which need no formula. Without `rules`, each subject is asked by its own hyper-parameters; one that
   * has rules of its own, under each of them.
   */
  readonly contracts?: boolean
  /** Hyper-parameters held at these values in every scenario. */
  readonly hyper?: HyperValues
  /** `quick` takes seconds; `full` adds long runs and more scenarios. Default: quick. */
  readonly depth?: 'quick' | 'full'
  /** Adds what correct implementations may differ on: overflow and subnormal numbers. Default: left out. */
  readonly strict?: boolean
  /** The seed of the scenarios; the default never changes, so that a gate does not flicker. */
  readonly seed?: number
  /** What is on record; a function is asked for each subject once its version is known. */
  readonly deviations?: readonly Deviation[] | ((subject: Subject) => readonly Deviation[])
  /** What single subjects are held to instead of `rules` and `hyper`. */
  readonly own?: ReadonlyMap<Subject, OwnOptions>
  /** Scenarios to run before the drawn ones, such as those that failed before; recordings play only their own. */
  readonly first?: (subject: Subject, rule: Rule, check: string) => readonly Scenario[]
  /** Whether failing scenarios are kept in `.lockstep/scenarios/`, for `lockstep replay`; default: false. */
  readonly save?: boolean
  /** Whether what deviates is diagnosed, and how many milliseconds each may take; default: true, five seconds. */
  readonly diagnose?: boolean | number
  /** Called as soon as a diagnosis is known, which is after the last result of its subject under its rule. */
  readonly onDiagnosis?: (diagnosis: Diagnosis) => void
  /** Called as soon as a result is known. */
  readonly onResult?: (result: Result) => void
  /** Called before a subject is run under a rule. */
  readonly onStart?: (subject: string, rule: string, done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** The seed when none is given. */
export const defaultSeed = 20_260_101

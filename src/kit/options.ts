import type { UserFunction } from '../guests/module-lift.ts'
import type { Rule } from '../language/rule.ts'
import type { Format, HyperValues, Subject } from '../subject/subject.ts'
import type { Deviation, Result } from '../subject/verdict.ts'

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
  /** Hyper-parameters held at these values in every scenario. */
  readonly hyper?: HyperValues
  /** `quick` takes seconds; `full` adds long runs and more scenarios. Default: quick. */
  readonly depth?: 'quick' | 'full'
  /** Adds what correct implementations may differ on: overflow and subnormal numbers. Default: left out. */
  readonly strict?: boolean
  /** The seed of the scenarios; the default never changes, so that a gate does not flicker. */
  readonly seed?: number
  readonly deviations?: readonly Deviation[]
  /** Whether failing scenarios are kept in `.lockstep/scenarios/`, for `lockstep replay`; default: false. */
  readonly save?: boolean
  /** Called as soon as a result is known. */
  readonly onResult?: (result: Result) => void
  /** Called before a subject is run under a rule. */
  readonly onStart?: (subject: string, rule: string, done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** The seed when none is given. */
export const defaultSeed = 20_260_101

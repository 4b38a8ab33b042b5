import type { Rule } from '../language/rule.ts'
import type { HyperValues, Subject } from '../subject/subject.ts'
import type { Deviation, Result } from '../subject/verdict.ts'

/** What `verify` is asked to do. */
export interface VerifyOptions {
  readonly subjects: readonly Subject[]
  /** Families or dialects; a family means the subject's own dialect, else the paper's. Default: all families. */
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
  /** The seed of the scenarios; the default never changes, so that a gate does not flicker. */
  readonly seed?: number
  readonly deviations?: readonly Deviation[]
  /** Called as soon as a result is known. */
  readonly onResult?: (result: Result) => void
  /** Called before a subject is run under a rule. */
  readonly onStart?: (subject: string, rule: string, done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** The seed when none is given. */
export const defaultSeed = 20_260_101

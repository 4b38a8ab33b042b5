import type { Rule } from '../language/rule.ts'
import type { Offer, Subject } from '../subject/subject.ts'

/** One cell of the matrix: a subject under a rule, or why there is none. */
export interface Cell {
  readonly subject: Subject
  readonly id: string
  readonly rule: Rule | undefined
  readonly offer: Offer | undefined
  readonly reason: string
  /** What the command line calls the rule, where it can. */
  readonly called?: string
  /** Whether it can only be asked with matrices. */
  readonly matrices?: boolean
}

import type { NameMap } from '../guests/name-map.ts'
import type { Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'

/** What opening a subject may need to know. */
export interface SubjectRequest {
  /** The rules that a user's module is held to; one from a file is known by no other way. */
  readonly rules?: readonly Rule[]
  readonly python?: string
  /** How long a guest may take, in milliseconds. */
  readonly timeout?: { readonly request: number }
  /** Hyper-parameters that are held, and own names that stand for the rule's: for subjects with names of their own. */
  readonly hyper?: HyperValues
  readonly map?: NameMap
}

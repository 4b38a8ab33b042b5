import type { NameMap } from '../guests/name-map.ts'
import type { Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'

interface Timeouts {
  readonly hello: number
  readonly request: number
}

/** What a guest may take to load at the least, in milliseconds: a framework is imported once, from a disk that may be slow. */
const loading = 30_000

/** What a time-out in milliseconds means for a guest: loading is held to it too, but given time for imports. */
export const timeoutsFrom = (request: number): Timeouts => ({ hello: Math.max(request, loading), request })

/** What opening a subject may need to know. */
export interface SubjectRequest {
  /** The rules that a user's module is held to; one from a file is known by no other way. */
  readonly rules?: readonly Rule[]
  readonly python?: string
  /** How long a guest may take for its first answer, and for any other, in milliseconds. */
  readonly timeout?: Timeouts
  /** Hyper-parameters that are held, and own names that stand for the rule's: for subjects with names of their own. */
  readonly hyper?: HyperValues
  readonly map?: NameMap
}

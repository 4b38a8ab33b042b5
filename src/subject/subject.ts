import type { Arithmetic } from '../language/arithmetic.ts'
import type { Scenario } from './scenario.ts'
import type { Awaitable, Format, Gradients, HyperValues, Json, Played, StateValues } from './values.ts'

export type * from './values.ts'

/** A parameter as a subject receives it. Values are numbers of the setup's format, carried in binary64. */
export interface Param {
  name: string
  value: Float64Array
  shape?: number[]
  strides?: number[]
  offset?: number
}

export interface Group {
  /** An absent hyper-parameter means the subject's own default. */
  hyper: HyperValues
  params: Param[]
}

export interface Setup {
  rule: string
  format: Format
  groups: Group[]
}

/**
 * What a subject can do beside stepping. `shapes`: parameters of any shape; `strides`: also in any layout in memory;
 * `spoil`: it can overwrite the caller's gradients of the last step.
 */
export const features = [
  'groups',
  'absent',
  'set',
  'add',
  'save',
  'state',
  'point',
  'defaults',
  'shapes',
  'strides',
  'spoil',
] as const
export type Feature = (typeof features)[number]

/** What a subject offers of a rule: the hyper-parameters it takes, the state it shows, and the features it has. */
export interface Offer {
  hyper: string[]
  state: string[]
  features: Feature[]
  /** The subject's own default values of the hyper-parameters it takes, where it tells them. */
  defaults?: Record<string, number | boolean>
  /** Those of its hyper-parameters that `set` changes on the way; absent: all of them. */
  settable?: string[]
  /** How its names were matched with the rule's, and what was not: in sentences, for the report. */
  notes?: readonly string[]
  /** The dialect that is meant when only the family is named. */
  rule?: string
}

/** A value, not an exception: this subject does not have that rule, and why. */
export interface Unsupported {
  unsupported: string
  /** Asked without a rule: it has rules of its own, and each of them can be asked for instead. */
  ownRules?: true
}

export interface Observed {
  /** State per parameter, in the order of the setup. */
  state?: StateValues[]
  /** The caller's gradient arrays after the step. */
  gradients?: Gradients
  dtypes?: Record<string, string>[]
  surroundings?: boolean
  /** How many tensors (or bytes, where it has none) are alive on the subject's side. */
  live?: number
}

/** An optimizer in the middle of a run. */
export interface Run {
  /** Absent values: a recording that kept no iterates at this step. */
  step(gradients: Gradients): Awaitable<Float64Array[] | undefined>
  /** Many steps at once, for subjects behind a process boundary. */
  steps?(many: Gradients[]): Awaitable<Played[]>
  /** Where the next gradient is to be taken; absent where that is the iterate itself. */
  point?(): Awaitable<Float64Array[]>
  set?(group: number, hyper: HyperValues): Awaitable<void>
  add?(group: Group): Awaitable<void>
  save?(): Awaitable<Json>
  /** What is shown after a step; `live` is counted only where it is asked for, since that may take a while. */
  observe?(wanted?: 'live'): Awaitable<Observed>
  /** The arrays of its caller never reach the optimizer itself, only copies of them: what is done to them shows nothing. */
  readonly copies?: boolean
  /** Overwrites those copies of the last step's gradients, as a caller does who uses his buffers again. */
  spoil?(): Awaitable<void>
  close?(): Awaitable<void>
}

/** Where a run begins that does not begin at the beginning: how many steps lie behind it, and the state of each parameter by the rule's own names. */
export interface Start {
  clock: number
  state: StateValues[]
}

/** Something that can be put in lockstep with a rule: a framework's optimizer, a recording, a user's function, a rule itself. */
export interface Subject {
  name: string
  /** Library and version, for the report. */
  version?: string
  formats: Format[]
  arithmetic?: Arithmetic
  /** Its traces were made on exactly this arithmetic, in the rule's own order: any other bit is a failure. */
  bitExact?: boolean
  /** What is offered of this rule id (`adam/pytorch`) or family (`adam`). */
  offers?(rule: string): Awaitable<Offer | Unsupported>
  /** Starts a run; with `saved`, resumes from what `save()` gave. */
  open(setup: Setup, saved?: Json): Awaitable<Run>
  /** Starts a run in the middle; absent where only a run of its own leads there. */
  openAt?(setup: Setup, start: Start): Awaitable<Run>
  /** The only scenarios that this subject can play (a recording); absent: it plays any. */
  scenarios?(rule: string): Awaitable<Scenario[]>
  /** Other paths through the same framework (loop, foreach, fused; backends), which must take the same steps. */
  siblings?(): Awaitable<Subject[]>
  close?(): Awaitable<void>
}

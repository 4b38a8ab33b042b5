import type { Format, Gradients, HyperValues, StateValues } from './values.ts'

/** A parameter of a recorded trace, or those of its elements that were recorded. */
export interface RecordedParameter {
  readonly name: string
  readonly group: number
  readonly format: Format
  /** How many elements are in the trace. */
  readonly length: number
  /** Which elements of the parameter these are; absent: all, in their order. */
  readonly indices?: readonly number[]
  /** The iterate before the first step; absent where the records tell it. */
  readonly value?: Float64Array
}

/** What a recorded trace says before its first step. */
export interface RecordedHeader {
  readonly rule?: string
  /** Who made it, as it says itself: names and versions, for the report; `library` says how it rounds. */
  readonly made: Readonly<Record<string, string>>
  /** Hyper-parameters, one record a group, by the names of the trace. */
  readonly groups: readonly HyperValues[]
  readonly params: readonly RecordedParameter[]
}

/** What is known of the parameters at one moment, in the order of the header; what was not recorded is absent. */
export interface Moment {
  readonly x: readonly (Float64Array | undefined)[]
  readonly state: readonly (StateValues | undefined)[]
}

/** One recorded step. Where there is no `before`, the step before this one is it; that is known when it was recorded too. */
export interface RecordedStep {
  readonly step: number
  /** Where it stands, for messages: `line 12`. */
  readonly place: string
  /** Which update of each parameter this is, counted from 1; undefined: to be counted, null: not known. */
  readonly t: readonly (number | null | undefined)[]
  /** Hyper-parameters in force in this step, one record a group. */
  readonly hyper: readonly HyperValues[]
  readonly gradients: Gradients
  readonly before?: Moment
  readonly after: Moment
}

/** A recorded trace that is read step by step. */
export interface RecordedTrace {
  readonly header: RecordedHeader
  /** The steps in their order; what cannot be read throws, and says where. */
  steps(): AsyncIterable<RecordedStep>
  /** Share of the file that was read, from 0 to 1. */
  readonly progress: number
  close(): Promise<void>
}

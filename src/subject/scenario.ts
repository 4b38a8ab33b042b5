import type { Format, Gradients, HyperValues, Played } from './values.ts'

/** Floats as hexadecimal bits, big-endian, 8 digits a float32 and 16 a float64, concatenated. */
export type Bits = string

/** Where gradients come from when they are not prescribed: a problem of `problems/` by name, with its numbers. */
export interface ProblemRef {
  problem: string
  /** One array of coefficients a parameter, where the problem takes them. */
  coefficients?: Bits[]
}

/** A parameter, its values row by row; in another layout than one row without gaps where it says so. */
export interface ScenarioParam {
  name: string
  value: Bits
  shape?: number[]
  strides?: number[]
  offset?: number
}

/** A run to be made, as plain JSON: it is shrunk, stored, sent to other processes and replayed. */
export interface Scenario {
  /** What it is about, for reports: `unit`, `tiny`, `mixed`, ... */
  name: string
  rule: string
  format: Format
  groups: { hyper: HyperValues; params: ScenarioParam[] }[]
  steps: number
  /** `[step][parameter]`, null for an absent gradient; or a problem. */
  gradients: (Bits | null)[][] | ProblemRef
  /** Hyper-parameters changed on the way; a change takes effect in that step (1 is the first). */
  changes?: { step: number; group: number; hyper: HyperValues }[]
}

/** One observed step: what was given, and what came of it. */
export interface TraceStep extends Played {
  gradients: Gradients
  /** The hyper-parameters in force, one record a group. */
  hyper: HyperValues[]
}

/** What a subject did in a scenario. Iterates and state may be known at some steps only. */
export interface Trace {
  scenario: Scenario
  steps: TraceStep[]
}

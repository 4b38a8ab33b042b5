import { createHash } from 'node:crypto'
import type { Measurement, RunSpec } from '../loop/run.ts'
import type { Watch } from './study.ts'

/** Runs that choose hyper-parameters on images set aside, and runs that count, on the test images. */
export type Phase = 'search' | 'final'

/** What a run was made with, for people: an engine of Lockstep's, or PyTorch. */
export interface Machine {
  /** `native`, `wasm`, `webgpu`, `pytorch`. */
  readonly engine: string
  readonly device: string
  readonly versions: Readonly<Record<string, string>>
  readonly notice?: string
}

/** A run that is to be made. */
export interface Task {
  readonly study: string
  readonly arm: string
  readonly phase: Phase
  readonly run: RunSpec
  readonly watch: Watch
}

/** What runs were made on. */
export interface DataName {
  readonly name: string
  readonly fingerprint: string
  readonly notice?: string
}

/** One figure of a run; its seed is that of the run. */
export type Figure = Omit<Measurement, 'seed'>

/** A run that was made: a line of a ledger. */
export interface RunRecord extends Task {
  readonly record: 'lockstep-run-1'
  readonly id: string
  /** A diverged run is a result: its loss was not finite at its last step. */
  readonly outcome: 'finished' | 'diverged'
  readonly machine: Machine
  readonly data: DataName
  readonly lockstep: string
  /** When it ended, ISO 8601. */
  readonly ended: string
  readonly seconds: number
  readonly figures: readonly Figure[]
}

/** Hexadecimal digits of an id: by the birthday bound two of a million runs are alike with a chance below 1e-7. */
const idDigits = 16

/** What a run is known by: its task, the data and the engine. The same again gives the same figures, up to rounding. */
export function idOf({ study, arm, phase, run, watch }: Task, engine: string, { fingerprint }: DataName): string {
  const text = JSON.stringify(sorted({ study, arm, phase, run, watch, engine, fingerprint }))
  return createHash('sha256').update(text).digest('hex').slice(0, idDigits)
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

import type { ReporterChoice } from './reporter-choice.ts'

/** Told the exit code by the command that ran. */
export type Finish = (code: number) => void

/** What `verify` is asked, as it was typed. */
export interface VerifyCommandOptions {
  rule: string[]
  command: string[]
  check: string[]
  contracts?: boolean
  hyper: Record<string, number | boolean>
  depth?: 'quick' | 'full'
  strict?: boolean
  seed?: number
  explore?: boolean
  reporter: ReporterChoice[]
  json?: boolean
  output?: string
  python?: string
  deviations?: string
  writeDeviations?: string | true
  config?: string | false
  timeout?: number
  /** Whether what deviates is diagnosed. */
  diagnose: boolean
  save: boolean
  /** Where failing scenarios are kept; default: `.lockstep/scenarios/`, from where they are run first next time. */
  keep?: string
}

/** What `replay` is asked. */
export interface ReplayOptions {
  subject?: string
  rule?: string
  meaning: 'replay' | 'exact' | 'both'
  steps?: readonly [number, number]
  python?: string
  json?: boolean
}

/** What `diagnose` is asked. */
export interface DiagnoseOptions {
  rule: string
  hyper: Record<string, number | boolean>
  /** Milliseconds. */
  limit: number
  python?: string
  timeout?: number
  json?: boolean
}

/** What `golden check` and `golden generate` are asked. */
export interface GoldenOptions {
  python?: string
  json?: boolean
  only?: string
  out?: string
}

/** What `setup frameworks` is asked. */
export interface SetupOptions {
  dir?: string
  only?: string
  python?: string
}

/** What `check` is asked. */
export interface CheckOptions {
  rule?: string
  hyper: Record<string, number | boolean>
  arithmetic?: string
  json?: boolean
  writeRecorder?: string
}

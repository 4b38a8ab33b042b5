/** Told the exit code by the command that ran. */
export type Finish = (code: number) => void

/** What `verify` is asked, as it was typed. */
export interface VerifyCommandOptions {
  rule: string[]
  check: string[]
  hyper: Record<string, number | boolean>
  depth: 'quick' | 'full'
  strict?: boolean
  seed?: number
  explore?: boolean
  reporter: string
  json?: boolean
  output?: string
  python?: string
  deviations?: string
  save: boolean
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

/** What `golden check` and `golden generate` are asked. */
export interface GoldenOptions {
  python?: string
  json?: boolean
  only?: string
  out?: string
}

import type { EngineId } from '../../train/engines/engine.ts'

/** What `bench cifar10` is asked. */
export interface BenchOptions {
  quick?: true
  study?: string
  rule: string[]
  hyper: Record<string, number | boolean>
  data?: string
  download?: true
  engine?: EngineId
  reference?: 'pytorch'
  subject?: string
  against?: string
  python?: string
  seeds?: number
  epochs?: number
  shard?: { index: number; of: number }
  estimate?: true
  out?: string
}

/** What `bench merge` is asked. */
export interface MergeOptions {
  out: string
}

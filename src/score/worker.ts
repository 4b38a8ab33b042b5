import { parentPort } from 'node:worker_threads'
import { findRule } from '../rules/lookup.ts'
import type { VectorFile } from '../subject/vectors.ts'
import { scoreOf } from './score.ts'

/** One rule to be scored, by its id: a tree would lose its identity on the way. */
export interface Order {
  readonly rule: string
  readonly vectors: VectorFile | undefined
  readonly seeds: readonly number[]
}

parentPort!.on('message', async ({ rule, vectors, seeds }: Order) => {
  try {
    parentPort!.postMessage({ score: await scoreOf(findRule(rule), vectors, seeds) })
  } catch (error) {
    parentPort!.postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
})

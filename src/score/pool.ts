import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ReportFate } from './reports.ts'
import type { RuleScore } from './score.ts'

/** What is to be scored: a rule, or an implementation of the history, by id. */
export interface Order {
  readonly rule?: string
  readonly report?: string
  readonly seeds: readonly number[]
  /** Larger ones are begun first, so that no core works alone at the end. */
  readonly size: number
}

export type Score = RuleScore | ReportFate
type Answer = { readonly score: Score } | { readonly error: string }

/** Scores on all cores, in no certain order; each score is told as soon as it is known. */
export async function scoreMany(
  orders: readonly Order[],
  script: string,
  { signal, onScore }: { signal: AbortSignal; onScore(score: Score): void },
): Promise<void> {
  const waiting = orders.toSorted((a, b) => a.size - b.size)
  const work = async (): Promise<void> => {
    const worker = new Worker(script)
    const stop = (): void => void worker.terminate()
    signal.addEventListener('abort', stop)
    try {
      for (let order = waiting.pop(); order && !signal.aborted; order = waiting.pop())
        onScore(await answered(worker, order))
    } finally {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), orders.length) }, work))
}

function answered(worker: Worker, order: Order): Promise<Score> {
  const name = order.rule ?? order.report
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      act()
    }
    const onMessage = (answer: Answer): void =>
      settle(() =>
        'score' in answer ? resolve(answer.score) : reject(new Error(`${name} could not be scored: ${answer.error}`)),
      )
    const onError = (error: Error): void => settle(() => reject(error))
    const onExit = (): void => settle(() => reject(new Error(`${name} could not be scored: its worker ended.`)))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(order)
  })
}

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RuleScore } from './score.ts'
import type { Order } from './worker.ts'

type Answer = { readonly score: RuleScore } | { readonly error: string }

/** Scores rules on all cores, in no certain order; each score is told as soon as it is known. */
export async function scoreMany(
  orders: readonly Order[],
  script: string,
  { signal, onScore }: { signal: AbortSignal; onScore(score: RuleScore): void },
): Promise<void> {
  // The longest first, so that no core works alone at the end.
  const waiting = [...orders].sort((a, b) => size(a) - size(b))
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

/** Mutants grow with the formula. */
const size = ({ vectors }: Order): number => vectors?.formula.join('').length ?? 0

function answered(worker: Worker, order: Order): Promise<RuleScore> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      act()
    }
    const onMessage = (answer: Answer): void =>
      settle(() =>
        'score' in answer
          ? resolve(answer.score)
          : reject(new Error(`${order.rule} could not be scored: ${answer.error}`)),
      )
    const onError = (error: Error): void => settle(() => reject(error))
    const onExit = (): void => settle(() => reject(new Error(`${order.rule} could not be scored: its worker ended.`)))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(order)
  })
}

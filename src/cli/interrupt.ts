import { exitCode, Interrupted } from './failures.ts'

/** How long guests get to close after Ctrl-C, in milliseconds. */
const grace = 2000

/**
 * Runs work that Ctrl-C stops: its signal is aborted, `cleanUp` gets a moment, and `Interrupted` with what was done so
 * far is thrown. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  cleanUp: () => Promise<unknown>,
  soFar: () => string,
): Promise<T> {
  const controller = new AbortController()
  let stop: (reason: Interrupted) => void = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = reject
  })
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted)
    controller.abort(new Interrupted('Stopped.'))
    const late = new Promise(done => setTimeout(done, grace).unref())
    void Promise.race([cleanUp().catch(() => undefined), late]).then(() => stop(new Interrupted(`Stopped. ${soFar()}`)))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const running = work(controller.signal)
    // Once stopped, how the work ends is of no interest.
    running.catch(() => undefined)
    return await Promise.race([
      running.catch(error => (controller.signal.aborted ? stopped : Promise.reject(error))),
      stopped,
    ])
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

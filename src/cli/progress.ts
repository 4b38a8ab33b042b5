import type { SingleBar } from 'cli-progress'

/** Nothing is shown for what is over within a second. */
const patience = 1000

/** A progress bar on standard error; silent where that is no terminal. */
export class Progress {
  readonly #enabled: boolean
  readonly #since = performance.now()
  #bar: SingleBar | undefined
  #loading: Promise<void> | undefined
  #stopped = false

  constructor(enabled = Boolean(process.stderr.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb') {
    this.#enabled = enabled
  }

  /** Shows how far the work is, and what is being done. */
  update(done: number, total: number, doing: string): void {
    if (!this.#enabled || this.#stopped || performance.now() - this.#since < patience) return
    if (!this.#bar) {
      this.#loading ??= this.#show(done, total, doing)
      return
    }
    this.#bar.update(done, { doing })
  }

  async #show(done: number, total: number, doing: string): Promise<void> {
    const { default: progress } = await import('cli-progress')
    if (this.#stopped) return
    this.#bar = new progress.SingleBar({
      format: '  {bar} {value}/{total}  {doing}',
      stream: process.stderr,
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      barsize: 24,
      hideCursor: false,
      clearOnComplete: true,
      gracefulExit: false,
    })
    this.#bar.start(total, done, { doing })
  }

  /** A line above the bar; nothing where no bar is shown. */
  say(text: string): void {
    if (!this.#bar) return
    // Clears the line of the bar, which comes back with its next update.
    process.stderr.write(`\r\u001b[K${text}\n`)
  }

  /** Takes the bar away. */
  stop(): void {
    this.#stopped = true
    this.#bar?.stop()
  }
}

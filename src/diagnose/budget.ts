/** How long a diagnosis may take, and how it lets others work in between. */
export class Budget {
  readonly #until: number
  readonly #signal: AbortSignal | undefined
  #breath = performance.now()
  /** Candidates that were held against what was observed. */
  tried = 0
  /** Whether something was left out because time ran out. */
  cut = false

  constructor(milliseconds: number, signal?: AbortSignal) {
    this.#until = performance.now() + milliseconds
    this.#signal = signal
  }

  /** Whether time is left; lets timers and signals in about twenty times a second. */
  async left(): Promise<boolean> {
    const now = performance.now()
    if (now - this.#breath > breath) {
      await new Promise(resolve => setTimeout(resolve, 0))
      this.#breath = performance.now()
    }
    this.#signal?.throwIfAborted()
    if (performance.now() < this.#until) return true
    this.cut = true
    return false
  }
}

/** Milliseconds between two breaths. */
const breath = 50

import type { Task } from '../../train/study/record.ts'
import type { Watching } from '../../train/study/sweep.ts'
import { Progress } from '../progress.ts'
import { hours } from './words.ts'

/** Parts of a run that the bar counts: it moves within a run too. */
const parts = 100

/** How far a sweep is, on standard error: the run that is made, and how long the rest will take at the speed so far. */
export class Progressing {
  readonly #progress = new Progress()
  readonly #phase: string
  readonly #started = performance.now()
  #task: Task | undefined
  #at = 0
  #of = 0

  constructor(phase: string) {
    this.#phase = phase
  }

  readonly watching: Watching = {
    onTask: (task, at, of) => {
      this.#task = task
      this.#at = at
      this.#of = of
    },
    onStep: (step, steps) => this.#show(step / steps),
  }

  #show(share: number): void {
    const done = this.#at - 1 + share
    const left = ((performance.now() - this.#started) / 1000 / done) * (this.#of - done)
    const { arm = '', run } = this.#task ?? {}
    const doing = `${this.#phase} ${this.#at}/${this.#of}: ${arm}, seed ${run?.seed}; ${hours(left)} left`
    this.#progress.update(Math.round(done * parts), this.#of * parts, doing)
  }

  stop(): void {
    this.#progress.stop()
  }
}

import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Gradients, HyperValues, Observed, Played, Run, StateValues } from '../subject/subject.ts'
import { GuestError } from './error.ts'
import type { GoldenGradients, GoldenRecord } from './golden.ts'

/**
 * Replays a recording. Several records may begin alike; each gradient and each change of a hyper-parameter narrows them down,
 * and whatever fits no record is refused. Records that are still alike were given the same inputs, so any of them answers.
 */
export class RecordedRun implements Run {
  readonly #name: string
  readonly #gradients: GoldenGradients
  #records: readonly GoldenRecord[]
  #step = 0
  #pending: HyperValues = {}

  constructor(name: string, records: readonly GoldenRecord[], gradients: GoldenGradients) {
    this.#name = name
    this.#records = records
    this.#gradients = gradients
  }

  step(gradients: Gradients): Float64Array[] | undefined {
    this.#step += 1
    const step = this.#step
    const fitting = this.#records.filter(record => this.#fits(record, step, gradients))
    if (fitting.length === 0)
      throw refusal(this.#name, `in step ${step} it was given another gradient or another change`)
    this.#records = fitting
    this.#pending = {}
    for (const record of fitting) {
      const at = record.kept.indexOf(step)
      if (at >= 0) return split(record.x[at]!, record, this.#gradients)
    }
    return undefined
  }

  steps(many: Gradients[]): Played[] {
    return many.map(gradients => {
      const x = this.step(gradients)
      const { state } = this.observe()
      return { ...(x && { x }), ...(state && { state }) }
    })
  }

  set(_group: number, hyper: HyperValues): void {
    this.#pending = { ...this.#pending, ...hyper }
  }

  /** State, at the steps where it was kept. */
  observe(): Observed {
    for (const record of this.#records) {
      const kept = record.state[String(this.#step)]
      if (kept) return { state: this.#stateOf(record, kept) }
    }
    return {}
  }

  #stateOf({ format }: GoldenRecord, kept: Record<string, (string | null)[]>): StateValues[] {
    return this.#gradients.parameters.map((_, k) => {
      const present = Object.entries(kept).filter(([, values]) => values[k] !== null)
      return Object.fromEntries(present.map(([name, values]) => [name, arrayFromBits(values[k]!, format)]))
    })
  }

  #fits(record: GoldenRecord, step: number, gradients: Gradients): boolean {
    if (step > record.steps) return false
    const changes = record.changes.filter(change => change.step === step).map(change => change.hyper)
    if (!sameValues(Object.assign({}, ...changes), this.#pending)) return false
    const expected = this.#gradients.streams[record.gradients]![record.format][step - 1]!
    return (
      expected.length === gradients.length &&
      gradients.every((gradient, k) => (gradient && arrayToBits(gradient, record.format)) === expected[k])
    )
  }
}

function sameValues(a: HyperValues, b: HyperValues): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => Object.is(a[name], b[name]))
}

/** A recording cannot be asked what it was not given. */
export function refusal(name: string, what: string): GuestError {
  return new GuestError(
    'refused',
    `${name} is a recording: ${what}. It plays only the inputs that it was recorded with, bit for bit; take its scenarios() unchanged, or use a live subject.`,
  )
}

/** The bits of all parameters, taken apart. */
function split(bits: string, { format }: GoldenRecord, { parameters }: GoldenGradients): Float64Array[] {
  const all = arrayFromBits(bits, format)
  const ends = parameters.map((_, k) => parameters.slice(0, k + 1).reduce((sum, { size }) => sum + size, 0))
  return parameters.map(({ size }, k) => all.slice(ends[k]! - size, ends[k]!))
}

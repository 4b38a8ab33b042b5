import { sameBits } from '../../numbers/bits.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { Played } from '../../subject/subject.ts'
import type { Finding } from '../../subject/verdict.ts'
import type { Judgement } from '../judgement.ts'
import { namesOf, type Steps, startsOf } from './player.ts'

/** How two runs are laid beside each other. */
export interface Sides {
  /** The step of the scenario that the first of these steps is; 1 where it is not given. */
  readonly from?: number
  /** The parameter of the expected run that a parameter of the other one is held against; undefined: against none. */
  readonly partner?: (parameter: number) => number | undefined
  /** What is the matter when they differ, for the report. */
  readonly reason: string
}

interface Place extends Pick<Finding, 'step' | 'parameter' | 'variable'> {
  /** Where the array started, where that is known: an element that never left it shows nothing. */
  readonly start?: Float64Array
}

/**
 * Holds the steps of one run against those of another that must have given the same bits, iterates and state alike.
 * Elements that did not move prove nothing.
 */
export function same(scenario: Scenario, got: Steps, expected: Steps, sides: Sides): Judgement {
  const { from = 1, partner = k => k, reason } = sides
  const [names, starts] = [namesOf(scenario), startsOf(scenario)]
  const tally = new Tally(reason)
  for (const [s, step] of expected.entries()) {
    for (const [k, parameter] of names.entries()) {
      const other = partner(k)
      if (other === undefined || !got[s]) continue
      const place = { step: from + s, parameter }
      tally.state(place, stateOf(got[s], k), stateOf(step, other))
      tally.array({ ...place, variable: 'x', start: starts[k]! }, got[s].x?.[k], step.x?.[other])
    }
  }
  return tally.judgement
}

const stateOf = ({ state }: Played, k: number): Record<string, Float64Array> | undefined => state?.[k]

class Tally {
  readonly #reason: string
  #observed = 0
  #proving = 0
  #finding: Finding | undefined
  #stray: string | undefined

  constructor(reason: string) {
    this.#reason = reason
  }

  get judgement(): Judgement {
    const wrong = this.#finding !== undefined || this.#stray !== undefined
    return {
      observed: this.#observed,
      proving: this.#proving,
      ...(this.#finding && { finding: this.#finding }),
      ...(wrong && { reason: this.#stray ?? this.#reason }),
    }
  }

  /** Variables must be there in both, or in neither; each is compared. */
  state(
    place: Pick<Place, 'step' | 'parameter'>,
    got: Record<string, Float64Array> | undefined,
    expected: Record<string, Float64Array> | undefined,
  ): void {
    if (!got || !expected) return
    for (const variable of new Set([...Object.keys(got), ...Object.keys(expected)])) {
      const [a, b] = [got[variable], expected[variable]]
      if (a && b) this.array({ ...place, variable }, a, b)
      else if (!this.#finding)
        this.#stray ??= `${this.#reason}: state ${variable} of ${place.parameter} is ${a ? 'there' : 'missing'} at step ${place.step}`
    }
  }

  array(place: Place, got: Float64Array | undefined, expected: Float64Array | undefined): void {
    if (!got || !expected) return
    const { start, ...where } = place
    for (const [index, value] of expected.entries()) {
      this.#observed += 1
      if (!sameBits(value, start?.[index] ?? 0)) this.#proving += 1
      if (!sameBits(got[index]!, value) && !this.#stray) this.#finding ??= finding(where, index, got[index]!, value)
    }
  }
}

/** A difference that is wrong for itself: what is allowed is the other run's number, and no formula is asked. */
const finding = (where: Omit<Place, 'start'>, index: number, got: number, expected: number): Finding => ({
  ...where,
  index,
  got,
  low: expected,
  high: expected,
  expected: Number.NaN,
  ulps: Number.NaN,
})

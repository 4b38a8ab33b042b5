import { arrayFromBits, arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Bits, Scenario } from '../../subject/scenario.ts'
import type { Check } from '../check.ts'
import { heldWithoutDecay, hyperOf, isZeroFrom, plain, withoutDecay, zerosFrom } from '../conditions.ts'
import { eachMoment } from '../elements.ts'
import { limitsOf, replayOf } from '../follow.ts'

/** An epsilon of zero divides 0 by 0 on a zero gradient; so does Adagrad's empty accumulator without one. */
const dividesByEpsilon = (scenario: Scenario): boolean => hyperOf(scenario).eps !== 0

const zeroMovesNothing: Check = {
  name: 'zero gradients move nothing',
  group: 'invariant',
  claim: 'zero gradients from a fresh state leave every parameter where it is, to the bit',
  shape: context => ({ hyper: heldWithoutDecay(context), steps: [1, 8] }),
  adapt: scenario => ({ ...zerosFrom(scenario, 0), name: 'zeros' }),
  accepts: scenario =>
    plain(scenario) && withoutDecay(scenario) && dividesByEpsilon(scenario) && isZeroFrom(scenario, 0),
  judge: ([trace]) =>
    eachMoment(trace, ({ x, was }) => (was === undefined ? undefined : x === was || { low: was, high: was })),
  runs: { quick: 20, full: 400 },
}

/** Magnitudes on which a formula may lose everything to underflow or overflow, and must still not lose its numbers. */
const extremes = [0, 1e-20, -1e-20, 1e-10, 1, -1e10, 1e20]
/** No further than the format holds squares: beyond, orders of evaluation part, and some square before they weigh. */
const furthest = { float32: 1e19, float64: 1e20 } as const

const staysFinite: Check = {
  name: 'finite stays finite',
  group: 'invariant',
  claim:
    'finite gradients from 1e-20 to 1e20 (1e19 in float32) never give NaN or infinity unless the replay does, or a value on the way may overflow',
  shape: ({ depth }) => ({ palettes: ['mixed'], steps: depth === 'full' ? [100, 3000] : [10, 60], absent: true }),
  adapt: (scenario, { depth }) => ({ ...scenario, name: 'extremes', gradients: extreme(scenario, depth === 'full') }),
  judge: ([trace], { rule, arithmetic }) => {
    const replayed = replayOf(rule, arithmetic, trace)
    const limits = limitsOf(rule, arithmetic, trace)
    return eachMoment(trace, ({ step, k, i, x }) => {
      if (Number.isFinite(x)) return true
      const expected = replayed(step, k, i)!
      const { error, mayBeNaN } = limits(step, k, i)!
      // Once a sum overflowed, orders of evaluation part: one divides by infinity, another subtracts it from itself.
      if (!Number.isFinite(expected) || !Number.isFinite(error) || mayBeNaN) return undefined
      return { low: expected, high: expected }
    })
  },
  runs: { quick: 12, full: 20 },
}

/** Gradients drawn from the extremes by the scenario's own bits; every second run holds its first step's for good. */
function extreme(scenario: Scenario, long: boolean): (Bits | null)[][] {
  const { format } = scenario
  const { round } = formats[format]
  const pick = (value: number): number =>
    round(Math.min(furthest[format], extremes[Math.abs(Math.round(value * 1e12)) % extremes.length]!))
  const steps = (scenario.gradients as (Bits | null)[][]).map(step =>
    step.map(bits => (bits === null ? null : arrayToBits(arrayFromBits(bits, format).map(pick), format))),
  )
  return long || scenario.steps % 2 === 0 ? steps.map(() => steps[0]!) : steps
}

export const numberInvariants: readonly Check[] = [zeroMovesNothing, staysFinite]

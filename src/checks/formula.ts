import type { Check } from './check.ts'
import { failed } from './judgement.ts'
import { judgeTrace } from './lockstep.ts'
import { strayState } from './presence.ts'

/** The formula itself: every iterate and every exposed state variable, from the start and from each observed state. */
export const formula: Check = {
  name: 'formula',
  group: 'formula',
  claim: 'every iterate and every state variable equals the replay or lies within the bound',
  shape: () => ({ changes: true, absent: true, far: true }),
  judge: ([trace], { rule, arithmetic }) => judgeTrace(rule, arithmetic, trace),
  runs: { quick: 80, full: 1500 },
}

/**
 * The same on runs of more than two thousand steps: a count that overflows, a table of powers that runs out, a schedule that
 * ends show only there. Few elements, so that they stay cheap.
 */
export const lateSteps: Check = {
  name: 'late steps',
  group: 'formula',
  claim: 'every iterate of a long run equals the replay or lies within the bound',
  unless: ({ recorded }) => (recorded ? 'recordings are as long as they are' : undefined),
  shape: ({ depth }) => ({ steps: depth === 'full' ? [2050, 10_000] : [2050, 2110], few: true, fromZero: true }),
  judge: ([trace], { rule, arithmetic }) => judgeTrace(rule, arithmetic, trace),
  runs: { quick: 1, full: 12 },
}

/** Recordings made on IEEE arithmetic in the rule's own order: no tolerance anywhere. */
export const golden: Check = {
  name: 'golden',
  group: 'golden',
  claim: 'the recorded traces are reproduced to the bit',
  unless: ({ subject, recorded }) =>
    subject.bitExact && recorded ? undefined : 'only recordings on IEEE arithmetic are compared to the bit',
  judge: ([trace], { rule, arithmetic }) => {
    const judgement = judgeTrace(rule, arithmetic, trace, true)
    const reason = failed(judgement) ? undefined : strayState(rule, trace)
    return reason === undefined ? judgement : { ...judgement, reason }
  },
  runs: { quick: 1, full: 1 },
}

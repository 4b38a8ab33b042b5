import { isLegal } from '../../derive/hyper.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { HyperValues, Played } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { allHyper, withHyper } from '../conditions.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { rateOf } from './free-rule.ts'
import { opened, playedOut, type Steps } from './player.ts'
import { same } from './same.ts'
import { runs } from './vary.ts'

/** The step before which the rate is changed on the way. */
const at = 3

/**
 * A rate that is set before the first step is the one that the constructor could have been given: the same numbers, the same
 * bits. On the way, steps before the change are those of a run without it, and the step that comes next is another one.
 */
export const changesInTime: Check = {
  name: 'a change of the rate takes effect in its own step',
  group: 'contract',
  claim: 'a rate that is set before a step holds from that step on, and not before',
  unless: ({ offer, rule, held }) => {
    const rate = rateOf(rule)
    if (!offer.features.includes('set')) return 'the subject cannot change a hyper-parameter on the way'
    if (rate === undefined || !offer.hyper.includes(rate)) return 'the subject has no learning rate'
    return Object.hasOwn(held, rate) ? `${rate} is held` : undefined
  },
  shape: () => ({ palettes: ['unit'], steps: [at, 6], fromZero: true }),
  accepts: (scenario, context) =>
    isLegal(context.rule, { ...allHyper(context.rule, scenario), ...halved(scenario, context) }) && movesThen(scenario),
  play: async (scenario, context) => {
    const { subject } = context
    const hyper = halved(scenario, context)
    const unchanged = await playedOut(subject, scenario)
    const constructed = await playedOut(subject, withHyper(scenario, hyper))
    const set = await opened(subject, scenario, async player => {
      await player.run.set!(0, hyper)
      return player.steps(1, scenario.steps)
    })
    const first = same(scenario, set, constructed, {
      reason: 'a rate that is set before the first step is not the one that the constructor makes',
    })
    if (failed(first)) return first
    // Where the rate has no effect at all, nothing can be said of when it has.
    if (!failed(same(scenario, constructed, unchanged, { reason: '' }))) return { observed: 0, proving: 0 }
    const changed = await playedOut(subject, { ...scenario, changes: [{ step: at, group: 0, hyper }] })
    return total([first, onTheWay(scenario, changed, unchanged)])
  },
  runs,
}

/** Whether the step after the change has a gradient that moves anything. */
const movesThen = ({ gradients }: Scenario): boolean =>
  (gradients as string[][])[at - 1]!.some(bits => /[1-7,9a-f]/.test(bits.slice(1)))

function halved(scenario: Scenario, { rule }: Context): HyperValues {
  const rate = rateOf(rule)!
  return { [rate]: Number(allHyper(rule, scenario)[rate]) / 2 }
}

/** The first step after which two runs are not the same; their length where they are. */
export function parting(scenario: Scenario, a: Steps, b: Steps): number {
  const differs = (one: Played, other: Played): boolean => failed(same(scenario, [one], [other], { reason: '' }))
  const found = a.findIndex((step, s) => differs(step, b[s]!))
  return found < 0 ? a.length + 1 : found + 1
}

function onTheWay(scenario: Scenario, changed: Steps, unchanged: Steps): Judgement {
  const before = same(scenario, changed.slice(0, at - 1), unchanged, {
    reason: `a rate that is set before step ${at} changes the steps before it`,
  })
  const found = parting(scenario, changed, unchanged)
  const late = found > scenario.steps ? 'has no effect' : `takes effect in step ${found}`
  return failed(before) || found === at ? before : { ...before, reason: `a rate that is set before step ${at} ${late}` }
}

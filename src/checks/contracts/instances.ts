import type { Played } from '../../subject/subject.ts'
import type { Check } from '../check.ts'
import { hyperOf, withHyper } from '../conditions.ts'
import { total } from '../judgement.ts'
import { opened, playedOut } from './player.ts'
import { same } from './same.ts'
import { changed, plainly, runs } from './vary.ts'

/** Two runs know nothing of each other, so that each gives the bits that it gives when it is the only one. */
export const instancesShareNothing: Check = {
  name: 'instances share nothing',
  group: 'contract',
  claim: 'two runs with different hyper-parameters and gradients, a step of each in turn, move as each does alone',
  shape: plainly,
  play: async (scenario, context) => {
    const { subject } = context
    const backwards = [...(scenario.gradients as string[][])].reverse()
    const other = { ...withHyper(scenario, changed(hyperOf(scenario), context)), gradients: backwards }
    const alone = [await playedOut(subject, scenario), await playedOut(subject, other)] as const
    const inTurn = await opened(subject, scenario, first =>
      opened(subject, other, async second => {
        const played: [Played[], Played[]] = [[], []]
        for (let step = 1; step <= scenario.steps; step++) {
          played[0].push(await first.step(step))
          played[1].push(await second.step(step))
        }
        return played
      }),
    )
    const reason = 'a run beside another one moves differently than alone'
    return total([same(scenario, inTurn[0], alone[0], { reason }), same(other, inTurn[1], alone[1], { reason })])
  },
  runs,
}

/** The same program on the same numbers: nothing is left that could make another bit. */
export const deterministic: Check = {
  name: 'same input, same bits',
  group: 'contract',
  claim: 'a run that is made once more gives the same bits',
  shape: () => ({ absent: true, changes: true, steps: [3, 8] }),
  play: async (scenario, { subject }) => {
    const [first, second] = [await playedOut(subject, scenario), await playedOut(subject, scenario)]
    return same(scenario, second, first, { reason: 'the same run, made once more, gives other bits' })
  },
  runs,
}

/** How many steps are asked for at once is the caller's convenience: the optimizer makes them one after the other. */
export const batchesAgree: Check = {
  name: 'steps at once and one by one',
  group: 'contract',
  claim: 'steps that are asked for all at once are those that are asked for one by one',
  shape: () => ({ absent: true, changes: true, steps: [3, 8] }),
  play: (scenario, { subject }) =>
    opened(subject, scenario, async player => {
      if (!player.run.steps) return { observed: 0, proving: 0, notShown: 'the subject takes one step at a time' }
      const oneByOne = await player.steps(1, scenario.steps)
      return same(scenario, oneByOne, await playedOut(subject, scenario), {
        reason: 'asked for one by one, steps differ from those that are asked for at once',
      })
    }),
  runs,
}

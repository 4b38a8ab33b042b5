import { prescribed, setupOf } from '../../subject/driver.ts'
import type { Played } from '../../subject/subject.ts'
import type { Check } from '../check.ts'
import { opened, playedOut } from './player.ts'
import { same } from './same.ts'
import { plainly, runs } from './vary.ts'

/**
 * The caller uses his buffers again: as soon as a call returns, everything that was handed over holds other numbers. The
 * steps read the same numbers as in a run whose caller does not, so that every bit is the same.
 */
export const nothingByReference: Check = {
  name: 'nothing is kept by reference',
  group: 'contract',
  claim: 'overwriting the start and each gradient once the call returned changes no later step',
  shape: plainly,
  play: async (scenario, { subject }) => {
    const undisturbed = await playedOut(subject, scenario)
    const setup = setupOf(scenario)
    return opened(
      subject,
      scenario,
      async player => {
        const { run } = player
        if (run.copies && !run.spoil)
          return { observed: 0, proving: 0, notShown: 'the subject cannot overwrite the gradients on its side' }
        for (const { params } of setup.groups) for (const { value } of params) value.fill(Number.NaN)
        const played: Played[] = []
        for (let step = 1; step <= scenario.steps; step++) {
          const gradients = prescribed(scenario, step)
          played.push(await player.step(step, gradients))
          for (const values of gradients) values?.fill(Number.NaN)
          await run.spoil?.()
        }
        return same(scenario, played, undisturbed, {
          reason: 'a step reads what its caller had handed over earlier and has overwritten since',
        })
      },
      { setup },
    )
  },
  runs,
}

import { arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import { setupOf } from '../../subject/driver.ts'
import type { Bits, Scenario } from '../../subject/scenario.ts'
import type { Json, Played, Setup, Subject } from '../../subject/subject.ts'
import { changeable } from '../changeable.ts'
import type { Check, Context } from '../check.ts'
import { allHyper, withHyper } from '../conditions.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { opened, playedOut, type Steps, startsOf } from './player.ts'
import { same } from './same.ts'
import { changed, runs } from './vary.ts'

/** A run's saved state after so many steps. */
interface Saved {
  readonly after: number
  readonly state: Json
  readonly dtypes: string | undefined
}

/**
 * A resumed run goes on with the same numbers in the same program, on parameters of the same lengths: there is nothing
 * that could round differently, so that every bit is the same. State travels through JSON, as it does in a file.
 */
export const resumes: Check = {
  name: 'a resumed run goes on as before',
  group: 'contract',
  claim:
    'saved after any step, through JSON, and resumed with the hyper-parameters of that moment, a run takes the steps of the one that was never stopped',
  unless: ({ offer }) => (offer.features.includes('save') ? undefined : 'the subject cannot save its state'),
  shape: ({ depth }) => ({ absent: true, steps: depth === 'full' ? [8, 24] : [8, 10] }),
  adapt: withChanges,
  play: async (scenario, { subject }) => {
    const undisturbed = await playedOut(subject, scenario)
    const saves: Saved[] = []
    const straight = await opened(subject, scenario, async player => {
      const played: Played[] = []
      for (let step = 1; step <= scenario.steps; step++) {
        const dtypes = (await player.run.observe?.())?.dtypes
        saves.push({ after: step - 1, state: await player.run.save!(), dtypes: dtypes && JSON.stringify(dtypes) })
        played.push(await player.step(step))
      }
      return played
    })
    const judgements = [same(scenario, straight, undisturbed, { reason: 'saving changes the steps that follow' })]
    for (const saved of saves) {
      judgements.push(await resumed(subject, scenario, straight, saved))
      if (failed(judgements.at(-1)!)) break
    }
    return total(judgements)
  },
  runs,
}

/**
 * The same where state is infinite. JSON has no infinity, so that an optimizer whose state is an array of JSON numbers loses
 * it; few would call it wrong for that, and none trains on after it.
 */
export const resumesAfterOverflow: Check = {
  ...resumes,
  name: 'a resumed run goes on after an overflow',
  claim: 'the same after a gradient whose square is infinite, and one that is a negative zero',
  strict: true,
  adapt: (scenario, context) => withExtremes(withChanges(scenario, context)),
}

async function resumed(subject: Subject, scenario: Scenario, straight: Steps, saved: Saved): Promise<Judgement> {
  const { after, state } = saved
  const setup = setupAfter(scenario, straight, after)
  const go = (json: Json) =>
    opened(
      subject,
      scenario,
      async player => {
        const dtypes = (await player.run.observe?.())?.dtypes
        const kept = !dtypes || JSON.stringify(dtypes) === saved.dtypes
        const reason = `a run that was resumed after step ${after} goes on differently`
        const steps = same(scenario, await player.steps(after + 1, scenario.steps), straight.slice(after), {
          from: after + 1,
          reason,
        })
        return kept
          ? steps
          : { ...steps, reason: `the dtypes of a run that was resumed after step ${after} are others` }
      },
      { setup, saved: json },
    )
  const judgement = await go(JSON.parse(JSON.stringify(state)) as Json)
  if (!failed(judgement) || failed(await go(state))) return judgement
  return { ...judgement, reason: `${judgement.reason}: what was saved does not survive JSON` }
}

/** What a caller opens a run with to resume it: the iterates and the hyper-parameters of that moment. */
function setupAfter(scenario: Scenario, straight: Steps, after: number): Setup {
  const setup = setupOf(scenario)
  const x = after === 0 ? startsOf(scenario) : straight[after - 1]!.x
  let k = 0
  return {
    ...setup,
    groups: setup.groups.map(({ hyper, params }, group) => ({
      hyper: Object.assign(
        { ...hyper },
        ...(scenario.changes ?? []).filter(each => each.group === group && each.step <= after).map(each => each.hyper),
      ),
      params: params.map(param => ({ ...param, value: x?.[k++]?.slice() ?? param.value })),
    })),
  }
}

/** The step before which everything changes that may: what was set is kept, too. */
const at = 3

/** At values that are not the defaults, which a fresh run has by itself, and at others from a step on. */
function withChanges(scenario: Scenario, context: Context): Scenario {
  const first = changed(allHyper(context.rule, scenario), context)
  const then = changed(first, context, changeable(context))
  const hyper = Object.fromEntries(Object.entries(then).filter(([name, value]) => value !== first[name]))
  return {
    ...withHyper(scenario, first),
    ...(Object.keys(hyper).length > 0 && { changes: [{ step: at, group: 0, hyper }] }),
  }
}

/** The first gradients become what texts and JSON lose: a negative zero, and a number whose square is infinite. */
function withExtremes(scenario: Scenario): Scenario {
  const { format } = scenario
  const large = Math.sqrt(formats[format].max) * 16
  const extremes = arrayToBits([-0, formats[format].round(large)], format)
  const [first, ...rest] = scenario.gradients as (Bits | null)[][]
  return {
    ...scenario,
    name: 'extremes',
    gradients: [first!.map(bits => bits && extremes.slice(0, bits.length) + bits.slice(extremes.length)), ...rest],
  }
}

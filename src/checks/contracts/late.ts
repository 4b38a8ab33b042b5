import { prescribed, setupOf } from '../../subject/driver.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { Played, Subject } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { heldWithoutDecay, withoutDecay } from '../conditions.ts'
import { failed, type Judgement } from '../judgement.ts'
import { isFree } from './free-rule.ts'
import { coupled } from './groups.ts'
import { opened, playedOut, type Steps, startsOf } from './player.ts'
import { same } from './same.ts'
import { atLeast, only, plainly, runs, zerosForNone } from './vary.ts'

/** The last parameter of a scenario without the gradients of some steps. */
function without(scenario: Scenario, isAbsent: (step: number) => boolean): Scenario {
  const two = atLeast(2, scenario)
  const last = two.groups[0]!.params.length - 1
  const gradients = (two.gradients as (string | null)[][]).map((step, s) =>
    step.map((bits, k) => (k === last && isAbsent(s + 1) ? null : bits)),
  )
  return { ...two, gradients }
}

const lastOf = ({ groups }: Scenario): number => groups.flatMap(({ params }) => params).length - 1

/** Nothing is computed for a parameter without a gradient, so that its bits stay. Its neighbours never see it. */
export const absentLeftAlone: Check = {
  name: 'an absent gradient moves nothing',
  group: 'contract',
  claim: 'a parameter without a gradient keeps its value and state in that step, and its neighbours do not notice',
  unless: ({ offer }) => (offer.features.includes('absent') ? undefined : 'the subject has no absent gradients'),
  shape: () => ({ ...plainly(), steps: [4, 6] }),
  adapt: scenario => without(scenario, step => step % 2 === 0),
  play: async (scenario, { subject, rule }) => {
    const played = await playedOut(subject, scenario)
    const last = lastOf(scenario)
    const before: Steps = [{ x: startsOf(scenario) }, ...played.slice(0, -1)]
    const evenly = (steps: Steps): Played[] => steps.filter((_, s) => s % 2 === 1)
    const stayed = stays(scenario, evenly(played), evenly(before), last)
    if (failed(stayed) || isFree(rule)) return stayed
    const there = await playedOut(subject, zerosForNone(scenario))
    const neighbours = same(scenario, played, there, {
      reason: 'a parameter moves differently because its neighbour has no gradient',
      partner: k => (k === last ? undefined : k),
    })
    return failed(neighbours)
      ? neighbours
      : { ...stayed, observed: stayed.observed + neighbours.observed, proving: stayed.proving + neighbours.proving }
  },
  runs,
}

/** Steps are numbered in pairs here: the second of each pair is the one without a gradient. */
function stays(scenario: Scenario, after: Steps, before: Steps, last: number): Judgement {
  const judgement = same(scenario, after, before, {
    reason: 'a parameter changes in a step in which it has no gradient',
    partner: k => (k === last ? k : undefined),
  })
  const { finding } = judgement
  return finding ? { ...judgement, finding: { ...finding, step: 2 * finding.step } } : judgement
}

/**
 * A parameter whose first gradient comes late is either counted from then on, as in a run that begins then, or by the steps
 * of the optimizer: then it is as if it had had zeros until then, which move nothing where nothing decays. In both cases the
 * numbers and operations are the same, to the bit.
 */
async function eitherClock(
  subject: Subject,
  scenario: Scenario,
  late: { readonly played: Steps; readonly from: number; readonly isLate: (parameter: number) => boolean },
  context: Context,
): Promise<Judgement> {
  const { played, from, isLate } = late
  const since = played.slice(from - 1)
  const first = scenario.groups.flatMap(({ params }) => params).findIndex((_, k) => isLate(k))
  const lateOnly = (k: number): number | undefined => (isLate(k) ? k : undefined)
  const alone = await playedOut(subject, only(scenario, isLate, from))
  const reason = `a parameter that joins in step ${from} moves neither as in a run that begins then, nor as if it had got zeros until then`
  const own = same(scenario, since, alone, { from, reason, partner: k => (isLate(k) ? k - first : undefined) })
  if (!failed(own)) return own
  const waiting = await playedOut(subject, zerosForNone(scenario))
  const common = same(scenario, since, waiting.slice(from - 1), { from, reason, partner: lateOnly })
  if (!failed(common)) return common
  if (!isFree(context.rule)) return own
  const [together, apart] = [only(scenario, () => true, from), only(scenario, isLate, from)]
  const joint = same(scenario, await playedOut(subject, together), await playedOut(subject, apart), {
    reason,
    partner: k => (isLate(k) ? k - first : undefined),
  })
  return failed(joint) ? coupled : own
}

const joins = 3

/** A run with a late parameter; where it does not come to an end although one with zeros does, what was said instead. */
async function accepted(scenario: Scenario, { subject }: Context): Promise<Steps | (Judgement & { reason: string })> {
  try {
    return await playedOut(subject, scenario)
  } catch (error) {
    await playedOut(subject, zerosForNone(scenario))
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { observed: 1, proving: 1, reason: `a first gradient in step ${joins} is not accepted: ${said}` }
  }
}

export const lateParameters: Check = {
  name: 'a late parameter starts afresh',
  group: 'contract',
  claim:
    'a parameter whose first gradient comes late moves as in a run that begins then, or as if it had got zeros until then',
  unless: ({ offer }) => (offer.features.includes('absent') ? undefined : 'the subject has no absent gradients'),
  shape: context => ({ ...plainly(), steps: [joins + 1, 7], hyper: heldWithoutDecay(context) }),
  adapt: scenario => without(scenario, step => step < joins),
  accepts: withoutDecay,
  play: async (scenario, context) => {
    const { subject } = context
    const last = lastOf(scenario)
    const played = await accepted(scenario, context)
    if ('reason' in played) return played
    return eitherClock(subject, scenario, { played, from: joins, isLate: k => k === last }, context)
  },
  runs,
}

export const lateGroups: Check = {
  name: 'a late group starts afresh',
  group: 'contract',
  claim:
    'the parameters of a group that is added on the way move as in a run that begins then, or as if they had got zeros until then',
  unless: ({ offer }) => (offer.features.includes('add') ? undefined : 'the subject cannot add a group to a run'),
  shape: context => ({ ...plainly(), steps: [joins + 1, 7], hyper: heldWithoutDecay(context) }),
  adapt: scenario => {
    const { groups, ...rest } = without(scenario, step => step < joins)
    const [{ hyper, params }] = groups as [Scenario['groups'][number]]
    return {
      ...rest,
      groups: [
        { hyper, params: params.slice(0, -1) },
        { hyper, params: params.slice(-1) },
      ],
    }
  },
  accepts: withoutDecay,
  play: async (scenario, context) => {
    const { subject } = context
    const last = lastOf(scenario)
    const early = only(scenario, k => k !== last)
    const played = await opened(subject, early, async player => {
      const steps = await player.steps(1, joins - 1)
      await player.run.add!(setupOf(scenario).groups[1]!)
      const grown = player.on(scenario)
      for (let step = joins; step <= scenario.steps; step++) steps.push(await grown.once(prescribed(scenario, step)))
      return steps
    })
    return eitherClock(subject, scenario, { played, from: joins, isLate: k => k === last }, context)
  },
  runs,
}

import type { Scenario } from '../../subject/scenario.ts'
import type { Subject } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { isFree } from './free-rule.ts'
import { playedOut } from './player.ts'
import { same } from './same.ts'
import { atLeast, changed, only, plainly, runs } from './vary.ts'

/** Why a claim about parameters by themselves cannot be asked of an optimizer that looks at all of them at once. */
export const coupled: Judgement = {
  observed: 0,
  proving: 0,
  notShown: 'its parameters influence one another, also with equal hyper-parameters',
}

/**
 * In three groups, each parameter has the gradients, the length and the hyper-parameters that it has in a run of its group
 * alone, and goes through the same operations: every bit is the same.
 */
export const groupsKeepTheirOwn: Check = {
  name: 'groups keep their own hyper-parameters',
  group: 'contract',
  claim: 'three groups with different hyper-parameters move as each does in a run of its own',
  unless: ({ offer }) => (offer.features.includes('groups') ? undefined : 'the subject has no parameter groups'),
  shape: plainly,
  adapt: inThreeGroups,
  play: async (scenario, { subject, rule }) => {
    const judgement = await apart(subject, scenario)
    if (!failed(judgement) || !isFree(rule)) return judgement
    // Without a formula, parameters may belong together: a common norm, a common distance.
    return failed(await apart(subject, alike(scenario))) ? coupled : judgement
  },
  runs,
}

/** The last parameters stay together. The third group has each hyper-parameter farther from the first than the second has. */
function inThreeGroups(scenario: Scenario, context: Context): Scenario {
  const three = atLeast(3, scenario)
  const [{ hyper, params }] = three.groups as [Scenario['groups'][number]]
  const second = changed(hyper, context)
  return {
    ...three,
    groups: [
      { hyper, params: params.slice(0, 1) },
      { hyper: second, params: params.slice(1, 2) },
      { hyper: changed(second, context), params: params.slice(2) },
    ],
  }
}

const alike = (scenario: Scenario): Scenario => ({
  ...scenario,
  groups: scenario.groups.map(group => ({ ...group, hyper: scenario.groups[0]!.hyper })),
})

async function apart(subject: Subject, scenario: Scenario): Promise<Judgement> {
  const together = await playedOut(subject, scenario)
  const reason = 'in a group beside others, a parameter moves differently than in its group alone'
  const judgements: Judgement[] = []
  let first = 0
  for (const { params } of scenario.groups) {
    const [from, to] = [first, first + params.length]
    const own = (k: number): boolean => k >= from && k < to
    const alone = await playedOut(subject, only(scenario, own))
    judgements.push(same(scenario, together, alone, { reason, partner: k => (own(k) ? k - from : undefined) }))
    first = to
  }
  return total(judgements)
}

import type { Scenario } from '../../subject/scenario.ts'
import type { Subject } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { isFree } from './free-rule.ts'
import { playedOut } from './player.ts'
import { same } from './same.ts'
import { atLeastTwo, changed, only, plainly, runs } from './vary.ts'

/** Why a claim about parameters by themselves cannot be asked of an optimizer that looks at all of them at once. */
export const coupled: Judgement = {
  observed: 0,
  proving: 0,
  notShown: 'its parameters influence one another, also with equal hyper-parameters',
}

/**
 * In two groups, each parameter has the gradients, the length and the hyper-parameters that it has in a run of its group
 * alone, and goes through the same operations: every bit is the same.
 */
export const groupsKeepTheirOwn: Check = {
  name: 'groups keep their own hyper-parameters',
  group: 'contract',
  claim: 'two groups with different hyper-parameters move as each does in a run of its own',
  unless: ({ offer }) => (offer.features.includes('groups') ? undefined : 'the subject has no parameter groups'),
  shape: plainly,
  adapt: inTwoGroups,
  play: async (scenario, { subject, rule }) => {
    const judgement = await apart(subject, scenario)
    if (!failed(judgement) || !isFree(rule)) return judgement
    // Without a formula, parameters may belong together: a common norm, a common distance.
    return failed(await apart(subject, alike(scenario))) ? coupled : judgement
  },
  runs,
}

function inTwoGroups(scenario: Scenario, context: Context): Scenario {
  const [{ hyper, params }] = atLeastTwo(scenario).groups as [Scenario['groups'][number]]
  const [first, ...others] = params
  return {
    ...atLeastTwo(scenario),
    groups: [
      { hyper, params: [first!] },
      { hyper: changed(hyper, context), params: others },
    ],
  }
}

const alike = (scenario: Scenario): Scenario => ({
  ...scenario,
  groups: scenario.groups.map(group => ({ ...group, hyper: scenario.groups[0]!.hyper })),
})

async function apart(subject: Subject, scenario: Scenario): Promise<Judgement> {
  const together = await playedOut(subject, scenario)
  const first = scenario.groups[0]!.params.length
  const alone = [
    await playedOut(
      subject,
      only(scenario, k => k < first),
    ),
    await playedOut(
      subject,
      only(scenario, k => k >= first),
    ),
  ]
  const reason = 'in a group beside another one, a parameter moves differently than in its group alone'
  return total([
    same(scenario, together, alone[0]!, { reason, partner: k => (k < first ? k : undefined) }),
    same(scenario, together, alone[1]!, { reason, partner: k => (k < first ? undefined : k - first) }),
  ])
}

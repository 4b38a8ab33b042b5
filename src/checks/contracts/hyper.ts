import type { Interval } from '../../language/rule.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { hyperOf, withHyper } from '../conditions.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { isFree } from './free-rule.ts'
import { opened, playedOut, type Steps } from './player.ts'
import { same } from './same.ts'
import { plainly, runs } from './vary.ts'

/** Hyper-parameters that can be asked about: known to both, and not held by the user. */
const askable = ({ offer, rule, held }: Context): string[] =>
  offer.hyper.filter(name => Object.hasOwn(rule.hyper, name) && !Object.hasOwn(held, name))

function without(scenario: Scenario, name: string): Scenario {
  const groups = scenario.groups.map(group => {
    const { [name]: _, ...hyper } = group.hyper
    return { ...group, hyper }
  })
  return { ...scenario, groups }
}

/** What a run gives; undefined where these hyper-parameters are refused. */
const triedOut = (scenario: Scenario, { subject }: Context): Promise<Steps | undefined> =>
  playedOut(subject, scenario).catch(() => undefined)

/** As the defaults are, and with every term switched on that a default leaves out: a default shows where it is used. */
function bases(scenario: Scenario): HyperValues[] {
  const usual = hyperOf(scenario)
  const rich = Object.entries(usual).map(([name, value]) => [name, value === 0 ? 0.1 : value])
  return [usual, Object.fromEntries(rich)]
}

/** The same number, by the constructor or by its caller, makes the same bits. */
export const defaultsAreUsed: Check = {
  name: 'defaults are used as they are',
  group: 'contract',
  claim: 'a hyper-parameter that is left out has the default that it is said to have',
  unless: ({ offer }) => (offer.features.includes('defaults') ? undefined : 'the subject has no defaults of its own'),
  shape: () => ({ ...plainly(), vary: [] }),
  play: async (scenario, context) => {
    const judgements: Judgement[] = []
    for (const name of askable(context)) {
      for (const base of bases(scenario)) {
        const full = withHyper(scenario, { ...base, [name]: hyperOf(scenario)[name]! })
        const [given, left] = [await triedOut(full, context), await triedOut(without(full, name), context)]
        // One that must be given has no default, and not every combination is legal.
        if (!given || !left) continue
        const reason = `the own default of ${name} is not ${context.rule.hyper[name]!.text}`
        judgements.push(same(scenario, left, given, { reason }))
      }
    }
    if (judgements.length === 0) return { observed: 0, proving: 0, notShown: 'no hyper-parameter has a default' }
    return total(judgements)
  },
  runs,
}

/** Switches that choose how a step is computed and not what it gives; torch.optim's, by their documentation. */
const withoutEffect = ['foreach', 'fused', 'capturable', 'differentiable']

const other = (value: number | boolean): number | boolean =>
  typeof value === 'boolean' ? !value : value === 0 ? 0.1 : value / 2

/** The same claim as the relation of that name, for subjects without a formula that would know which run can tell. */
export const hyperHasEffect: Check = {
  name: 'every hyper-parameter has an effect',
  group: 'contract',
  claim: 'changing any one hyper-parameter changes the steps, in one of two settings',
  concerns: isFree,
  unless: context => (askable(context).length > 0 ? undefined : 'the subject tells no hyper-parameters'),
  shape: () => ({ palettes: ['mixed'], steps: [8, 12], vary: [] }),
  play: async (scenario, context) => {
    const ignored: string[] = []
    let asked = 0
    for (const name of askable(context).filter(each => !withoutEffect.includes(each))) {
      const differ: boolean[] = []
      for (const base of bases(scenario)) {
        const [a, b] = [base, { ...base, [name]: other(base[name]!) }].map(hyper => withHyper(scenario, hyper))
        const [first, second] = [await triedOut(a!, context), await triedOut(b!, context)]
        if (first && second) differ.push(failed(same(scenario, second, first, { reason: '' })))
      }
      if (differ.length > 0) asked += 1
      if (differ.length > 0 && !differ.includes(true)) ignored.push(name)
    }
    const reason = `no effect of ${ignored.join(', ')}: the steps are equal to the bit (an option that it does not have can be held: --hyper ${ignored[0]}=...)`
    return { observed: asked, proving: asked, ...(ignored.length > 0 && { reason }) }
  },
  runs: { quick: 1, full: 3 },
}

/** Negation is exact and rounding to nearest is symmetric, so that both runs have the same bits. */
export const maximizes: Check = {
  name: 'maximize',
  group: 'contract',
  claim: 'maximizing f is minimizing -f',
  concerns: rule => isFree(rule) && typeof rule.hyper.maximize?.default === 'boolean',
  shape: plainly,
  play: async (scenario, { subject }) => {
    const negative = (scenario.gradients as string[][]).map(step => step.map(negated))
    const maximizing = await playedOut(subject, withHyper(scenario, { maximize: true }))
    const minimizing = await playedOut(subject, {
      ...withHyper(scenario, { maximize: false }),
      gradients: negative.map(step => step.map(bits => bits(scenario.format === 'float32' ? 8 : 16))),
    })
    return same(scenario, maximizing, minimizing, { reason: 'maximizing f is not minimizing -f' })
  },
  runs,
}

/** The bits of an array with each sign turned. */
const negated =
  (bits: string) =>
  (digits: number): string =>
    (bits.match(new RegExp(`.{${digits}}`, 'g')) ?? [])
      .map(each => (Number.parseInt(each[0]!, 16) ^ 8).toString(16) + each.slice(1))
      .join('')

/** Values just outside of a domain. */
const outside = ({ low, high, lowClosed, highClosed }: Interval): number[] =>
  [lowClosed ? low - 1 : low, highClosed ? high + 1 : high].filter(Number.isFinite)

/** A slip of the keyboard is found when it is made. Where it is not, that is said, and nothing fails. */
export const domainsAreKept: Check = {
  name: 'hyper-parameters outside their domain',
  group: 'contract',
  claim: 'a value outside its domain is refused',
  concerns: rule => Object.values(rule.hyper).some(({ domain }) => domain !== undefined),
  unless: context => (askable(context).length > 0 ? undefined : 'every hyper-parameter is held'),
  shape: () => ({ palettes: ['unit'], steps: [1, 1], vary: [] }),
  play: async (scenario, context) => {
    await opened(context.subject, scenario, player => player.step(1))
    let asked = 0
    const taken: string[] = []
    for (const name of askable(context)) {
      const { domain } = context.rule.hyper[name]!
      for (const value of domain ? outside(domain) : []) {
        asked += 1
        if (await triedOut(withHyper(scenario, { [name]: value }), context)) taken.push(`${name} = ${value}`)
      }
    }
    return {
      observed: asked,
      proving: asked,
      ...(taken.length > 0 && { note: `not every one is refused, ${taken[0]} for one` }),
    }
  },
  runs: { quick: 1, full: 1 },
}

import { arrayToBits } from '../../numbers/bits.ts'
import * as dd from '../../numbers/double-double.ts'
import { formats } from '../../numbers/formats.ts'
import { drive } from '../../subject/driver.ts'
import type { Scenario, Trace } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import { changeable } from '../changeable.ts'
import type { Check, Context } from '../check.ts'
import { allHyper, allowance, hyperOf, withHyper } from '../conditions.ts'
import { limitsOf } from '../follow.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { isFree, rateOf } from './free-rule.ts'
import { parting } from './rate.ts'
import { same } from './same.ts'
import { changed } from './vary.ts'

/** The step before which each is changed on the way, and how long the run is. */
const at = 3
const steps = 12

/** What may be changed, the rate excepted, which has a contract of its own. */
const askable = (context: Context): string[] => changeable(context).filter(name => name !== rateOf(context.rule))

/**
 * A step that differs for certain, whatever the order of evaluation: two runs whose allowed intervals do not meet. A
 * subject that did not notice the change gives one and the same number in both.
 */
export const whatIsSetIsUsed: Check = {
  name: 'what is set on the way is used',
  group: 'contract',
  claim:
    'a hyper-parameter that is set before a step has an effect as soon as its formula makes one that no rounding hides; without a formula, an effect of whatever size',
  unless: context => {
    if (!context.offer.features.includes('set')) return 'the subject cannot change a hyper-parameter on the way'
    return askable(context).length > 0 ? undefined : 'the subject can change nothing but its rate'
  },
  shape: () => ({ palettes: ['mixed'], vary: [] }),
  adapt: telling,
  play: async (scenario, context) => {
    const judgements: Judgement[] = []
    const base = await drive(context.subject, scenario)
    for (const name of askable(context)) {
      const hyper = changed(hyperOf(scenario), context, [name])
      if (hyper[name] === hyperOf(scenario)[name]) continue
      const judgement = await noticed(scenario, base, { [name]: hyper[name]! }, context)
      judgements.push(judgement)
      if (failed(judgement)) break
    }
    if (judgements.length > 0) return total(judgements)
    return { observed: 0, proving: 0, notShown: 'no hyper-parameter can be changed from where it is' }
  },
  runs: { quick: 1, full: 2 },
}

/** Gradients over nine decades that come in no pattern, from starts that decay moves, with every term switched on. */
function telling(scenario: Scenario, context: Context): Scenario {
  const { format } = scenario
  const { round } = formats[format]
  const gradient = (step: number): number[] =>
    Array.from({ length: 4 }, (_, i) => round((1 + ((step * step * 7 + 3 * i) % 11) / 10) * 10 ** (-3 * i)))
  const usual = allHyper(context.rule, scenario)
  const off = Object.keys(usual).filter(name => usual[name] === 0)
  const hyper = isFree(context.rule) ? usual : changed(usual, context, off)
  return {
    ...scenario,
    name: 'set',
    groups: [{ hyper, params: [{ name: 'a', value: arrayToBits([1, -1, 0.5, 2].map(round), format) }] }],
    steps,
    gradients: Array.from({ length: steps }, (_, s) => [arrayToBits(gradient(s + 1), format)]),
  }
}

async function noticed(scenario: Scenario, base: Trace, hyper: HyperValues, context: Context): Promise<Judgement> {
  const [name] = Object.keys(hyper)
  const trace = await drive(context.subject, { ...scenario, changes: [{ step: at, group: 0, hyper }] })
  const before = same(scenario, trace.steps.slice(0, at - 1), base.steps, {
    reason: `${name}, set before step ${at}, changes the steps before it`,
  })
  if (failed(before)) return before
  const due = isFree(context.rule) ? await dueWithout(scenario, base, hyper, context) : dueBy(base, trace, context)
  if (due === undefined) return { observed: 0, proving: 0, notShown: 'no change has an effect that is certain' }
  const found = parting(scenario, trace.steps, base.steps)
  const late = found > scenario.steps ? 'has no effect' : `takes effect in step ${found}, not by step ${due}`
  const shown = { observed: 1, proving: 1 }
  return found <= due ? shown : { ...shown, reason: `${name}, set before step ${at}, ${late}` }
}

/** The first step after which the formula leaves the two runs no number in common; undefined where it always does. */
function dueBy(base: Trace, trace: Trace, { rule, arithmetic }: Context): number | undefined {
  const [one, other] = [limitsOf(rule, arithmetic, base), limitsOf(rule, arithmetic, trace)]
  const apart = (step: number, i: number): boolean => {
    const [a, b] = [one(step, 0, i)!, other(step, 0, i)!]
    return Math.abs(dd.sub(a.value, b.value).hi) > allowance * (a.error + b.error)
  }
  for (let step = at; step <= steps; step++) for (let i = 0; i < 4; i++) if (apart(step, i)) return step
  return undefined
}

/** Without a formula: the last step, if a run that has the value from the start differs there from one that never has it. */
async function dueWithout(
  scenario: Scenario,
  base: Trace,
  hyper: HyperValues,
  { subject }: Context,
): Promise<number | undefined> {
  const { steps: constructed } = await drive(subject, withHyper(scenario, hyper))
  const last = same(scenario, constructed.slice(-1), base.steps.slice(-1), { reason: '' })
  return failed(last) ? scenario.steps : undefined
}

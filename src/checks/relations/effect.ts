import { isLegal } from '../../derive/hyper.ts'
import { contains } from '../../language/domain.ts'
import type { Rule } from '../../language/rule.ts'
import { arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Scenario, Trace } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { defaultsOf, hyperOf, inRule, withHyper } from '../conditions.ts'
import { replayOf } from '../follow.ts'

/** Values at which every term of a rule takes part that the subject has: those that are switched off by default are switched on. */
const rich = (rule: Rule, taken: readonly string[]): HyperValues =>
  Object.fromEntries(
    Object.values(rule.hyper).map(({ name, default: usual, domain }) => [
      name,
      usual === 0 && taken.includes(name) && domain && contains(domain, 0.5) ? 0.5 : usual,
    ]),
  )

/** Pairs of runs that differ in one hyper-parameter alone, from values at which it may matter; only legal ones. */
function pairsFor(name: string, { rule, held, offer }: Context): [HyperValues, HyperValues][] {
  const { default: usual } = rule.hyper[name]!
  const other = (values: HyperValues): HyperValues => ({
    ...values,
    [name]: typeof usual === 'boolean' ? !values[name] : Number(values[name]) / 2,
  })
  const plainly = { ...defaultsOf(rule), ...(usual === 0 && { [name]: 0.5 }) }
  const withMomentum = offer.hyper.includes('momentum') ? inRule(rule, { momentum: 0.9 }) : {}
  const bases = [rich(rule, offer.hyper), { ...plainly, ...withMomentum }, plainly]
  return bases
    .map((base): HyperValues => ({ ...base, ...held }))
    .map((base): [HyperValues, HyperValues] => [base, other(base)])
    .filter(pair => pair.every(values => isLegal(rule, values)))
}

const askable = (context: Context): { name: string; pairs: [HyperValues, HyperValues][] }[] =>
  context.offer.hyper
    .filter(name => name in context.rule.hyper && !(name in context.held))
    .map(name => ({ name, pairs: pairsFor(name, context) }))
    .filter(({ pairs }) => pairs.length > 0)

/** A hyper-parameter that is accepted and then ignored is a common fault; one of a few runs must show each. */
export const effective: Check = {
  name: 'every hyper-parameter has an effect',
  group: 'relation',
  claim: 'changing any one hyper-parameter changes the trace',
  unless: context => (askable(context).length > 0 ? undefined : 'every hyper-parameter is held'),
  shape: () => ({ palettes: ['mixed'], steps: [12, 12] }),
  adapt: effectScenario,
  partners: (scenario, context) =>
    askable(context).flatMap(({ pairs }) => pairs.flat().map(hyper => withHyper(scenario, hyper))),
  judge: ([, ...traces], context) => {
    let taken = 0
    const seen: { name: string; ignored: boolean }[] = []
    for (const { name, pairs } of askable(context)) {
      const own = pairs.map((_, k): [Trace, Trace] => [traces[taken + 2 * k]!, traces[taken + 2 * k + 1]!])
      taken += 2 * pairs.length
      const telling = own.filter(([a, b]) => formulaTells(a, b, context))
      if (telling.length > 0) seen.push({ name, ignored: telling.every(([a, b]) => sameTraces(a, b)) })
    }
    const ignored = seen.filter(each => each.ignored).map(({ name }) => name)
    const reason = `no effect of ${ignored.join(', ')}: the traces are equal to the bit (an option that it does not have can be held: --hyper ${ignored[0]}=...)`
    return { observed: seen.length, proving: seen.length, ...(ignored.length > 0 && { reason }) }
  },
  runs: { quick: 1, full: 3 },
}

/** Gradients over a dozen decades, large ones first so that averages fall, from a start that decay moves; the same whatever was drawn. */
function effectScenario(scenario: Scenario): Scenario {
  const { format } = scenario
  const { round } = formats[format]
  const stream = (step: number): number[] =>
    Array.from({ length: 4 }, (_, i) =>
      round((i % 2 === 0 ? 1 : -1) * (1 + step / 8) * 10 ** (-1 - 3 * i - (step % 3) - (step > 4 ? 2 : 0))),
    )
  return {
    ...scenario,
    name: 'effect',
    groups: [
      { hyper: hyperOf(scenario), params: [{ name: 'a', value: arrayToBits([1, -1, 0.5, 0].map(round), format) }] },
    ],
    steps: 12,
    gradients: Array.from({ length: 12 }, (_, s) => [arrayToBits(stream(s + 1), format)]),
  }
}

/** Whether the formula itself tells two runs apart; a rule that takes signs may not. */
function formulaTells(a: Trace, b: Trace, { rule, arithmetic }: Context): boolean {
  const [first, second] = [replayOf(rule, arithmetic, a), replayOf(rule, arithmetic, b)]
  return a.steps.some((step, s) =>
    step.x?.some((values, k) => values.some((_, i) => !Object.is(first(s + 1, k, i), second(s + 1, k, i)))),
  )
}

const sameTraces = (a: Trace, b: Trace): boolean =>
  a.steps.every((step, s) =>
    step.x?.every((values, k) => values.every((value, i) => Object.is(value, b.steps[s]?.x?.[k]?.[i]))),
  )

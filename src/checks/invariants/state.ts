import type { Rule } from '../../language/rule.ts'
import type { Trace } from '../../subject/scenario.ts'
import type { Check, Context } from '../check.ts'
import { familyOf } from '../conditions.ts'
import { eachMoment, type Wrong } from '../elements.ts'

/** Families, by what they accumulate. Which symbol of a family holds a sum or average of squares, and which a running maximum. */
const squares: Readonly<Record<string, readonly string[]>> = {
  adagrad: ['G'],
  rmsprop: ['v', 'G'],
  adadelta: ['v', 'u', 'G', 's'],
  adam: ['v', 'vmax'],
  adamw: ['v', 'vmax'],
}
export const accumulators: Readonly<Record<string, readonly string[]>> = { adagrad: ['G'] }
const maxima: Readonly<Record<string, readonly string[]>> = { adam: ['vmax'], adamw: ['vmax'] }

const runs = { quick: 20, full: 400 } as const

/** The names of the state variables that a table gives for this rule: the framework's own, and the rule's symbol. */
const stateNames = ({ rule }: { rule: Rule }, table: Readonly<Record<string, readonly string[]>>): string[] =>
  (table[familyOf(rule)] ?? []).flatMap(name => (rule.state[name] ? [...new Set([rule.state[name].as, name])] : []))

const noState = (context: Context, table: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const names = stateNames(context, table)
  return names.some(name => context.offer.state.includes(name)) ? undefined : notShown(names)
}

const notShown = (names: readonly string[]): string => `the subject does not show ${names.join(', ')}`

const stateCheck = (
  name: string,
  claim: string,
  table: Readonly<Record<string, readonly string[]>>,
  judge: (now: number, was: number | undefined) => Omit<Wrong, 'variable'> | true,
  hyper?: Record<string, boolean>,
): Check => ({
  name,
  group: 'invariant',
  claim,
  concerns: rule => stateNames({ rule }, table).length > 0,
  unless: context =>
    hyper && Object.keys(hyper).some(id => !context.offer.hyper.includes(id))
      ? `the subject has no ${Object.keys(hyper).join(', ')}`
      : noState(context, table),
  shape: () => ({ changes: true, absent: true, ...(hyper && { hyper }) }),
  judge: ([trace], context) => {
    const names = stateNames(context, table)
    const judgement = eachMoment(trace, ({ state, stateWas }) => {
      const seen = names.filter(id => state[id] !== undefined)
      if (seen.length === 0) return undefined
      for (const variable of seen) {
        const wrong = judge(state[variable]!, stateWas[variable])
        if (wrong !== true) return { variable, got: state[variable]!, ...wrong }
      }
      return true
    })
    // A subject may show its state under names of its own: then these variables are not checked, and that is said.
    return showsAny(trace, names) ? judgement : { ...judgement, notShown: notShown(names) }
  },
  runs,
})

const showsAny = (trace: Trace, names: readonly string[]): boolean =>
  trace.steps.some(({ state }) => state?.some(shown => names.some(name => shown[name] !== undefined)))

/** Rounding is monotone, so that a sum with something nonnegative never falls, in any arithmetic. */
const neverFalls = stateCheck(
  'accumulator never falls',
  "Adagrad's accumulator never falls",
  accumulators,
  (now, was) =>
    was === undefined || Number.isNaN(was) || now >= was ? true : { low: was, high: Number.POSITIVE_INFINITY },
)

const maximumNeverFalls = stateCheck(
  'maximum never falls',
  "AMSGrad's maximum never falls",
  maxima,
  (now, was) =>
    was === undefined || Number.isNaN(was) || now >= was ? true : { low: was, high: Number.POSITIVE_INFINITY },
  { amsgrad: true },
)

const nonnegative = stateCheck(
  'squares are nonnegative',
  'sums and averages of squares are zero or above',
  squares,
  now => (now >= 0 || Number.isNaN(now) ? true : { low: 0, high: Number.POSITIVE_INFINITY }),
)

export const stateInvariants: readonly Check[] = [neverFalls, maximumNeverFalls, nonnegative]

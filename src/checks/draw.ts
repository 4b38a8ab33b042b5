import type * as fc from 'fast-check'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import { followed } from './changeable.ts'
import type { Check, Context } from './check.ts'
import { isFree } from './contracts/free-rule.ts'
import { asMatrices } from './contracts/shapes.ts'
import { patient, scenarios } from './scenarios.ts'

/** Why a claim cannot be asked: it is about a value of a hyper-parameter, and the user holds another. */
export function heldAgainst(check: Check, context: Context): string | undefined {
  const { held } = context
  const wanted = Object.entries(check.shape?.(context).hyper ?? {})
  const clash = wanted.find(([name, value]) => Object.hasOwn(held, name) && held[name] !== value)
  return clash && `the claim is about ${clash[0]} = ${clash[1]}, which is held at ${held[clash[0]]}`
}

/** Why no scenario could be drawn. */
export const whyNone = ({ except }: Context): string =>
  except.length > 0
    ? 'every scenario of this claim is left to a known deviation'
    : 'no scenario satisfies its conditions with these hyper-parameters'

/** The scenarios of a check: within its shape, with the user's hyper-parameters held, and satisfying its conditions. */
export function drawn(check: Check, context: Context): fc.Arbitrary<Scenario> {
  const shape = check.shape?.(context) ?? {}
  const all = scenarios(context.rule, context.formats, {
    // Without a rule no domain is known: what varies, the claims vary themselves.
    vary: isFree(context.rule) ? [] : context.offer.hyper,
    ...shape,
    hyper: { ...shape.hyper, ...context.held },
    changing: followed(context).filter(name => !Object.hasOwn(shape.hyper ?? {}, name)),
    absent: (shape.absent ?? false) && context.offer.features.includes('absent'),
  })
  return all
    .map(scenario => offered(check.adapt?.(scenario, context) ?? scenario, context))
    .map(scenario => (context.matrices ? asMatrices(scenario) : scenario))
    .filter(patient(scenario => suits(check, context, scenario)))
}

/** Whether a claim is about a scenario, and a deviation on record is not. */
export const suits = (check: Check, context: Context, scenario: Scenario): boolean =>
  (check.accepts?.(scenario, context) ?? true) && !excepted(scenario, context)

/** Hyper-parameters that the subject does not take are left out: it has them at its own default. */
function offered(scenario: Scenario, { offer }: Context): Scenario {
  const known = (hyper: HyperValues): HyperValues =>
    Object.fromEntries(Object.entries(hyper).filter(([name]) => offer.hyper.includes(name)))
  return { ...scenario, groups: scenario.groups.map(group => ({ ...group, hyper: known(group.hyper) })) }
}

const excepted = ({ groups }: Scenario, { except }: Context): boolean =>
  except.some(values =>
    groups.some(({ hyper }) => Object.entries(values).every(([name, value]) => hyper[name] === value)),
  )

/** Runs longer than this are judged at full depth only, or to the bit, which is quick. */
const longRun = 100

/** The recorded scenarios that satisfy a claim's conditions; at the default depth, as many as it would draw, spread evenly. */
export function chosen(check: Check, context: Context, recorded: readonly Scenario[]): Scenario[] {
  const own = recorded.filter(({ format }) => context.formats.includes(format))
  if (check.group === 'golden') return own
  const fitting = own.filter(scenario => suits(check, context, scenario))
  if (context.depth === 'full') return fitting
  const short = fitting.filter(({ steps }) => steps <= longRun)
  const stride = Math.max(1, short.length / check.runs.quick)
  return Array.from({ length: Math.min(short.length, check.runs.quick) }, (_, k) => short[Math.floor(k * stride)]!)
}

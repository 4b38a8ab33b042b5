import type { Rule } from '../language/rule.ts'
import { childrenOf, type Node, namesIn } from '../language/walk.ts'
import { remember } from '../numbers/remember.ts'
import type { Context } from './check.ts'
import { isFree, rates } from './contracts/free-rule.ts'

/** The bases of powers of t, such as `beta1` in `1 - beta1^t`. */
const powersOfTime = (node: Node): string[] => [
  ...(node.op === 'pow' && namesIn(node.b).includes('t') ? namesIn(node.a) : []),
  ...childrenOf(node).flatMap(([, child]) => powersOfTime(child)),
]

/** Which names stand in the steps of a rule, and which of these in powers of t. */
interface Standing {
  readonly used: ReadonlySet<string>
  readonly powers: ReadonlySet<string>
}

const known = new WeakMap<Rule, Standing>()
const standing = (rule: Rule): Standing =>
  remember(known, rule, () => ({
    used: new Set(rule.step.flatMap(({ value }) => namesIn(value))),
    powers: new Set(rule.step.flatMap(({ value }) => powersOfTime(value))),
  }))

/** Without a formula: names, in the papers and frameworks, of numbers that stand in every step. */
const steady: readonly string[] = [
  ...rates,
  ...['beta1', 'beta2', 'momentum', 'gamma', 'rho', 'alpha', 'dampening'],
  ...['eps', 'epsilon', 'weight_decay', 'weightDecay'],
]

/**
 * The numbers that can be changed on the way: the subject can set them, nobody holds them, and they stand in each step.
 * Switches are left out, since they decide which state there is.
 */
export function changeable({ rule, offer, held }: Context): string[] {
  if (!offer.features.includes('set')) return []
  const stands = (name: string): boolean => (isFree(rule) ? steady.includes(name) : standing(rule).used.has(name))
  return (offer.settable ?? offer.hyper).filter(
    name =>
      offer.hyper.includes(name) &&
      typeof rule.hyper[name]?.default === 'number' &&
      !Object.hasOwn(held, name) &&
      stands(name),
  )
}

/**
 * Those after whose change the formula leaves nothing open. A beta that changes does: `beta^t` and the product of the betas
 * so far are both right readings of a bias correction that was written for a constant.
 */
export const followed = (context: Context): string[] =>
  changeable(context).filter(name => !standing(context.rule).powers.has(name))

import type { Mutant } from '../derive/mutants/index.ts'
import type { Rule } from '../language/rule.ts'

/** Mutants that give what the rule gives, and why: an argument from the formula, not from what was tried. */
interface Equivalence {
  readonly why: string
  matches(mutant: Mutant, rule: Rule): boolean
}

const absolute = /abs\((\w+)\)/

/** Families whose state of these names holds squares. */
const adaptive = /^(adagrad|rmsprop|adadelta|adamw?)$/

/** The two ways of writing an interpolation, alone or either in place of the other, chosen by whatever number. */
const interpolation = String.raw`(m \+ w \* \(d - m\)|d - \(d - m\) \* \(1 - w\))`
const interpolated = new RegExp(String.raw`^m = (w <=? [\d.]+ \? )?${interpolation}( : ${interpolation})?$`)

/** What the argument of a root or of a square is, and sums and averages of squares: never negative. */
const nonnegative = /^(v|G|u|s|vmax|vhat|std|denom)$/

/** An option that is guarded although its formula gives the same without the guard; what is asked in its place is always so. */
interface Guard {
  readonly rules: RegExp
  /** The statement without its guard, and with any other question in front of it. */
  readonly without: string
  readonly otherwise: string
  /** Names that may be asked although they can be zero: nothing moves then by either branch. */
  readonly still?: string
  readonly why: string
}

const guards: readonly Guard[] = [
  {
    rules: /^(sgd|momentum|nesterov|adagrad|rmsprop|adadelta|adam)\/pytorch$/,
    without: 'd = signed + weight_decay * x',
    otherwise: 'd = ? signed + weight_decay * x : signed',
    why: 'without weight decay, weight_decay * x adds a zero',
  },
  {
    rules: /^adadelta\/(pytorch|optax)$/,
    without: '',
    otherwise: 'd = ? signed + weight_decay * x : signed',
    still: 'eps',
    why: 'without weight decay, weight_decay * x adds a zero; without epsilon the first step is zero, and with it all others',
  },
  {
    rules: /^(adadelta|adam)\/optax$/,
    without: 'd = g + weight_decay * x',
    otherwise: 'd = ? g + weight_decay * x : g',
    why: 'without weight decay, weight_decay * x adds a zero',
  },
  {
    rules: /^rmsprop\/pytorch$/,
    without: 'x = x - lr * b',
    otherwise: 'x = ? x - lr * b : x - lr * d / denom',
    still: 'lr',
    why: 'without momentum, b is d / denom',
  },
  {
    rules: /^rmsprop\/keras$/,
    without: 'x = x - b',
    otherwise: 'x = ? x - b : x - lr * g / denom',
    why: 'without momentum, b is lr * g / denom',
  },
  {
    rules: /^rmsprop\/optax$/,
    without: 'x = nesterov ? x + (u + momentum * b) : x + b',
    otherwise: 'x = ? (nesterov ? x + (u + momentum * b) : x + b) : x + u',
    why: 'without momentum, b is u and u + momentum * b too',
  },
  {
    rules: /^rmsprop\/optax$/,
    without: 'x = momentum > 0 ? (nesterov ? x + (u + momentum * b) : x + b) : x + b',
    otherwise: 'x = ? (nesterov ? x + (u + momentum * b) : x + b) : x + b',
    why: 'without momentum, b is u',
  },
  {
    rules: /^sgd\/optax$/,
    without: 'u = nesterov ? g + momentum * m : m',
    otherwise: 'u = ? (nesterov ? g + momentum * m : m) : g',
    still: 'lr',
    why: 'without momentum, m is g and g + momentum * m too',
  },
  {
    rules: /^sgd\/optax$/,
    without: 'u = momentum != 0 ? (nesterov ? g + momentum * m : m) : m',
    otherwise: 'u = ? (nesterov ? g + momentum * m : m) : m',
    why: 'without momentum, m is g',
  },
  {
    rules: /^sgd\/keras$/,
    without: 'x = nesterov ? x + (momentum * v - lr * g) : x + v',
    otherwise: 'x = ? (nesterov ? x + (momentum * v - lr * g) : x + v) : x - lr * g',
    why: 'without momentum, v is -lr * g and momentum * v - lr * g too',
  },
]

/** Whether a mutant is a rule without one of its guards, or with one that is always passed where it matters. */
function passes({ now }: Mutant, rule: Rule, { rules, without, otherwise, still }: Guard): boolean {
  if (!rules.test(rule.id)) return false
  const [, target, asked, tie] = /^(\w+ = )(\w+) (!=|>|>=) 0 (?=\?)/.exec(now) ?? []
  if (now === without) return true
  if (target === undefined || now !== otherwise.replace(target, `${target}${asked} ${tie} 0 `)) return false
  return tie === '>=' || asked === still || neverZero(asked!, rule)
}

/** Names that are never zero under a rule: the step count, and hyper-parameters whose domain leaves zero out. */
function neverZero(name: string, { hyper }: Rule): boolean {
  const domain = hyper[name]?.domain
  return name === 't' || (domain !== undefined && domain.low === 0 && !domain.lowClosed)
}

const equivalences: readonly Equivalence[] = [
  {
    why: 'what the sign is taken from is never negative: it starts at zero or above and adds squares, or is a root plus epsilon',
    matches: ({ kind, now, says }, { family }) =>
      kind === 'power' &&
      adaptive.test(family) &&
      !(family === 'rmsprop' && now.includes('abs(u)')) &&
      says.endsWith('is lost') &&
      nonnegative.test(absolute.exec(now)?.[1] ?? ''),
  },
  {
    why: 'the sign is lost in the square anyway',
    matches: ({ now, says }) => says.endsWith('is lost') && /abs\(\w+\)\^2/.test(now),
  },
  {
    why: 'the first step overwrites the buffer before anything reads it',
    matches: ({ kind, now }, { step }) =>
      kind === 'start' &&
      step.some(
        ({ target, value }) => value.op === 'cond' && value.test.op === 'first' && now.startsWith(`${target} `),
      ),
  },
  {
    why: 'the buffer starts at zero, so that momentum * b + d is d in the first step',
    matches: ({ now }, { id }) => id === 'nesterov/pytorch' && now === 'b = momentum * b + d',
  },
  {
    why: 'both branches are the same average, m + w (d - m), rounded in another order; the bound allows either',
    matches: ({ now }) => interpolated.test(now),
  },
  {
    why: 'a rounding of a scalar: its relative error of one unit roundoff is within what the bound allows where it is used',
    matches: ({ kind }) => kind === 'format',
  },
  {
    why: 'm is only ever squared, so that its sign does not matter to x; it differs in the state',
    matches: ({ now, kind }, { family }) => family === 'rmsprop' && kind === 'operator' && /^m = \w+ \* m - /.test(now),
  },
  ...guards.map(guard => ({
    why: `${guard.why}; a question in place of the guard is always answered with yes, or nothing moves`,
    matches: (mutant: Mutant, rule: Rule) => passes(mutant, rule, guard),
  })),
]

/** Why a mutant cannot be told from its rule by any input; undefined where no argument is known. */
export const whyEquivalent = (mutant: Mutant, rule: Rule): string | undefined =>
  equivalences.find(each => each.matches(mutant, rule))?.why

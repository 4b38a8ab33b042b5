import type { Mutant } from '../derive/mutants/index.ts'
import type { Rule } from '../language/rule.ts'

/** Mutants that give what the rule gives, and why: an argument from the formula, not from what was tried. */
interface Equivalence {
  readonly why: string
  matches(mutant: Mutant, rule: Rule): boolean
}

const absolute = /abs\((\w+)\)/

/** What the argument of a root or of a square is, and sums and averages of squares: never negative. */
const nonnegative = /^(v|G|u|s|vmax|vhat|std|denom)$/

/**
 * An option that is guarded although its formula gives the same without the guard. The guard may then be always true, or
 * ask for something that is always so.
 */
const guarded: readonly { now: RegExp; why: string; guard: string }[] = [
  {
    guard: 'weight_decay',
    now: /^d = (?:signed|g) \+ weight_decay \* x$|^d = (\w+) != 0 \? (?:signed|g) \+ weight_decay \* x : (?:signed|g)$/,
    why: 'without weight decay, weight_decay * x adds a zero; what is asked instead is always so',
  },
  {
    guard: 'momentum',
    now: /^x = x - (?:lr \* )?b$|^x = (\w+) >=? 0 \? x - (?:lr \* )?b : x - lr \* [dg] \/ denom$/,
    why: 'without momentum b is the step itself; what is asked instead is always so, or nothing moves',
  },
  {
    guard: 'momentum',
    now: /^x = nesterov \? x \+ \(u \+ momentum \* b\) : x \+ b$|^x = (\w+) >=? 0 \? \(nesterov \? x \+ \(u \+ momentum \* b\) : x \+ b\) : x \+ [ub]$/,
    why: 'without momentum b is the step u itself; what is asked instead is always so, or nothing moves',
  },
  {
    guard: 'momentum',
    now: /^u = nesterov \? g \+ momentum \* m : m$|^u = (\w+) != 0 \? \(nesterov \? g \+ momentum \* m : m\) : [gm]$/,
    why: 'without momentum m is the gradient itself; what is asked instead is always so, or nothing moves',
  },
  {
    guard: 'momentum',
    now: /^x = nesterov \? x \+ \(momentum \* v - lr \* g\) : x \+ v$|^x = (\w+) != 0 \? \(nesterov \? x \+ \(momentum \* v - lr \* g\) : x \+ v\) : x - lr \* g$/,
    why: 'without momentum v is the step itself; what is asked instead is always so, or nothing moves',
  },
]

/** Names that are never zero under a rule: the step count, and hyper-parameters whose domain leaves zero out. */
function neverZero(name: string, { hyper }: Rule): boolean {
  const domain = hyper[name]?.domain
  return name === 't' || (domain !== undefined && domain.low === 0 && !domain.lowClosed)
}

const equivalences: readonly Equivalence[] = [
  {
    why: 'what the sign is taken from is never negative: it starts at zero or above and adds squares, or is a root plus epsilon',
    matches: ({ kind, now, says }) =>
      kind === 'power' && says.endsWith('is lost') && nonnegative.test(absolute.exec(now)?.[1] ?? ''),
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
    matches: ({ now }) => now === 'b = momentum * b + d',
  },
  {
    why: 'both branches are the same average, m + w (d - m), rounded in another order; the bound allows either',
    matches: ({ now, where }) =>
      where === 'm' && /\bw\b.*\(d - m\)|d - \(d - m\) \* \(1 - w\)/.test(now) && !/\bb\b|abs|\^/.test(now),
  },
  {
    why: 'a rounding of a scalar: its relative error of one unit roundoff is within what the bound allows where it is used',
    matches: ({ kind }) => kind === 'format',
  },
  {
    why: 'm is only ever squared, so that its sign does not matter to x; it differs in the state',
    matches: ({ now, kind }, { family }) => family === 'rmsprop' && kind === 'operator' && /^m = \w+ \* m - /.test(now),
  },
  ...guarded.map(
    ({ now, why, guard }): Equivalence => ({
      why,
      matches: (mutant, rule) => {
        const found = now.exec(mutant.now)
        if (!found) return false
        const asked = found[1]
        return asked === undefined || asked === guard || asked === 'lr' || neverZero(asked, rule)
      },
    }),
  ),
]

/** Why a mutant cannot be told from its rule by any input; undefined where no argument is known. */
export const whyEquivalent = (mutant: Mutant, rule: Rule): string | undefined =>
  equivalences.find(each => each.matches(mutant, rule))?.why

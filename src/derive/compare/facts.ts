import { print } from '../../language/print.ts'
import type { Hyper, Rule, State } from '../../language/rule.ts'
import type { Expr, Test } from '../../language/tree.ts'
import type { Alignment } from './align.ts'
import { termsOf } from './terms.ts'
import type { Names } from './vocabulary.ts'

/** Something beside the statements in which two rules differ; a side that lacks it says nothing. */
export interface Fact {
  readonly kind: 'default' | 'domain' | 'hyper-parameter' | 'state' | 'gradient' | 'clock' | 'condition'
  /** What it is about, by the names of both. */
  readonly what: string
  readonly a?: string
  readonly b?: string
  /** Whether the formula itself is another: not so for defaults and for what is allowed. */
  readonly formula: boolean
}

/** A name in both rules. */
export const bothNames = (a: string, b: string): string => (a === b ? a : `${a} / ${b}`)

/** Everything beside the statements in which two rules differ; `hyper` as for the alignment. */
export function factsOf(a: Rule, b: Rule, hyper: Names, { state, called }: Alignment): Fact[] {
  const keys = (node: Expr | Test | undefined, name?: (id: string) => string): string =>
    node
      ? termsOf(node, name)
          .map(({ key }) => key)
          .join(' ')
      : ''
  const unlike = (left: Expr | Test | undefined, right: Expr | Test | undefined): boolean =>
    keys(left) !== keys(right, called)
  return [
    ...hyperFacts(a, b, hyper),
    ...stateFacts(a, b, state, unlike),
    ...(unlike(a.at, b.at)
      ? [{ kind: 'gradient' as const, what: 'gradient taken at', a: print(a.at), b: print(b.at), formula: true }]
      : []),
    ...(a.clock !== b.clock
      ? [{ kind: 'clock' as const, what: 't counts', a: clocks[a.clock], b: clocks[b.clock], formula: true }]
      : []),
    ...conditionFacts(a, b, unlike),
  ]
}

const clocks: Readonly<Record<Rule['clock'], string>> = {
  parameter: 'updates of the parameter',
  optimizer: 'steps of the optimizer',
}

const rangeOf = ({ domain, default: usual }: Hyper): string =>
  domain?.text ?? (typeof usual === 'boolean' ? 'true or false' : 'any number')

function hyperFacts(a: Rule, b: Rule, names: Names): Fact[] {
  const paired = new Set(names.values())
  const both = Object.values(a.hyper).flatMap((mine): Fact[] => {
    const theirs = b.hyper[names.get(mine.name) ?? '']
    if (!theirs) return [{ kind: 'hyper-parameter', what: mine.name, a: mine.text, formula: false }]
    const what = bothNames(mine.name, theirs.name)
    return [
      ...(mine.default !== theirs.default
        ? [{ kind: 'default' as const, what, a: mine.text, b: theirs.text, formula: false }]
        : []),
      ...(rangeOf(mine) !== rangeOf(theirs)
        ? [{ kind: 'domain' as const, what, a: rangeOf(mine), b: rangeOf(theirs), formula: false }]
        : []),
    ]
  })
  const only = Object.values(b.hyper).filter(({ name }) => !paired.has(name))
  return [
    ...both,
    ...only.map(({ name, text }): Fact => ({ kind: 'hyper-parameter', what: name, b: text, formula: false })),
  ]
}

const startOf = ({ init, when }: State): string =>
  `starts at ${print(init)}${when ? `, exists when ${print(when)}` : ''}`

function stateFacts(
  a: Rule,
  b: Rule,
  names: Names,
  unlike: (left: Expr | Test | undefined, right: Expr | Test | undefined) => boolean,
): Fact[] {
  const paired = new Set(names.values())
  const both = Object.values(a.state).flatMap((mine): Fact[] => {
    const theirs = b.state[names.get(mine.name) ?? '']
    if (!theirs) return [{ kind: 'state', what: mine.name, a: startOf(mine), formula: true }]
    const same = !unlike(mine.init, theirs.init) && !unlike(mine.when, theirs.when)
    const what = bothNames(mine.name, theirs.name)
    return same ? [] : [{ kind: 'state', what, a: startOf(mine), b: startOf(theirs), formula: true }]
  })
  const only = Object.values(b.state).filter(({ name }) => !paired.has(name))
  return [
    ...both,
    ...only.map((theirs): Fact => ({ kind: 'state', what: theirs.name, b: startOf(theirs), formula: true })),
  ]
}

/** Conditions on combinations that only one of them has. */
function conditionFacts(
  a: Rule,
  b: Rule,
  unlike: (left: Expr | Test | undefined, right: Expr | Test | undefined) => boolean,
): Fact[] {
  const mine = a.require.filter(({ test }) => b.require.every(other => unlike(test, other.test)))
  const theirs = b.require.filter(({ test }) => a.require.every(other => unlike(other.test, test)))
  return [
    ...mine.map(({ text }): Fact => ({ kind: 'condition', what: 'legal only when', a: text, formula: false })),
    ...theirs.map(({ text }): Fact => ({ kind: 'condition', what: 'legal only when', b: text, formula: false })),
  ]
}

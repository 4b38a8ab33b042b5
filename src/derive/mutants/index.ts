import { print, printStatement } from '../../language/print.ts'
import { kindsOf, rebuild, rebuildStep } from '../../language/rebuild.ts'
import type { Rule } from '../../language/rule.ts'
import type { Kind, Statement } from '../../language/tree.ts'
import { withNeededState } from './needed-state.ts'
import { type NodeEdit, nodeEdits } from './node-edits.ts'
import { places } from './places.ts'
import { ruleEdits } from './rule-edits.ts'
import { stepEdits } from './step-edits.ts'

export type MutantKind = keyof typeof nodeEdits | keyof typeof stepEdits | keyof typeof ruleEdits

/** A rule that differs from another by a single edit. */
export interface Mutant {
  /** Its class of edits and what is written now: no two mutants of a rule share it. */
  readonly id: string
  readonly kind: MutantKind
  /** What is wrong, in a plain sentence without its full stop: "epsilon is added inside the square root". */
  readonly says: string
  /** Where it is: the target of a statement, or the field of the rule. */
  readonly where: string
  readonly was: string
  readonly now: string
  readonly rule: Rule
}

/**
 * Every variant of a rule that differs from it by one edit, derived from its tree: the classes are the tables of
 * node-edits.ts (one node of an expression), step-edits.ts (whole statements) and rule-edits.ts (all else). A variant that
 * two classes make is named by the first. Edits that the language refuses are no rules and are left out.
 */
export function mutantsOf(rule: Rule): Mutant[] {
  const seen = new Set([spelled(rule)])
  return [...ruleMutants(rule), ...stepMutants(rule), ...nodeMutants(rule)].filter(mutant => {
    const text = spelled(mutant.rule)
    if (seen.has(text)) return false
    seen.add(text)
    return true
  })
}

/** All of a rule that has a meaning, as text. */
function spelled({ step, at, clock, state, hyper }: Rule): string {
  const starts = Object.values(state).map(
    each => `${each.name} ${print(each.init)} ${each.when ? print(each.when) : ''}`,
  )
  const defaults = Object.values(hyper).map(each => `${each.name} ${each.default}`)
  return [...step.map(printStatement), print(at), clock, ...starts, ...defaults].join('\n')
}

const unclosed = (rule: Rule): Rule => ({ ...rule, closedForms: [] })

function* nodeMutants(rule: Rule): Generator<Mutant> {
  const kinds = kindsOf(rule)
  const names = new Map(kinds)
  for (const [at, statement] of rule.step.entries()) {
    for (const [kind, edit] of Object.entries(nodeEdits) as [MutantKind, NodeEdit][]) {
      for (const { node, put } of places(statement.value)) {
        for (const { node: other, says } of edit(node, { names })) {
          const step = rebuildStep(rule, rule.step.with(at, { ...statement, value: put(other) }))
          if (step) yield mutant(kind, says, statement, withNeededState(rule, { ...rule, step }), step[at]!)
        }
      }
    }
    if (statement.role === 'local') names.set(statement.target, statement.value.kind)
  }
  yield* pointMutants(rule, kinds)
}

function mutant(kind: MutantKind, says: string, statement: Statement, rule: Rule, now: Statement): Mutant {
  const text = printStatement(now)
  return {
    id: `${kind}: ${text}`,
    kind,
    says,
    where: statement.target,
    was: printStatement(statement),
    now: text,
    rule: unclosed(rule),
  }
}

/** Edits of the point where the gradient is taken. */
function* pointMutants(rule: Rule, kinds: Map<string, Kind>): Generator<Mutant> {
  if (rule.at.op === 'name') return
  const names = new Map([...kinds].filter(([id]) => id !== 'g'))
  for (const [kind, edit] of Object.entries(nodeEdits) as [MutantKind, NodeEdit][]) {
    for (const { node, put } of places(rule.at)) {
      for (const { node: other, says } of edit(node, { names })) {
        const at = rebuild(put(other), id => names.get(id))
        if (at?.kind !== 'tensor') continue
        const now = `at: ${print(at)}`
        yield {
          id: `${kind}: ${now}`,
          kind,
          says,
          where: 'at',
          was: `at: ${print(rule.at)}`,
          now,
          rule: unclosed({ ...rule, at }),
        }
      }
    }
  }
}

function* stepMutants(rule: Rule): Generator<Mutant> {
  for (const [kind, edit] of Object.entries(stepEdits) as [
    MutantKind,
    (rule: Rule) => readonly { step: readonly Statement[]; says: string }[],
  ][]) {
    for (const { step: edited, says } of edit(rule)) {
      const step = rebuildStep(rule, edited)
      if (!step) continue
      const [was, now] = [rule.step.map(printStatement), step.map(printStatement)]
      const changed = now.filter(line => !was.includes(line))
      const text = (changed.length > 0 ? changed : now).join('; ')
      yield {
        id: `${kind}: ${text}`,
        kind,
        says,
        where: changed[0]?.split(' ')[0] ?? 'step',
        was: was.filter(line => !now.includes(line)).join('; ') || was.join('; '),
        now: text,
        rule: unclosed(withNeededState(rule, { ...rule, step })),
      }
    }
  }
}

function* ruleMutants(rule: Rule): Generator<Mutant> {
  for (const [kind, edit] of Object.entries(ruleEdits) as [MutantKind, (typeof ruleEdits)[keyof typeof ruleEdits]][]) {
    for (const { rule: other, was, now, says } of edit(rule))
      yield { id: `${kind}: ${now}`, kind, says, where: was.split(/[ :]/)[0]!, was, now, rule: unclosed(other) }
  }
}

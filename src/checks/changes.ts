import { isLegal } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'

/** A hyper-parameter that gets another value before a step (1 is the first). */
export interface Change {
  readonly step: number
  readonly name: string
  /** Of the value that it has until then; a zero stays, since it switches a term off. */
  readonly factor: number
}

/** The changes of a run, in order, each from the values that those before it have left; what is not legal is left out. */
export function changesOf(rule: Rule, hyper: HyperValues, drawn: readonly Change[]): NonNullable<Scenario['changes']> {
  const changes: NonNullable<Scenario['changes']> = []
  let now = hyper
  for (const { step, name, factor } of drawn.toSorted((a, b) => a.step - b.step)) {
    const value = Number(now[name]) * factor
    const next = { ...now, [name]: value }
    if (value === now[name] || !isLegal(rule, next)) continue
    changes.push({ step, group: 0, hyper: { [name]: value } })
    now = next
  }
  return changes
}

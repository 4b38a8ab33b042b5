import { diagnosisOf } from '../../src/kit/diagnosis.ts'
import { resolveCell } from '../../src/kit/resolve.ts'
import { verify } from '../../src/kit/verify.ts'
import type { Rule } from '../../src/language/rule.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { HyperValues, Run, Subject } from '../../src/subject/subject.ts'
import type { Diagnosis } from '../../src/subject/verdict.ts'

/** So long that no machine is too slow: what is found must not depend on its speed. */
const limit = 600_000

/** What is said of a subject under a rule, after these checks. */
export async function diagnosed(
  subject: Subject,
  id: string,
  checks: readonly string[] = ['formula'],
  hyper: HyperValues = {},
): Promise<Diagnosis | undefined> {
  const asked = { rules: [id], checks, hyper, diagnose: limit }
  return (await verify({ subjects: [{ ...subject, name: 'subject' }], ...asked })).diagnoses[0]
}

/** The same without any check before it: what is observed is all that is known. */
export async function diagnosedAlone(subject: Subject, id: string): Promise<Diagnosis | undefined> {
  const cell = await resolveCell({ ...subject, name: 'subject' }, { rule: id })
  const base = { subject: 'subject', rule: id, check: 'formula', group: 'formula', verdict: 'fail' } as const
  return diagnosisOf(cell, [base], { diagnose: limit })
}

/** An implementation of another rule that is taken for one of this rule, and shows its state under this rule's names. */
export function takenFor(other: Rule, id: string): Subject {
  const rule = findRule(id)
  const state = Object.values(other.state).map(
    each => [each.name, { ...each, as: rule.state[each.name]?.as ?? each.as }] as const,
  )
  return { ...ruleSubject({ ...other, state: Object.fromEntries(state) }), offers: ruleSubject(rule).offers! }
}

/** A subject that shows its iterates alone, as a plain function does. */
export const withoutState = (subject: Subject): Subject => ({
  ...subject,
  open: async (setup, saved) => {
    const run = (await subject.open(setup, saved)) as Run
    return { step: gradients => run.step(gradients), set: (group, hyper) => run.set!(group, hyper) }
  },
})

/** All that a diagnosis says may be wrong. */
export const said = (diagnosis: Diagnosis | undefined): string[] =>
  diagnosis ? [diagnosis, ...diagnosis.alternatives].map(({ explanation }) => explanation) : []

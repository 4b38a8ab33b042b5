import type { Rule } from '../language/rule.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Subject } from '../subject/subject.ts'
import { accepts } from './published/judge.ts'
import type { Project } from './published/row.ts'

/**
 * What the published tests of projects say of a subject that claims to follow a rule. A project counts only where its tests
 * accept the rule itself; a subject that breaks off is rejected.
 */
export async function verdicts(
  subject: Subject,
  rule: Rule,
  asked: readonly Project[],
): Promise<Partial<Record<Project, boolean>>> {
  const accepted: Partial<Record<Project, boolean>> = {}
  for (const project of asked) {
    if (!(await rightIsAccepted(project, rule))) continue
    const verdict = await accepts(project, subject, rule).catch(() => false)
    if (verdict !== undefined) accepted[project] = verdict
  }
  return accepted
}

const known = new Map<string, Promise<boolean>>()

/** Whether a project's tests accept the rule's own replay; asked once. */
function rightIsAccepted(project: Project, rule: Rule): Promise<boolean> {
  const key = `${project} ${rule.id}`
  const asked = known.get(key)
  if (asked) return asked
  const answer = accepts(project, ruleSubject(rule), rule).then(verdict => verdict === true)
  known.set(key, answer)
  return answer
}

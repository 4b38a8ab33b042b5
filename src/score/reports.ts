import { findRule } from '../rules/lookup.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Subject } from '../subject/subject.ts'
import type { VectorFile } from '../subject/vectors.ts'
import type { HistoryRow } from './history/index.ts'
import { projects } from './published/index.ts'
import { accepts } from './published/judge.ts'
import type { Project } from './published/row.ts'
import { rejectedBy, vectorsReject } from './score.ts'

/** What became of one implementation from the history of real libraries. */
export interface ReportFate {
  readonly id: string
  readonly kind: HistoryRow['kind']
  readonly rule: string
  readonly what: string
  readonly source: string
  /** The first check that rejects it, one a seed; null where none does. */
  readonly caught: readonly (string | null)[]
  readonly byVectors: boolean
  /** What the published tests of each project say of it; only projects that have tests of its rule. */
  readonly accepted: Readonly<Partial<Record<Project, boolean>>>
}

/** Runs the default checks, the conformance vectors and the published tests on an implementation that somebody had. */
export async function reportFate(
  { id, kind, rule: name, what, source }: HistoryRow,
  subject: Subject,
  { vectors, seeds }: { vectors: VectorFile | undefined; seeds: readonly number[] },
): Promise<ReportFate> {
  const rule = findRule(name)
  const caught: (string | null)[] = []
  for (const seed of seeds) caught.push(await rejectedBy(subject, rule, vectors, seed))
  const accepted: Partial<Record<Project, boolean>> = {}
  for (const project of projects) {
    const verdict = await verdictOf(project, subject, name)
    if (verdict !== undefined) accepted[project] = verdict
  }
  const byVectors = vectors !== undefined && (await breaksOff(() => vectorsReject(vectors, subject, rule)))
  return { id, kind, rule: name, what, source, caught, byVectors, accepted }
}

/** A project's tests count for a dialect only where they accept the dialect itself. */
async function verdictOf(project: Project, subject: Subject, name: string): Promise<boolean | undefined> {
  const rule = findRule(name)
  if (!(await rightIsAccepted(project, name))) return undefined
  return accepts(project, subject, rule).catch(() => false)
}

const known = new Map<string, Promise<boolean>>()

/** Whether a project's tests accept the rule's own replay; asked once. */
function rightIsAccepted(project: Project, name: string): Promise<boolean> {
  const key = `${project} ${name}`
  const asked = known.get(key)
  if (asked) return asked
  const rule = findRule(name)
  const answer = accepts(project, ruleSubject(rule), rule).then(verdict => verdict === true)
  known.set(key, answer)
  return answer
}

/** An implementation that breaks off is rejected. */
const breaksOff = (ask: () => Promise<boolean>): Promise<boolean> => ask().catch(() => true)

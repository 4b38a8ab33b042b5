import { findRule } from '../rules/lookup.ts'
import type { Subject } from '../subject/subject.ts'
import type { VectorFile } from '../subject/vectors.ts'
import { type Diagnosed, diagnosed } from './accuracy.ts'
import type { HistoryRow } from './history/index.ts'
import { projects } from './published/index.ts'
import type { Project } from './published/row.ts'
import { rejectedBy, vectorsReject } from './score.ts'
import { verdicts } from './verdicts.ts'

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
  /** What the diagnosis says of it; absent of what is right. */
  readonly diagnosed?: Diagnosed
}

/** Runs the default checks, the conformance vectors and the published tests on an implementation that somebody had. */
export async function reportFate(
  row: HistoryRow,
  subject: Subject,
  { vectors, seeds }: { vectors: VectorFile | undefined; seeds: readonly number[] },
): Promise<ReportFate> {
  const { id, kind, rule: name, what, source } = row
  const rule = findRule(name)
  const caught: (string | null)[] = []
  for (const seed of seeds) caught.push(await rejectedBy(subject, rule, vectors, seed))
  const accepted = await verdicts(subject, rule, projects)
  const byVectors = vectors !== undefined && (await breaksOff(() => vectorsReject(vectors, subject, rule)))
  const told = kind === 'control' ? undefined : await diagnosed(row, subject, { vectors, seed: seeds[0]! })
  return { id, kind, rule: name, what, source, caught, byVectors, accepted, ...(told && { diagnosed: told }) }
}

/** An implementation that breaks off is rejected. */
const breaksOff = (ask: () => Promise<boolean>): Promise<boolean> => ask().catch(() => true)

import type { Finding } from '../subject/verdict.ts'

/** What one trace (or a pair of traces) shows, before it is added up with others. */
export interface Judgement {
  /** Elements that were compared. */
  readonly observed: number
  /** Of these, how many had an interval narrower than their own update. */
  readonly proving: number
  /** Whether every compared element had the bits of the replay; undefined where a check does not compare with one. */
  readonly bitExact?: boolean
  /** Largest distance as a fraction of what is allowed; above 1 is a failure. */
  readonly worst?: number
  readonly undecided?: { readonly asked: number; readonly undecided: number }
  readonly finding?: Finding
  /** What the subject does not show, where nothing could be observed for that reason alone. */
  readonly notShown?: string
  /** What is worth knowing although nothing fails. */
  readonly note?: string
  /** Why it fails, where there is no single element to show. */
  readonly reason?: string
}

export const failed = (judgement: Judgement): boolean =>
  judgement.finding !== undefined || judgement.reason !== undefined

/** Adds up what several traces showed; the first failure is kept. */
export function total(judgements: readonly Judgement[]): Judgement {
  const sum = (pick: (j: Judgement) => number): number => judgements.reduce((n, j) => n + pick(j), 0)
  const bits = judgements.flatMap(j => (j.bitExact === undefined ? [] : [j.bitExact]))
  const ratios = judgements.flatMap(j => (j.worst === undefined ? [] : [j.worst]))
  const failure = judgements.find(failed)
  const remark = judgements.find(j => j.note !== undefined)
  const silent = judgements.find(j => j.notShown !== undefined)
  return {
    observed: sum(j => j.observed),
    proving: sum(j => j.proving),
    ...(bits.length > 0 && { bitExact: bits.every(Boolean) }),
    ...(ratios.length > 0 && { worst: Math.max(...ratios) }),
    undecided: { asked: sum(j => j.undecided?.asked ?? 0), undecided: sum(j => j.undecided?.undecided ?? 0) },
    ...(failure?.finding && { finding: failure.finding }),
    ...(failure?.reason !== undefined && { reason: failure.reason }),
    ...(remark?.note !== undefined && { note: remark.note }),
    ...(silent?.notShown !== undefined && { notShown: silent.notShown }),
  }
}

import type { Grade } from '../../subject/verdict.ts'
import type { TraceJudgement } from './judge.ts'

/** What is said of a recorded trace as a whole. */
export interface TraceOutcome {
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly grade?: Grade
  /** Why it could not be decided, or what else went wrong. */
  readonly reason?: string
}

/** A wrong step fails, whatever else there is; what could not be read, or proves nothing, is not known. */
export function settleTrace(judgement: TraceJudgement, trouble?: string): TraceOutcome {
  const { finding, steps, observed, proving, exact } = judgement
  if (finding) return { verdict: 'fail', ...(trouble !== undefined && { reason: trouble }) }
  if (trouble !== undefined) return { verdict: 'unknown', reason: trouble }
  if (steps.recorded === 0) return { verdict: 'unknown', reason: 'no step is recorded' }
  if (observed === 0) return { verdict: 'unknown', reason: 'nothing could be checked' }
  if (proving === 0)
    return { verdict: 'unknown', reason: 'every interval was unbounded or wider than the update itself' }
  return { verdict: 'pass', grade: exact === observed ? 'bit-exact' : 'within the bound' }
}

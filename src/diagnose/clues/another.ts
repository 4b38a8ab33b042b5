import { HyperError } from '../../derive/hyper.ts'
import type { Arithmetic } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import type { Trace } from '../../subject/scenario.ts'
import { type Candidate, seenBy } from '../candidate.ts'
import { singleEdits } from '../edits.ts'
import { settings } from '../settings.ts'
import { near } from './instead.ts'
import { type Move, movesIn } from './moves.ts'

/** Milliseconds that may be spent on it: it is asked when everything else was tried. */
const patience = 1500

const keyOf = ({ place, index, variable }: Move): string => `${place.parameter} ${place.step} ${index} ${variable}`

/** The rule itself, from state that was kept too long: as two buffers do that are never exchanged. */
const lags: Readonly<Record<number, string>> = {
  1: 'as if made of the state of two updates before, not of the last',
  2: 'as if made of the state of three updates before, not of the last',
}

/**
 * The rule from older state, or the setting or the edit of a rule with which it gives what stands in these moves, from the values before them: what is
 * wrong there alone, where the rule itself is right elsewhere. Undefined where none does.
 */
export function anotherOf(
  rule: Rule,
  arithmetic: Arithmetic,
  traces: readonly Trace[],
  strays: readonly Move[],
): string | undefined {
  const until = performance.now() + patience
  const byTrace = new Map<number, Map<string, Move>>()
  for (const move of strays) {
    const own = byTrace.get(move.place.trace) ?? new Map<string, Move>()
    byTrace.set(move.place.trace, own.set(keyOf(move), move))
  }
  // The shortest first: most candidates are refuted there.
  const places = [...byTrace].sort(([, a], [, b]) => a.size - b.size)
  for (const [lag, says] of Object.entries(lags))
    if (places.every(([at, moves]) => gives({ rule }, arithmetic, traces[at]!, moves, Number(lag)))) return says
  for (const candidate of [...settings(rule), ...singleEdits(rule)]) {
    if (performance.now() > until) return undefined
    if (places.every(([at, moves]) => gives(candidate, arithmetic, traces[at]!, moves)))
      return `as if ${candidate.explanation}`
  }
  return undefined
}

function gives(
  candidate: Pick<Candidate, 'rule' | 'reading'>,
  arithmetic: Arithmetic,
  trace: Trace,
  strays: ReadonlyMap<string, Move>,
  lag = 0,
): boolean {
  try {
    const moves = movesIn(candidate.rule, arithmetic, seenBy(candidate, trace), 0, lag)
    const same = moves.filter(move => strays.has(keyOf(move)) && near(strays.get(keyOf(move))!, move.expected))
    return same.length === strays.size
  } catch (error) {
    // One that does not take these hyper-parameters cannot have done it.
    if (error instanceof HyperError) return false
    throw error
  }
}

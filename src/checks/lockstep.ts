import { boundStepper, replayStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { sameBits, ulpsBetween } from '../numbers/bits.ts'
import * as dd from '../numbers/double-double.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import { allowance } from './conditions.ts'
import type { Judgement } from './judgement.ts'
import { type Comparison, Tracer } from './tracer.ts'

/**
 * Holds a trace against its rule. First to the bit: the replay in the subject's arithmetic. Where bits differ, once more
 * against the exact value and its bound: from the start of the run (global), and from each observed state (local), which
 * is as sharp at step 10,000 as at step 1 and names the variable.
 */
export function judgeTrace(rule: Rule, arithmetic: Arithmetic, trace: Trace, exactBits = false): Judgement {
  const { format } = trace.scenario
  const floats = replayStepper(rule, format, arithmetic)
  const first = new Tracer(trace, { floats, bounds: undefined })
  const bits = tally(first.comparisons(), format, exactBits)
  if (bits.bitExact || exactBits) return bits
  const { bound, tally: counted } = boundStepper(rule, format, arithmetic)
  const second = new Tracer(trace, { floats, bounds: bound })
  return { ...tally(second.comparisons(), format, false), undecided: { ...counted } }
}

function tally(comparisons: Iterable<Comparison>, format: 'float32' | 'float64', exactBits: boolean): Judgement {
  let [observed, proving, worst, bitExact] = [0, 0, 0, true]
  let finding: Finding | undefined
  for (const c of comparisons) {
    for (let i = 0; i < c.got.length; i++) {
      observed += 1
      const { allowed, ratio, proves } = weigh(c, i)
      if (!sameBits(c.got[i]!, c.expected[i]!)) bitExact = false
      if (proves) proving += 1
      worst = Math.max(worst, ratio)
      const wrong = exactBits ? !sameBits(c.got[i]!, c.expected[i]!) : c.bounded !== undefined && !(ratio <= 1)
      if (wrong) finding ??= describe(c, i, allowed, format)
    }
    if (finding) break
  }
  return { observed, proving, bitExact, worst: bitExact ? 0 : worst, ...(finding && { finding }) }
}

/** What is said of one observed element. */
export interface Weight {
  readonly allowed: readonly [number, number]
  /** Distance from the exact value as a fraction of what is allowed; 0 where nothing can be said. */
  readonly ratio: number
  readonly proves: boolean
}

/** Holds one observed element against what the rule allows. */
export function weigh({ got, expected, before, bounded }: Comparison, i: number): Weight {
  const [seen, replayed, was] = [got[i]!, expected[i]!, before[i]!]
  const limit = bounded?.[i]
  if (!limit) return { allowed: [replayed, replayed], ratio: 0, proves: !sameBits(replayed, was) }
  const width = allowance * limit.error
  const { hi } = limit.value
  const allowed: [number, number] = [hi - width, hi + width]
  const update = Math.abs(hi - was)
  if (!Number.isFinite(seen)) {
    const expectable = Object.is(seen, replayed) || !Number.isFinite(replayed) || limit.mayBeNaN
    return { allowed, ratio: expectable ? 0 : Number.POSITIVE_INFINITY, proves: false }
  }
  if (!Number.isFinite(width) || Number.isNaN(hi)) return { allowed, ratio: 0, proves: false }
  const distance = Math.abs(dd.sub(dd.dd(seen), limit.value).hi)
  return { allowed, ratio: distance === 0 ? 0 : distance / width, proves: update > 0 && width <= update }
}

/** One element that is wrong, as it is reported. */
export function describe(
  { step, parameter, variable, got, expected }: Comparison,
  index: number,
  allowed: readonly [number, number],
  format: 'float32' | 'float64',
): Finding {
  return {
    step,
    parameter,
    variable,
    index,
    got: got[index]!,
    low: allowed[0],
    high: allowed[1],
    expected: expected[index]!,
    ulps: ulpsBetween(got[index]!, expected[index]!, format),
  }
}

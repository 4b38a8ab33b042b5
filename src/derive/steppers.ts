import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import { type Bounded, bound, type Outcome, type Tally } from './bound.ts'
import { Decider } from './decide.ts'
import { replay } from './replay.ts'
import { Stepper } from './stepper.ts'

type Format = 'float32' | 'float64'

/** What runs a rule in one format and arithmetic; it keeps nothing of a run, so that all runs share one. */
interface Kept {
  readonly replay: Stepper<number, boolean>
  readonly bound: Stepper<Bounded, Outcome>
  readonly tally: Tally
}

const kept = new WeakMap<Rule, WeakMap<Arithmetic, Map<Format, Kept>>>()

function keptFor(rule: Rule, format: Format, arithmetic: Arithmetic): Kept {
  const ofRule = remember(kept, rule, () => new WeakMap<Arithmetic, Map<Format, Kept>>())
  const ofArithmetic = remember(ofRule, arithmetic, () => new Map<Format, Kept>())
  return remember(ofArithmetic, format, () => {
    const decider = new Decider(rule, format, arithmetic)
    const tally: Tally = { asked: 0, undecided: 0 }
    return {
      replay: new Stepper(rule, replay(format, arithmetic), decider),
      bound: new Stepper(rule, bound(format, arithmetic, tally), decider),
      tally,
    }
  })
}

/** Runs a rule under its replay; made once, because linking a program costs more than a short run. */
export const replayStepper = (rule: Rule, format: Format, arithmetic: Arithmetic): Stepper<number, boolean> =>
  keptFor(rule, format, arithmetic).replay

/** Runs a rule under its bound; the tally counts from zero, until the next caller asks for it. */
export function boundStepper(rule: Rule, format: Format, arithmetic: Arithmetic): Pick<Kept, 'bound' | 'tally'> {
  const { bound: stepper, tally } = keptFor(rule, format, arithmetic)
  tally.asked = 0
  tally.undecided = 0
  return { bound: stepper, tally }
}

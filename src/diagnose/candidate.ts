import type { Rule } from '../language/rule.ts'
import { remember } from '../numbers/remember.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Group, HyperValues, Setup, Subject } from '../subject/subject.ts'
import type { DiagnosisKind, Explanation } from '../subject/verdict.ts'

/** How the hyper-parameters that the subject was given reach a candidate. */
export type Reading = (hyper: HyperValues) => HyperValues

/** A formula that the subject may have in place of the rule that it is held to. */
export interface Candidate extends Explanation {
  readonly kind: DiagnosisKind
  readonly rule: Rule
  /** Absent where they reach it as they were given. */
  readonly reading?: Reading
  /** Of several that explain the same, the one of the least weight is told; absent: 0. */
  readonly weight?: number
}

const read = new WeakMap<Reading, { traces: WeakMap<Trace, Trace>; values: WeakMap<HyperValues, HyperValues> }>()

/** A trace as a candidate sees it: with the hyper-parameters that reach it. Made once for all candidates that read alike. */
export function seenBy({ reading }: Pick<Candidate, 'reading'>, trace: Trace): Trace {
  if (!reading) return trace
  const { traces, values } = remember(read, reading, () => ({ traces: new WeakMap(), values: new WeakMap() }))
  // Each record once, since completed hyper-parameters are remembered by it.
  const once = (hyper: HyperValues): HyperValues => remember(values, hyper, () => reading(hyper))
  return remember(traces, trace, () => ({
    scenario: {
      ...trace.scenario,
      groups: trace.scenario.groups.map(group => ({ ...group, hyper: once(group.hyper) })),
    },
    steps: trace.steps.map(step => ({ ...step, hyper: step.hyper.map(once) })),
  }))
}

/** A subject that is given hyper-parameters as a candidate reads them. */
export function reading(subject: Subject, read: Reading | undefined): Subject {
  if (!read) return subject
  const translated = (group: Group): Group => ({ ...group, hyper: read(group.hyper) })
  return {
    ...subject,
    open: async (setup: Setup) => {
      const run = await subject.open({ ...setup, groups: setup.groups.map(translated) })
      const { set } = run
      if (set) run.set = (group, hyper) => set.call(run, group, partly(read, hyper))
      return run
    },
  }
}

/** What a change of some hyper-parameters comes to: the others keep their values, also those that a reading fixes. */
function partly(read: Reading, hyper: HyperValues): HyperValues {
  const fixed = read({})
  return Object.fromEntries(Object.entries(read(hyper)).filter(([name, value]) => !Object.is(fixed[name], value)))
}

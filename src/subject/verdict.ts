import type { Scenario } from './scenario.ts'
import type { Format, HyperValues } from './subject.ts'

/** fail > unknown > skip > pass: the worst wins. */
export type Verdict = 'pass' | 'fail' | 'skip' | 'unknown'

export type Grade = 'bit-exact' | 'within the bound'

/** Where an observation left what the rule allows. */
export interface Finding {
  /** 1 is the first step. */
  readonly step: number
  readonly parameter: string
  /** `x`, or the name of a state variable. */
  readonly variable: string
  readonly index: number
  readonly got: number
  /** The allowed interval, and the value that the replay gives. */
  readonly low: number
  readonly high: number
  readonly expected: number
  /** Distance from the expected value in units in the last place. */
  readonly ulps: number
}

/** What one check says of one subject under one rule. Everything a report shows comes from here. */
export interface Result {
  readonly subject: string
  /** The dialect, e.g. `adam/pytorch`. */
  readonly rule: string
  readonly check: string
  readonly group: 'closed form' | 'formula' | 'golden' | 'invariant' | 'relation' | 'contract'
  readonly verdict: Verdict
  readonly grade?: Grade
  /** Largest distance from the exact value as a fraction of the bound. */
  readonly worst?: number
  /** Share of the observed elements whose allowed interval was narrower than the update itself. */
  readonly proving?: number
  /** Share of conditions, signs and maxima that were within rounding of a tie. */
  readonly undecided?: number
  /** How many scenarios were run, and how many elements observed. */
  readonly scenarios?: number
  readonly observed?: number
  /** How many scenarios that failed in an earlier run were run before the drawn ones. */
  readonly kept?: number
  readonly formats?: readonly Format[]
  readonly finding?: Finding
  /** Why it failed, was skipped or could not be decided, in one sentence. */
  readonly reason?: string
  readonly note?: string
  /** The smallest scenario that shows the failure, and the command that replays it. */
  readonly scenario?: Scenario
  readonly replay?: string
  /** Present when the failure is a known deviation: it is shown, and does not fail the run. */
  readonly known?: Known
}

/**
 * What a deviation is: `bug`, the subject does not do what its own documentation says; `convention`, its documentation
 * leaves it open, and it chose otherwise than the source that it cites; `limit`, its arithmetic cannot do better.
 */
export type DeviationKind = 'bug' | 'convention' | 'limit'

/** What a report says of a deviation that is on record. */
export interface Known {
  readonly reason: string
  readonly link?: string
  readonly title?: string
  readonly kind?: DeviationKind
}

/** One edit of a formula. */
export interface Edit {
  /** What is wrong, in a plain sentence without its full stop. */
  readonly says: string
  /** The lines of the formula before and after it. */
  readonly was: string
  readonly now: string
}

/** What might be wrong, in a plain sentence without its full stop, and the edits of a formula that it comes to. */
export interface Explanation {
  readonly explanation: string
  /** The rule that is edited; of a dialect, the rule itself. */
  readonly candidate: string
  readonly edits: readonly Edit[]
}

/**
 * What an explanation is: another published rule, another value of a hyper-parameter, one edit of a formula or two, a fault
 * that no formula shows; `none`: nothing that was tried reproduces what was observed.
 */
export type DiagnosisKind = 'dialect' | 'default' | 'edit' | 'fault' | 'pair' | 'none'

/** So many of so many updates go wrong, an element each. */
export interface Share {
  readonly strays: number
  readonly of: number
}

/** One variable that is not what the rule makes of the subject's own values before. */
export interface Clue {
  readonly variable: string
  readonly seen: Share
  /** What sets the updates apart in which it goes wrong, in words that follow that; absent where nothing does. */
  readonly where?: { readonly says: string; readonly there: Share; readonly elsewhere: Share }
  /** What stands there, in words that follow "it is"; absent where nothing that is known does. */
  readonly instead?: string
}

/** What is wrong with a subject under a rule: the smallest explanation that reproduces all that was observed, which the rule does not. */
export interface Diagnosis extends Explanation {
  readonly subject: string
  readonly rule: string
  readonly kind: DiagnosisKind
  /** Share of the observed elements that it reproduces: 1, or 0 where there is no explanation. */
  readonly explained: number
  /** Elements of iterates and state that were observed, and the scenarios in which. */
  readonly observed: number
  readonly scenarios: number
  /** How many candidates were held against them. */
  readonly tried: number
  /** The first element at which the subject leaves the rule, in the scenario in which that is soonest. */
  readonly first?: Finding
  /** Explanations that nothing that was tried tells from this one. */
  readonly alternatives: readonly Explanation[]
  /** Where there is no explanation: the candidate that reproduces most, and the share of the elements that it does. */
  readonly partial?: Explanation & { readonly share: number }
  /** Where there is no explanation: what can be said of the variables that go wrong of themselves, the most important first. */
  readonly clues?: readonly Clue[]
  /** Variables that the subject shows and that are what the rule makes of its own values. */
  readonly sound?: readonly string[]
  /** The checks that fail, where it is known by these and not from traces. */
  readonly checks?: readonly string[]
  /** Contracts that fail and that the formula which is named does not fail: it is not all that is wrong. */
  readonly beside?: readonly string[]
  /** True where time ran out before every candidate was tried. */
  readonly incomplete?: true
}

/** A finding that is on record: it is still run; when its own scenario passes, it is stale, and that is a failure. */
export interface Deviation {
  readonly subject: string
  /** The dialect, e.g. `adam/keras`. */
  readonly rule: string
  /** Names or groups of the checks that fail because of it. */
  readonly checks: readonly string[]
  /** Values of hyper-parameters at which alone it shows: all else is checked as if it were not on record. */
  readonly where?: HyperValues
  /** Formats in which alone it shows. */
  readonly formats?: readonly Format[]
  /** The smallest input that shows it. */
  readonly scenario?: Scenario
  readonly reason: string
  readonly link?: string
  /** What the subject raises because of it: any check that breaks off with these words has found it, and is not undecided. */
  readonly throws?: string
  /** A heading of a few words, and what it is, where that was investigated. */
  readonly title?: string
  readonly kind?: DeviationKind
  /** Versions or devices it was seen with, e.g. `tfjs 4.22`. */
  readonly when?: string
}

/** With this begins what is said of a deviation on record that shows no longer; its own reason follows. */
export const stale = 'a known deviation is stale, its own scenario passes now:'

const order: Readonly<Record<Verdict, number>> = { fail: 3, unknown: 2, skip: 1, pass: 0 }

/** The worst of several verdicts; nothing at all is unknown. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict | undefined
  for (const verdict of verdicts) if (result === undefined || order[verdict] > order[result]) result = verdict
  return result ?? 'unknown'
}

/** One document: what `verify` found, for every writer. */
export interface Report {
  readonly schema: 'lockstep/verify/1'
  readonly seed: number
  readonly depth: 'quick' | 'full'
  readonly versions: Readonly<Record<string, string>>
  readonly subjects: readonly {
    readonly name: string
    readonly version: string
    readonly arithmetic: string
    readonly live: boolean
    /** The file that it was asked for by, for annotations. */
    readonly path?: string
  }[]
  readonly results: readonly Result[]
  /** What is wrong with a subject under a rule, one for each that deviates where it was looked for. */
  readonly diagnoses: readonly Diagnosis[]
  /** What a reader should know of a subject under a rule beside its results, a sentence each: names that were guessed, what is not checked. */
  readonly remarks?: readonly { readonly subject: string; readonly rule: string; readonly text: string }[]
  readonly summary: Readonly<Record<Verdict | 'known', number>>
  readonly seconds: number
  /** What concerns the whole run, such as deviations on record that do not apply here. */
  readonly notes?: readonly string[]
  /** True while the run goes on, and where it was stopped: results are missing. */
  readonly incomplete?: boolean
}

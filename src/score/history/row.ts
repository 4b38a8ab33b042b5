import type { DialectSource } from '../../language/rule.ts'
import type { Format, Subject } from '../../subject/subject.ts'

/**
 * An optimizer of one parameter as a plain function, in the form that a user's module exports (`UserFunction` of guests,
 * a layer beside this one).
 */
export type PlainFunction = (
  hyper: never,
  x0: Float64Array,
) => {
  step(gradient: Float64Array): Float64Array
  state?(): Readonly<Record<string, ArrayLike<number>>>
  save?(): unknown
  load?(saved: never): void
  set?(hyper: never): void
  point?(): Float64Array
}

/** What every row says: an implementation written by hand, with its own loops and state, and where its like was reported. */
interface Reported {
  readonly id: string
  /** The dialect that it claims to follow, e.g. `adam/pytorch`. */
  readonly rule: string
  /** What is wrong with it, or looks wrong, in one plain sentence. */
  readonly what: string
  /** Where it happened; another optimizer's name in brackets, where the report is about a relative of this rule. */
  readonly library: string
  /** The issue, pull request or thread. */
  readonly source: string
  /** The format in which it computes; default: float64. */
  readonly format?: Format
  create(format: Format): Subject | PlainFunction
}

/** The rule's fields that a diagnosis would have to change: what the implementation really computes. */
export type Actual = Partial<Pick<DialectSource, 'step' | 'state' | 'hyper' | 'at' | 'clock'>>

/** Wrong in a way that the rule language can say. */
export interface FormulaFault extends Reported {
  readonly kind: 'formula'
  readonly actual: Actual
}

/** What is wrong where no formula shows it. */
export type Truth =
  | 'absent gradient counts'
  | 'added parameter has no state'
  | 'default differs'
  | 'gradient changed'
  | 'gradient kept by reference'
  | 'group hyper-parameters ignored'
  | 'hyper-parameter rounded'
  | 'memory layout ignored'
  | 'parameters skipped'
  | 'rate captured when built'
  | 'rate change takes effect a step late'
  | 'saved state is the live state'
  | 'state lost on resume'
  | 'state lost when the rate changes'
  | 'state rounded on resume'
  | 'state shared between instances'
  | 'state shared between parameters'
  | 'step counted per tensor'
  | 'step lost on resume'
  | 'tail elements skipped'

/** Wrong in a way that a single run of one parameter, or the formula, does not show. */
export interface ImplementationFault extends Reported {
  readonly kind: 'implementation'
  readonly truth: Truth
}

/** Correct, though it looks otherwise: it was reported, and the report did not hold. */
export interface Control extends Reported {
  readonly kind: 'control'
}

export type HistoryRow = FormulaFault | ImplementationFault | Control

import type { Expr, Statement, Test } from './tree.ts'

/** The gradients for which a closed form of the n-th iterate can be written. */
export type GradientShape = 'constant' | 'impulse' | 'geometric' | 'quadratic'

/** A closed form as it is written beside a rule: an expression for x after n steps, derived without the recurrence. */
export interface ClosedFormSource {
  /** constant: g = c; impulse: g = c in the first step, then 0; geometric: g = c * r^(k-1); quadratic: g = a * (point of the gradient). */
  gradient: GradientShape
  /** Hyper-parameters that the form fixes, e.g. `{ weight_decay: '0', amsgrad: false }`; all others are free. */
  where?: Record<string, string | boolean>
  /** Conditions on the free hyper-parameters, in the rule language. */
  require?: string[]
  /** x after n steps, in `x0 c r a n`, hyper-parameters, and finite `sum(k, 1, n, ...)` and `prod(k, 1, n, ...)`. */
  x: string
  /** How it was derived, in words and TeX; printed in docs/rules. */
  derivation: string
}

/** A hyper-parameter as it is written: a decimal text, read once, or a boolean. */
export interface HyperSource {
  default: string | boolean
  /** An interval such as `[0, 1)`, `(0, inf)`; omitted for booleans. */
  domain?: string
  /** What it is, in a few words with its unit where it has one. */
  meaning?: string
}

/** A state variable as it is written: its initial value, or that with its condition and the framework's own name for it. */
export type StateSource = string | { init: string; when?: string; as?: string; meaning?: string }

/** One dialect of a rule as it is written; the same fields make up a `.rule.yaml`. */
export interface DialectSource {
  /** The published statement of this formula as intended: paper and place, or documentation page. */
  source: string
  url?: string
  hyper: Record<string, HyperSource>
  state?: Record<string, StateSource>
  /** Where the gradient is taken (default `x`). */
  at?: string
  /** What `t` counts: the updates of each parameter (default), or the steps of the optimizer. */
  clock?: 'parameter' | 'optimizer'
  /** Legal combinations of hyper-parameters, as conditions. */
  require?: string[]
  step: string | string[]
  closedForms?: Record<string, ClosedFormSource>
  /** Present when the formula is wrong as printed: it is shown and explained, never a reference. */
  erratum?: { printed: string; correct: string; why: string; see: string }
  note?: string
}

/** A family as it is written: one optimizer in its dialects. */
export interface FamilySource {
  title: string
  parents: string[]
  /** The dialect that `--rule family` means when the subject's framework has none of its own. */
  paper: string
  dialects: Record<string, DialectSource>
}

export interface Interval {
  readonly low: number
  readonly high: number
  readonly lowClosed: boolean
  readonly highClosed: boolean
  readonly text: string
}

export interface Hyper {
  readonly name: string
  /** The binary64 number (or boolean) that the default's decimal text rounds to. */
  readonly default: number | boolean
  readonly text: string
  readonly domain?: Interval
  readonly meaning: string
}

export interface State {
  readonly name: string
  /** The name under which the framework exposes it, e.g. `exp_avg`. */
  readonly as: string
  readonly init: Expr
  readonly when?: Test
  readonly meaning: string
}

export interface ClosedForm {
  readonly name: string
  readonly gradient: GradientShape
  readonly where: Readonly<Record<string, number | boolean>>
  readonly require: readonly Requirement[]
  readonly x: Expr
  readonly text: string
  readonly derivation: string
}

export interface Requirement {
  readonly test: Test
  readonly text: string
}

/** A rule, lowered and validated: what every meaning starts from. */
export interface Rule {
  readonly id: string
  readonly family: string
  readonly dialect: string
  readonly title: string
  readonly source: string
  readonly url?: string
  readonly note?: string
  readonly hyper: Readonly<Record<string, Hyper>>
  readonly state: Readonly<Record<string, State>>
  readonly at: Expr
  readonly clock: 'parameter' | 'optimizer'
  readonly require: readonly Requirement[]
  readonly step: readonly Statement[]
  readonly closedForms: readonly ClosedForm[]
  readonly erratum?: DialectSource['erratum']
}

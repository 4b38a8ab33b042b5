import type { Format, HyperValues } from '../../subject/subject.ts'
import type { Slope } from './slopes.ts'

export type Project = 'keras' | 'tfjs' | 'onnx' | 'optax' | 'pytorch'

/** One array a parameter. */
export type Arrays = readonly (readonly number[])[]

/** `|got - expected| <= atol + rtol |expected|`, as numpy.testing.assert_allclose and torch.allclose have it. */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** What a test asserts after a step; 1 is the first. The tolerance is the row's where none is given. */
export type Claim = { readonly step: number; readonly tolerance?: Tolerance } & (
  | {
      readonly x: Arrays
      /** State after the step, by the names of the row's rule. */
      readonly state?: Readonly<Record<string, Arrays>>
    }
  /** The value of the row's function at the iterate. */
  | { readonly cost: number }
  /** The iterate is no farther from this point than the start is. */
  | { readonly nearer: readonly number[] }
)

/** A published test of an optimizer, as facts: what it gives, and what it asserts. */
export interface Row {
  readonly project: Project
  /** The version that the facts are taken from. */
  readonly version: string
  /** The test's own name. */
  readonly test: string
  /** Address of the test in that version, with its line. */
  readonly source: string
  /** The dialect that the test is about. */
  readonly rule: string
  /** Hyper-parameters by the names of the rule, defaults written out. */
  readonly hyper: HyperValues
  /** Options that the test sets and that change nothing in it: given to rules that have them, else left out. */
  readonly idle?: HyperValues
  /** Factor of an L2 penalty: the rule's `weight_decay`; where it has none, the gradient carries it. */
  readonly penalty?: number
  readonly format: Format
  readonly x0: Arrays
  /** Where the run does not begin at the beginning: steps that lie behind it, and state by the rule's names. */
  readonly start?: { readonly clock: number; readonly state: Readonly<Record<string, Arrays>> }
  /** Prescribed, a list a step with an array a parameter; or the slope of a function of one parameter. */
  readonly gradients: readonly Arrays[] | Slope
  readonly steps: number
  /** Each step is the first of a new optimizer. */
  readonly renewed?: boolean
  readonly tolerance: Tolerance
  readonly claims: readonly Claim[]
}

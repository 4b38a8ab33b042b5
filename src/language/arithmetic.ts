/**
 * How an implementation rounds. It belongs to a subject, not to a rule; it is established from the subject's source or by
 * measurement, and is named in the report.
 */
export interface Arithmetic {
  readonly name: string
  /** Names of scalars (hyper-parameters, `t`) that are rounded to the tensor's format as soon as they are read. */
  readonly rounded: readonly string[]
  /** Where a scalar power such as beta^t is computed: in binary64, or in the tensor's format (then base and exponent are rounded first). */
  readonly powers: 'binary64' | 'format'
  /** How it is computed: correctly rounded, by the C library (within an ulp), or as a running product of t factors. */
  readonly power: 'correct' | 'library' | 'running'
  /** Whether subnormal results and operands are kept or flushed to zero. */
  readonly subnormals: 'kept' | 'flushed'
  /** Whether a*b+c may be contracted to one fused multiply-add. */
  readonly contraction: boolean
  /** Largest error of each operation in units in the last place; 0.5 is correct rounding. */
  readonly ulps: { readonly sqrt: number; readonly div: number; readonly pow: number }
  /** Where this is known from: file and function of the source, or the command that measured it. */
  readonly evidence: string
}

/** IEEE 754 as written: binary64 scalars rounded where they meet a tensor, every operation correctly rounded, subnormals kept. */
export const ieee: Arithmetic = {
  name: 'ieee',
  rounded: [],
  powers: 'binary64',
  power: 'correct',
  subnormals: 'kept',
  contraction: false,
  ulps: { sqrt: 0.5, div: 0.5, pow: 0.5 },
  evidence: 'IEEE 754-2019, round to nearest, ties to even',
}

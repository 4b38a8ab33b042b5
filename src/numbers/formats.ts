/** What the two binary interchange formats of IEEE 754 look like, in one table. */
export interface FormatSpec {
  readonly name: 'float32' | 'float64'
  readonly bytes: 4 | 8
  /** Precision in bits, the hidden one included. */
  readonly precision: number
  /** Unit roundoff: half the distance from 1 to the next number, 2^-precision. */
  readonly unit: number
  /** Half the smallest subnormal: the largest rounding error of a result that underflows. */
  readonly underflow: number
  readonly minNormal: number
  readonly max: number
  /** Rounds a binary64 number to the format, ties to even. */
  readonly round: (value: number) => number
}

export const formats: Readonly<Record<'float32' | 'float64', FormatSpec>> = {
  float32: {
    name: 'float32',
    bytes: 4,
    precision: 24,
    unit: 2 ** -24,
    underflow: 2 ** -150,
    minNormal: 2 ** -126,
    max: (2 - 2 ** -23) * 2 ** 127,
    round: Math.fround,
  },
  float64: {
    name: 'float64',
    bytes: 8,
    precision: 53,
    unit: 2 ** -53,
    // 2^-1075 is not a binary64 number: the smallest subnormal is its next larger bound.
    underflow: 2 ** -1074,
    minNormal: 2 ** -1022,
    max: Number.MAX_VALUE,
    round: value => value,
  },
}

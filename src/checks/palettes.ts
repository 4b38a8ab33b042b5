import type { Format } from '../subject/subject.ts'

/** Scales of gradients. Unit scale hides epsilon and bias errors, tiny and mixed scales show them; large ones show clipping. */
export const usual = ['unit', 'tiny', 'mixed', 'large', 'zeros', 'flips', 'constant', 'late'] as const
/**
 * What is far out is drawn by some checks only, the ends of the format where they are asked for; what is around 1, where
 * clipping begins as a rule, by the diagnosis.
 */
export type Palette = (typeof usual)[number] | 'around' | 'huge' | 'extreme'

/** Decimal exponents from subnormal numbers, by those whose squares underflow and overflow, to the largest of a format. */
const ends: Readonly<Record<Format, readonly number[]>> = {
  float32: [-45, -42, -38, -24, -21, -3, 16, 19, 35],
  float64: [-323, -316, -308, -170, -160, -3, 152, 160, 305],
}

/**
 * From 10^7 to the largest whose squares leave room for sums of them, and for division by 1 - beta^t: below 10^15 in
 * float32, below 10^127 in float64.
 */
const huge: Readonly<Record<Format, (drawn: number) => number>> = {
  float32: drawn => drawn + 4,
  float64: drawn => 15 * drawn + 4,
}

/** The decimal exponent that a palette gives to a drawn decade 0..8. */
const decade: Readonly<Record<Palette, (drawn: number, format: Format) => number>> = {
  unit: () => -3,
  tiny: () => -11,
  mixed: drawn => drawn - 11,
  large: drawn => drawn - 2,
  zeros: () => -3,
  flips: () => -3,
  constant: drawn => drawn - 8,
  late: () => -3,
  around: drawn => (drawn % 4) - 4,
  huge: (drawn, format) => huge[format](drawn),
  extreme: (drawn, format) => ends[format][drawn]!,
}

/** One gradient of a stream of (digits, decade) pairs, -999..999 and 0..8, in a step (1 is the first). */
export function gradientOf(
  palette: Palette,
  format: Format,
  stream: readonly (readonly [number, number])[],
  step: number,
): number {
  const [digits, drawn] = stream[(palette === 'constant' ? 0 : step - 1) % stream.length]!
  if (palette === 'zeros' && drawn < 4) return 0
  const value = scaled(digits, decade[palette](drawn, format))
  return palette === 'flips' && step % 2 === 0 ? -Math.abs(value) : palette === 'flips' ? Math.abs(value) : value
}

/** In two steps where a power of ten alone would underflow or overflow. */
const scaled = (digits: number, exponent: number): number =>
  exponent < -300 ? digits * 10 ** (exponent + 100) * 1e-100 : digits * 10 ** exponent

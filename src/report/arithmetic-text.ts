import { type Arithmetic, ieee } from '../language/arithmetic.ts'

const formatted = (names: readonly string[]): string => names.join(', ')

/** What differs from IEEE 754 as written, one phrase each. */
const phrases: readonly ((arithmetic: Arithmetic) => string | false)[] = [
  ({ contraction }) => contraction && 'a*b+c is contracted to one fused multiply-add',
  ({ ulps }) => ulps.sqrt > ieee.ulps.sqrt && `square roots are off by up to ${ulps.sqrt} ulp`,
  ({ ulps }) => ulps.div > ieee.ulps.div && `quotients are off by up to ${ulps.div} ulp`,
  ({ power, powers }) =>
    power === 'running' && `powers are running products${powers === 'format' ? " in the tensor's format" : ''}`,
  ({ power, powers, ulps }) =>
    power !== 'running' &&
    powers === 'format' &&
    `powers are taken in the tensor's format${ulps.pow > 1 ? `, off by up to ${ulps.pow} ulp` : ''}`,
  ({ power, powers }) => power === 'library' && powers === 'binary64' && 'powers are those of the C library',
  ({ rounded }) => rounded.length > 0 && `${formatted(rounded)} rounded to the tensor's format on the way in`,
  ({ subnormals }) => subnormals === 'flushed' && 'subnormal numbers are flushed to zero',
]

/** An arithmetic in words: its name, and how it differs from IEEE 754 taken in the order written. */
export function describeArithmetic(arithmetic: Arithmetic): string {
  const differs = phrases.map(phrase => phrase(arithmetic)).filter(text => text !== false)
  if (differs.length > 0) return `${arithmetic.name}: ${differs.join('; ')}`
  return arithmetic.name === ieee.name
    ? 'ieee: every operation rounded once, in the order written'
    : `${arithmetic.name}: every operation rounded once`
}

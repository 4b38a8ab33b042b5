import type { Big } from '../../src/numbers/big.ts'

/** An exact rational number, for checking what claims to be exact or correctly rounded. */
export interface Rational {
  readonly n: bigint
  /** Positive. */
  readonly d: bigint
}

const view = new DataView(new ArrayBuffer(8))

/** The significand and exponent of a finite binary64: value = significand * 2^exponent. */
export function partsOf(value: number): { significand: bigint; exponent: number } {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const significand = biased === 0 ? fraction : fraction + 2n ** 52n
  return { significand: bits >> 63n ? -significand : significand, exponent: Math.max(biased, 1) - 1075 }
}

export const scaled = (n: bigint, exponent: number): Rational =>
  exponent >= 0 ? { n: n << BigInt(exponent), d: 1n } : { n, d: 1n << BigInt(-exponent) }

export function fromDouble(value: number): Rational {
  const { significand, exponent } = partsOf(value)
  return scaled(significand, exponent)
}

export function fromBig(value: Big): Rational {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const shift = Number(exponent) - fraction.length
  const n = BigInt(whole + fraction)
  return shift >= 0 ? { n: n * 10n ** BigInt(shift), d: 1n } : { n, d: 10n ** BigInt(-shift) }
}

export const sum = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const product = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d })
export const minus = (a: Rational): Rational => ({ n: -a.n, d: a.d })

const abs = (n: bigint): bigint => (n < 0n ? -n : n)

/** Whether |a - b| <= 2^-bits |b|. */
export function agree(a: Rational, b: Rational, bits: number): boolean {
  return abs(a.n * b.d - b.n * a.d) << BigInt(bits) <= abs(b.n) * a.d
}

/** Whether a binary64 is nearest to an exact number, with ties to even. */
export function isNearest(value: number, exact: Rational): boolean {
  const { significand, exponent } = partsOf(value)
  const off = sum(exact, minus(fromDouble(value)))
  // Below a power of two the neighbour is half as far away; twice the distance is compared with the gap on that side.
  const inward = off.n < 0n === significand > 0n
  const near = abs(significand) === 2n ** 52n && exponent > -1074 && inward ? exponent - 1 : exponent
  const gap = scaled(1n, near)
  const [twice, whole] = [2n * abs(off.n) * gap.d, gap.n * off.d]
  return twice < whole || (twice === whole && significand % 2n === 0n)
}

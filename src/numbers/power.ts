import { bigFromDouble, doubleFromBig } from './big.ts'
import * as dd from './double-double.ts'
import { remember } from './remember.ts'

/** Below this a double-double's low part may underflow, and above its reciprocal the splitting of products may overflow. */
const safe = 2 ** -900

/** Far beyond the exponents of binary64 (-1074 to 1023): the result is zero or infinity without a closer look. */
const beyond = 1100

const cache = new Map<number, Map<number, number>>()

/**
 * base ^ exponent, correctly rounded to binary64. `Math.pow` is not: for 1 - beta^t it is wrong in one of ten steps. A
 * double-double decides nearly every case (Ziv's strategy: accept when the error bound cannot change the rounding); the
 * rest takes the exact power of the significand.
 */
export function correctPower(base: number, exponent: number): number {
  // The host's own special cases are exact, and a cache would take -0 for 0.
  if (base === 0 || !Number.isFinite(base) || !Number.isFinite(exponent)) return base ** exponent
  const known = remember(cache, base, () => new Map<number, number>())
  if (known.size > 100_000) known.clear()
  return remember(known, exponent, () => compute(base, exponent))
}

function compute(base: number, exponent: number): number {
  if (exponent === 0) return 1
  if (exponent === 1) return base
  if (exponent === 0.5) return Math.sqrt(base)
  if (!Number.isInteger(exponent)) return doubleFromBig(bigFromDouble(base).pow(bigFromDouble(exponent)))
  if (Math.abs(base) === 1) return exponent % 2 === 0 ? 1 : base
  const scale = exponent * Math.log2(Math.abs(base))
  if (Math.abs(scale) > beyond)
    return (scale < 0 ? 0 : Number.POSITIVE_INFINITY) * (base < 0 && exponent % 2 !== 0 ? -1 : 1)
  return (
    quick(base, exponent) ??
    (exponent > 0 || isPowerOfTwo(base) ? exactPower(base, exponent) : inversePower(base, exponent))
  )
}

function quick(base: number, exponent: number): number | undefined {
  const { hi, lo } = dd.power(dd.dd(base), exponent)
  const magnitude = Math.abs(hi)
  if (!(magnitude > safe && magnitude < 1 / safe)) return undefined
  const error = magnitude * Math.abs(exponent) * 2 ** -99
  return hi + (lo + error) === hi && hi + (lo - error) === hi ? hi : undefined
}

/** A negative power; only that of a power of two may lie halfway between two numbers, where 64 digits could not decide. */
const inversePower = (base: number, exponent: number): number => doubleFromBig(bigFromDouble(base).pow(exponent))

const isPowerOfTwo = (base: number): boolean => decompose(base).significand === 1n

/** |value| as an odd significand and a power of two. */
function decompose(value: number): { significand: bigint; scale: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const biased = Number(bits >> 52n)
  let significand = biased === 0 ? bits : (bits & 0xfffffffffffffn) | (1n << 52n)
  let scale = (biased || 1) - 1075
  while ((significand & 1n) === 0n) {
    significand >>= 1n
    scale += 1
  }
  return { significand, scale }
}

/**
 * The exact power of the 53-bit significand, rounded once to the nearest binary64, ties to even, subnormals included.
 * The exponent is whole; it may be negative for powers of two.
 */
export function exactPower(base: number, exponent: number): number {
  const { significand, scale } = decompose(base)
  const power = significand === 1n ? significand : significand ** BigInt(exponent)
  const magnitude = roundScaled(power, scale * exponent)
  return base < 0 && exponent % 2 !== 0 ? -magnitude : magnitude
}

/** The binary64 nearest to significand * 2^scale. */
function roundScaled(significand: bigint, scale: number): number {
  const length = significand.toString(16).length * 4
  const top = length - (3 - Math.floor(Math.log2(Number.parseInt(significand.toString(16)[0]!, 16))))
  const exponent = Math.max(top + scale - 53, -1074)
  const drop = exponent - scale
  if (drop <= 0) return Number(significand) * 2 ** scale
  const shift = BigInt(drop)
  const half = 1n << (shift - 1n)
  const rest = significand & ((1n << shift) - 1n)
  let kept = significand >> shift
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n
  // Two exact factors, since 2^exponent alone may underflow or overflow.
  return exponent < -1000
    ? Number(kept) * 2 ** (exponent + 74) * 2 ** -74
    : exponent > 971
      ? Number.POSITIVE_INFINITY
      : Number(kept) * 2 ** exponent
}

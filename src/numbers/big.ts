import { Decimal } from 'decimal.js'

/** Decimal arithmetic with 64 significant digits, rounded half to even. Methods only: they compare exactly. */
export const Big = Decimal.clone({
  precision: 64,
  rounding: Decimal.ROUND_HALF_EVEN,
  minE: -9e15,
  maxE: 9e15,
  toExpNeg: -7,
  toExpPos: 21,
})
export type Big = InstanceType<typeof Big>

const view = new DataView(new ArrayBuffer(8))
const powersOfTwo = new Map<number, Big>()

function powerOfTwo(exponent: number): Big {
  let power = powersOfTwo.get(exponent)
  if (!power) {
    power = new Big(2).pow(exponent)
    powersOfTwo.set(exponent, power)
  }
  return power
}

/**
 * The number that the bits of a binary64 stand for, to 64 digits. `new Decimal(0.1)` would read the shortest decimal
 * that rounds to the same bits, which is off by up to half an ulp.
 */
export function bigFromDouble(value: number): Big {
  return Number.isSafeInteger(value) || !Number.isFinite(value) ? new Big(value) : scaled(value)
}

function scaled(value: number): Big {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  let significand = biased === 0 ? fraction : fraction | (1n << 52n)
  let exponent = (biased || 1) - 1075
  // Without trailing zeros both factors are exact wherever their product is: 2^-92 has 65 digits.
  for (; (significand & 1n) === 0n; exponent++) significand >>= 1n
  const magnitude = new Big(significand.toString()).times(powerOfTwo(exponent))
  return value < 0 ? magnitude.neg() : magnitude
}

/** The binary64 nearest to a decimal number, ties to even. */
export function doubleFromBig(value: Big): number {
  // Unlike toString, valueOf keeps the sign of zero.
  return Number(value.valueOf())
}

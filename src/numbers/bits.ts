import { type FormatSpec, formats } from './formats.ts'

const view = new DataView(new ArrayBuffer(8))

/** The bits of one number, as lower-case hexadecimal, big-endian: 8 digits for float32, 16 for float64. */
export function toBits(value: number, format: FormatSpec['name']): string {
  if (format === 'float32') {
    view.setFloat32(0, value)
    return view.getUint32(0).toString(16).padStart(8, '0')
  }
  view.setFloat64(0, value)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

/** The bits of an array, concatenated. */
export function arrayToBits(values: ArrayLike<number>, format: FormatSpec['name']): string {
  let text = ''
  for (let i = 0; i < values.length; i++) text += toBits(values[i]!, format)
  return text
}

/** The numbers whose concatenated bits these are, widened to binary64; anything but hex digits of whole numbers is refused. */
export function arrayFromBits(bits: string, format: FormatSpec['name']): Float64Array {
  const digits = formats[format].bytes * 2
  if (bits.length % digits !== 0 || !/^[0-9a-f]*$/i.test(bits)) {
    throw new RangeError(
      `Expected ${format} values as hexadecimal bits, ${digits} digits each; got ${JSON.stringify(bits.slice(0, 40))} (${bits.length} characters).`,
    )
  }
  const values = new Float64Array(bits.length / digits)
  for (let i = 0; i < values.length; i++) {
    const at = i * digits
    if (digits === 8) {
      view.setUint32(0, Number.parseInt(bits.slice(at, at + 8), 16))
      values[i] = view.getFloat32(0)
    } else {
      view.setUint32(0, Number.parseInt(bits.slice(at, at + 8), 16))
      view.setUint32(4, Number.parseInt(bits.slice(at + 8, at + 16), 16))
      values[i] = view.getFloat64(0)
    }
  }
  return values
}

/** The position of a number on the format's number line: neighbours differ by 1, both zeros are at 0. */
function ordinal(value: number, format: FormatSpec['name']): bigint {
  if (format === 'float32') {
    view.setFloat32(0, value)
    const bits = BigInt(view.getUint32(0))
    return bits >> 31n ? -(bits & 0x7fffffffn) : bits
  }
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  return bits >> 63n ? -(bits & 0x7fffffffffffffffn) : bits
}

/** How many numbers of the format lie between two numbers (units in the last place); NaN when either is NaN. */
export function ulpsBetween(a: number, b: number, format: FormatSpec['name']): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN
  const distance = ordinal(a, format) - ordinal(b, format)
  return Number(distance < 0n ? -distance : distance)
}

/** Whether two numbers have the same bits; every NaN counts as the same. */
export function sameBits(a: number, b: number): boolean {
  return Object.is(a, b)
}

import type { Bytes } from './bytes.ts'

/** An array of a file: its element type and shape, and its bytes, little-endian and row by row. */
export interface StoredArray {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly bytes: Bytes
}

/** How an element is read, by the names of safetensors. */
const types = {
  F32: { bytes: 4, read: (buffer: Buffer, at: number) => buffer.readFloatLE(at) },
  F64: { bytes: 8, read: (buffer: Buffer, at: number) => buffer.readDoubleLE(at) },
  I32: { bytes: 4, read: (buffer: Buffer, at: number) => buffer.readInt32LE(at) },
  I64: { bytes: 8, read: (buffer: Buffer, at: number) => Number(buffer.readBigInt64LE(at)) },
  U8: { bytes: 1, read: (buffer: Buffer, at: number) => buffer.readUInt8(at) },
  BOOL: { bytes: 1, read: (buffer: Buffer, at: number) => buffer.readUInt8(at) },
} as const

export type ElementType = keyof typeof types

export const isElementType = (name: string): name is ElementType => Object.hasOwn(types, name)

/** The bytes of one element. */
export const sizeOf = (type: ElementType): number => types[type].bytes

export const product = (shape: readonly number[]): number => shape.reduce((size, each) => size * each, 1)

/** The next row of an array. */
export async function rowOf({ type, shape, bytes }: StoredArray): Promise<Float64Array> {
  const size = product(shape.slice(1))
  const { bytes: each, read } = types[type]
  const buffer = await bytes.take(size * each)
  return Float64Array.from({ length: size }, (_, i) => read(buffer, i * each))
}

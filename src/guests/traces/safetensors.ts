import { open } from 'node:fs/promises'
import type { RecordedTrace } from '../../subject/recorded-trace.ts'
import { arrayTrace } from './arrays.ts'
import { FileBytes } from './bytes.ts'
import { instead, TraceError } from './error.ts'
import { isElementType, product, type StoredArray, sizeOf } from './stored.ts'
import { isObject } from './values.ts'

/** No list of tensors is longer than this, in bytes; the format's own limit. */
const longest = 100e6

/** A trace in safetensors: a length, a JSON object with types, shapes and places, then the arrays. The header is metadata. */
export async function openSafetensors(path: string): Promise<RecordedTrace> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const length = Number((await new FileBytes(file, path, 0, size).take(8)).readBigUInt64LE())
    if (length > longest) throw new TraceError(path, `its header would have ${length} bytes.`)
    if (length > size - 8)
      throw new TraceError(
        path,
        `its header has ${length} bytes, of which ${size - 8} are there: it was cut off, or is still being written.`,
      )
    const text = (await new FileBytes(file, path, 8, 8 + length).take(length)).toString('utf8')
    const { __metadata__: metadata, ...tensors } = objectFrom(text, path, 'its header')
    const header = isObject(metadata) ? metadata.lockstep : undefined
    if (typeof header !== 'string')
      throw new TraceError(path, 'its metadata has no entry `lockstep`.', 'It holds the header of the trace, as JSON.')
    const arrays = Object.entries(tensors).map(([name, entry]): StoredArray => {
      const { type, shape, from, to } = entryOf(name, entry, size - 8 - length)
      return { name, type, shape, bytes: new FileBytes(file, name, 8 + length + from, 8 + length + to) }
    })
    return arrayTrace(path, objectFrom(header, path, 'metadata.lockstep'), arrays, () => file.close())
  } catch (error) {
    await file.close()
    throw error
  }
}

function objectFrom(text: string, path: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
    throw new TraceError(path, `${what} is not a JSON object: ${instead(value)}.`)
  } catch (error) {
    if (error instanceof TraceError) throw error
    throw new TraceError(path, `${what} is not a JSON object: ${(error as Error).message}.`)
  }
}

function entryOf(name: string, entry: unknown, room: number) {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {}
  if (typeof dtype !== 'string' || !isElementType(dtype))
    throw new TraceError(name, `elements of type ${String(dtype)} cannot be read.`, 'Write F32, F64, I32, I64 or BOOL.')
  const whole = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0)
  if (!whole(shape) || !whole(offsets) || offsets.length !== 2)
    throw new TraceError(name, 'its shape or its offsets are not whole numbers.')
  const [from, to] = offsets as [number, number]
  if (to - from !== product(shape) * sizeOf(dtype))
    throw new TraceError(name, `it has ${to - from} bytes; its shape needs ${product(shape) * sizeOf(dtype)}.`)
  if (to > room) throw new TraceError(name, 'the file ends before it: it was cut off, or is still being written.')
  return { type: dtype, shape, from, to }
}

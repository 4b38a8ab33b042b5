import type { FileHandle } from 'node:fs/promises'
import { type Bytes, FileBytes, InflatedBytes } from './bytes.ts'
import { TraceError } from './error.ts'

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string
  readonly bytes: Bytes
}

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, entry: 0x02014b50 } as const
/** A 32-bit field that says: see the 64-bit one. */
const large = 0xffffffff

/** The files of a zip archive, stored or deflated, of any size; APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3. */
export async function entriesOf(file: FileHandle, path: string): Promise<ZipEntry[]> {
  try {
    return await listed(file, path)
  } catch (error) {
    // A field that points outside of the file.
    if (error instanceof RangeError) throw damaged(path)
    throw error
  }
}

async function listed(file: FileHandle, path: string): Promise<ZipEntry[]> {
  const { size } = await file.stat()
  const read = (from: number, count: number): Promise<Buffer> => new FileBytes(file, path, from, size).take(count)
  const { at, count } = await directory(read, size, path)
  const list = await read(at.from, at.size)
  const entries: ZipEntry[] = []
  for (let from = 0, k = 0; k < count; k++) {
    if (list.length < from + 46 || list.readUInt32LE(from) !== signatures.entry) throw damaged(path)
    const entry = entryAt(list, from)
    from = entry.next
    const local = await read(entry.offset, 30)
    const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
    entries.push({ name: entry.name, bytes: bytesOf(file, entry, start) })
  }
  return entries
}

type Read = (from: number, count: number) => Promise<Buffer>

async function directory(read: Read, size: number, path: string) {
  const tailSize = Math.min(size, 65_557)
  const tail = await read(size - tailSize, tailSize)
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (at < 0) throw damaged(path)
  const [count, length, from] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  if (count !== 0xffff && length !== large && from !== large) return { count, at: { from, size: length } }
  if (at < 20 || tail.readUInt32LE(at - 20) !== signatures.locator64) throw damaged(path)
  const end = await read(Number(tail.readBigUInt64LE(at - 12)), 56)
  return {
    count: Number(end.readBigUInt64LE(32)),
    at: { from: Number(end.readBigUInt64LE(48)), size: Number(end.readBigUInt64LE(40)) },
  }
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly packed: number
  readonly offset: number
  readonly next: number
}

function entryAt(list: Buffer, at: number): Entry {
  const [nameSize, extraSize, commentSize] = [28, 30, 32].map(k => list.readUInt16LE(at + k)) as [
    number,
    number,
    number,
  ]
  const extraAt = at + 46 + nameSize
  const wide = wideFields(list.subarray(extraAt, extraAt + extraSize))
  // The 64-bit fields stand in this order, each only where the 32-bit one is full.
  const field = (offset: number): number => {
    const value = list.readUInt32LE(at + offset)
    return value === large ? (wide.shift() ?? value) : value
  }
  field(24)
  const packed = field(20)
  return {
    name: list.toString('utf8', at + 46, extraAt),
    method: list.readUInt16LE(at + 10),
    packed,
    offset: field(42),
    next: extraAt + extraSize + commentSize,
  }
}

function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const fields = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    return Array.from({ length: Math.floor(fields.length / 8) }, (_, k) => Number(fields.readBigUInt64LE(8 * k)))
  }
  return []
}

function bytesOf(file: FileHandle, { name, method, packed }: Entry, start: number): Bytes {
  if (method === 0) return new FileBytes(file, name, start, start + packed)
  if (method === 8) return new InflatedBytes(file, name, start, start + packed)
  throw new TraceError(name, `it is packed by method ${method}.`, 'Write it with np.savez or np.savez_compressed.')
}

const damaged = (path: string): TraceError =>
  new TraceError(path, 'this is no whole archive: it was cut off, or is still being written.')

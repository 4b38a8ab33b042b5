import type { FileHandle } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { TraceError } from './error.ts'

/** Bytes that are taken from the front, so that no array need be in memory as a whole. */
export interface Bytes {
  /** The next `count` bytes; throws where there are fewer. */
  take(count: number): Promise<Buffer>
}

const ahead = 1 << 16

/** One row of an array must fit into memory. */
const most = 2 ** 31

function checkRow(name: string, count: number): void {
  if (count > most)
    throw new TraceError(name, `a row of ${count} bytes is too long.`, 'Record a sample of the elements.')
}

/** A stretch of a file. */
export class FileBytes implements Bytes {
  readonly #file: FileHandle
  readonly #name: string
  readonly #end: number
  #at: number
  #held = Buffer.alloc(0)

  constructor(file: FileHandle, name: string, from: number, end: number) {
    this.#file = file
    this.#name = name
    this.#at = from
    this.#end = end
  }

  async take(count: number): Promise<Buffer> {
    checkRow(this.#name, count)
    while (this.#held.length < count) {
      const wanted = Math.max(0, Math.min(Math.max(count - this.#held.length, ahead), this.#end - this.#at))
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(wanted), 0, wanted, this.#at)
      if (bytesRead === 0) throw cutOff(this.#name)
      this.#at += bytesRead
      this.#held = Buffer.concat([this.#held, buffer.subarray(0, bytesRead)])
    }
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }
}

/** A deflated stretch of a file, unpacked as far as it is asked for. */
export class InflatedBytes implements Bytes {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #name: string
  #held: Buffer = Buffer.alloc(0)

  constructor(file: FileHandle, name: string, from: number, end: number) {
    this.#name = name
    const inflate = createInflateRaw()
    // An error on either side ends both, and is met where the next bytes are asked for.
    pipeline(Readable.from(piecesOf(file, from, end)), inflate, () => {})
    this.#chunks = (inflate as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Buffer> {
    checkRow(this.#name, count)
    const parts = [this.#held]
    let size = this.#held.length
    while (size < count) {
      const next = await this.#chunks.next().catch((error: Error) => {
        throw new TraceError(this.#name, `it cannot be unpacked: ${error.message}.`)
      })
      if (next.done) throw cutOff(this.#name)
      parts.push(next.value)
      size += next.value.length
    }
    const all = parts.length === 1 ? this.#held : Buffer.concat(parts)
    this.#held = all.subarray(count)
    return all.subarray(0, count)
  }
}

/** A stretch of a file in pieces; streams of a file handle would each listen to its end. */
async function* piecesOf(file: FileHandle, from: number, end: number): AsyncGenerator<Buffer> {
  for (let at = from; at < end; ) {
    const size = Math.min(ahead, end - at)
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

const cutOff = (name: string): TraceError =>
  new TraceError(name, 'the file ends in it: it was cut off, or is still being written.')

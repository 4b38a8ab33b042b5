import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { RecordedTrace } from '../../subject/recorded-trace.ts'
import { type Carrier, carrierOf, standardInput, telling, traceName } from './carrier.ts'
import { TraceError } from './error.ts'
import { jsonLinesFrom } from './jsonl.ts'

/** Why what carries a trace cannot come through a pipe, and what to do. */
const refused: Readonly<Record<Exclude<Carrier, 'lines'>, readonly [problem: string, hint: string]>> = {
  npz: ['an .npz file is read from its end, which a pipe gives last.', 'Write it to a file, and name that.'],
  safetensors: [
    'arrays in safetensors are read at their places, which a pipe does not allow.',
    'Write it to a file, and name that.',
  ],
  gzip: ['it is compressed.', `Unpack it first: gunzip -c trace.jsonl.gz | lockstep check ${standardInput}`],
}

/** A trace in JSON lines from a named pipe. */
export const openPipe = (path: string): Promise<RecordedTrace> => fromStream(createReadStream(path), path)

/** A trace in JSON lines from standard input. */
export async function openStandardInput(): Promise<RecordedTrace> {
  const name = traceName(standardInput)
  if (process.stdin.isTTY)
    throw new TraceError(name, 'it is a terminal.', 'Pipe a trace into it: train | lockstep check -')
  return fromStream(process.stdin, name)
}

async function fromStream(stream: Readable, name: string): Promise<RecordedTrace> {
  const close = (): void => void stream.destroy()
  try {
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const start = await beginning(pieces).catch((error: Error) => {
      throw new TraceError(name, `it cannot be read: ${error.message}.`)
    })
    const carrier = carrierOf(start)
    if (carrier !== 'lines') throw new TraceError(name, ...refused[carrier])
    return await jsonLinesFrom({ name, chunks: joined(start, pieces), close })
  } catch (error) {
    close()
    throw error
  }
}

/** What arrives first, until it tells what it is. */
async function beginning(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0)
  while (start.length < telling) {
    const { value, done } = await pieces.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  return start
}

async function* joined(start: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield start
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
}

import { open, stat } from 'node:fs/promises'
import type { RecordedTrace } from '../../subject/recorded-trace.ts'
import { otherThanFile } from '../whole-file.ts'
import { carrierOf, standardInput, telling } from './carrier.ts'
import { TraceError } from './error.ts'
import { openJsonLines } from './jsonl.ts'

/** The first bytes of a file, or why it cannot be read. */
async function beginning(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(telling), 0, telling, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const unreadable = (path: string, { code, message }: NodeJS.ErrnoException): TraceError =>
  new TraceError(path, code === 'ENOENT' ? 'there is no such file.' : `it cannot be read: ${message}.`)

/** Opens a recorded trace, whatever carries it: a file, told apart by its first bytes, or JSON lines from a pipe. */
export async function openTrace(path: string): Promise<RecordedTrace> {
  if (path === standardInput) return (await import('./pipe.ts')).openStandardInput()
  const start = await stat(path)
    .then(async () => {
      const other = otherThanFile(path)
      if (other === undefined) return beginning(path)
      if (other === 'a pipe') return undefined
      throw new TraceError(path, `it is ${other}, not a file or a pipe.`)
    })
    .catch(error => {
      throw error instanceof TraceError ? error : unreadable(path, error)
    })
  if (!start) return (await import('./pipe.ts')).openPipe(path)
  switch (carrierOf(start)) {
    case 'npz':
      return (await import('./npz.ts')).openNpz(path)
    case 'safetensors':
      return (await import('./safetensors.ts')).openSafetensors(path)
    case 'gzip':
      throw new TraceError(path, 'it is compressed.', `Unpack it first: gunzip ${path}`)
    case 'lines':
      checkEnding(path, start)
      return openJsonLines(path)
  }
}

/** A file of arrays that ends within its first bytes looks like nothing at all; its name says what it was to be. */
function checkEnding(path: string, start: Buffer): void {
  const [ending] = /\.(npz|safetensors)$/.exec(path) ?? []
  if (ending !== undefined && start[0] !== 0x7b)
    throw new TraceError(path, `it does not begin as ${ending} does: it was cut off, or is another kind of file.`)
}

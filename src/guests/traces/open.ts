import { open } from 'node:fs/promises'
import type { RecordedTrace } from '../../subject/recorded-trace.ts'
import { TraceError } from './error.ts'
import { openJsonLines } from './jsonl.ts'

/** The first bytes of a file, or why it cannot be read. */
async function beginning(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new TraceError(
      path,
      code === 'ENOENT'
        ? 'there is no such file.'
        : code === 'EISDIR'
          ? 'it is a directory.'
          : `it cannot be read: ${message}.`,
    )
  }
}

/** Opens a recorded trace, whatever carries it; told apart by the first bytes. */
export async function openTrace(path: string): Promise<RecordedTrace> {
  const start = await beginning(path)
  if (start.subarray(0, 2).toString('latin1') === 'PK') return (await import('./npz.ts')).openNpz(path)
  if (start[0] === 0x1f && start[1] === 0x8b)
    throw new TraceError(path, 'it is compressed.', `Unpack it first: gunzip ${path}`)
  if (start[8] === 0x7b && start.length > 9 && start.readUInt16LE(6) === 0)
    return (await import('./safetensors.ts')).openSafetensors(path)
  return openJsonLines(path)
}

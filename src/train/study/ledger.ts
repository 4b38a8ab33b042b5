import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import lockfile from 'proper-lockfile'
import * as v from 'valibot'
import type { RunRecord } from './record.ts'

/** Records that cannot be read or kept: which file, what is wrong, what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
}

/** What a line has to have for its run to be known again; the rest is what Lockstep wrote. */
const line = v.looseObject({
  record: v.literal('lockstep-run-1'),
  id: v.string(),
  study: v.string(),
  arm: v.string(),
  phase: v.picklist(['search', 'final']),
  run: v.looseObject({ rule: v.string(), seed: v.number() }),
  outcome: v.picklist(['finished', 'diverged']),
  machine: v.looseObject({ engine: v.string() }),
  data: v.looseObject({ fingerprint: v.string() }),
  figures: v.array(
    v.looseObject({ epoch: v.number(), step: v.number(), metric: v.string(), value: v.union([v.number(), v.null()]) }),
  ),
})

/** What a ledger holds; `kept` are the bytes up to the end of its last whole line. */
export interface Read {
  readonly records: RunRecord[]
  readonly kept: number
  /** Whether something was left behind the last whole line: a run was ended while it was being written. */
  readonly isTorn: boolean
}

/** Reads a ledger: a run a line, as JSON. One that is not there is empty; the same run twice counts once. */
export function readLedger(path: string): Read {
  if (!existsSync(path)) return { records: [], kept: 0, isTorn: false }
  const bytes = readFileSync(path)
  const kept = bytes.lastIndexOf(0x0a) + 1
  const lines = bytes.subarray(0, kept).toString('utf8').split('\n').slice(0, -1)
  const records = new Map<string, RunRecord>()
  for (const [at, text] of lines.entries()) {
    if (text.trim() === '') continue
    const record = recordOf(text, `${path}, line ${at + 1}`)
    records.set(record.id, record)
  }
  return { records: [...records.values()], kept, isTorn: kept < bytes.length }
}

function recordOf(text: string, place: string): RunRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new LedgerError(
      `${place}: this is not JSON: ${(error as Error).message}. Remove the line to make that run again.`,
    )
  }
  const checked = v.safeParse(line, value)
  if (checked.success) return value as RunRecord
  const [issue] = checked.issues
  throw new LedgerError(
    `${place}: ${v.getDotPath(issue)}: ${issue.message}. Expected a run that lockstep bench wrote; remove the line, or name another file.`,
  )
}

/** The runs of several ledgers, each once, in their order. */
export function mergedRecords(paths: readonly string[]): RunRecord[] {
  const records = new Map<string, RunRecord>()
  for (const path of paths) {
    if (!existsSync(path)) throw new LedgerError(`${path} is not there; name ledgers that lockstep bench wrote.`)
    for (const record of readLedger(path).records) if (!records.has(record.id)) records.set(record.id, record)
  }
  return [...records.values()]
}

/** A lock that was not renewed for so long is that of a process that is gone; milliseconds. */
const stale = 20_000

/** A file of runs that this process alone writes to: every finished run is on the disk before the next begins. */
export class Ledger {
  readonly path: string
  readonly #file: number
  readonly #release: () => Promise<void>
  readonly #records: Map<string, RunRecord>
  #closed = false

  private constructor(path: string, file: number, release: () => Promise<void>, records: readonly RunRecord[]) {
    this.path = path
    this.#file = file
    this.#release = release
    this.#records = new Map(records.map(record => [record.id, record]))
  }

  /** Opens or makes a ledger; a line that was torn off by a kill is cut off, and its run is made again. */
  static async open(path: string): Promise<Ledger> {
    mkdirSync(dirname(path), { recursive: true })
    const release = await locked(path)
    try {
      const { records, kept, isTorn } = readLedger(path)
      const file = openSync(path, 'a')
      if (isTorn) ftruncateSync(file, kept)
      return new Ledger(path, file, release, records)
    } catch (error) {
      await release()
      throw error
    }
  }

  get records(): readonly RunRecord[] {
    return [...this.#records.values()]
  }

  get(id: string): RunRecord | undefined {
    return this.#records.get(id)
  }

  /** Writes a run; where the disk is full nothing of it is left, and all before it is. */
  append(record: RunRecord): void {
    const before = fstatSync(this.#file).size
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`)
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#file, bytes, from)
      fsyncSync(this.#file)
    } catch (error) {
      ftruncateSync(this.#file, before)
      throw new LedgerError(
        `${this.path}: the run could not be written: ${(error as Error).message}. What was recorded before it (${this.#records.size} runs) is kept; make room, and call the same command again.`,
        { cause: error },
      )
    }
    this.#records.set(record.id, record)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    closeSync(this.#file)
    await this.#release()
  }
}

async function locked(path: string): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(path, { realpath: false, stale, onCompromised: () => {} })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    throw new LedgerError(
      `${path} is being written to by another process. Wait for it, or give this one a ledger of its own with --out and put them together with lockstep bench merge.`,
    )
  }
}

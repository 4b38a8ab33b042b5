import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { RecordedHeader, RecordedStep, RecordedTrace } from '../../subject/recorded-trace.ts'
import { Lines } from '../lines.ts'
import { TraceError } from './error.ts'
import { headerFrom } from './header.ts'
import { StepReader } from './steps.ts'

/** The longest line, in bytes: what a text of Node can hold, with room to spare. */
const longest = 256 * 2 ** 20

/** A text as it arrives. */
export interface Arriving {
  readonly name: string
  readonly chunks: AsyncIterable<Buffer>
  /** In bytes; undefined where that is known at its end only. */
  readonly size?: number
  close(): void
}

/** A trace in a file of JSON lines, read line by line: a header, then a step a line. */
export async function openJsonLines(path: string, limit = longest): Promise<RecordedTrace> {
  const { size } = await stat(path)
  const chunks = createReadStream(path, { highWaterMark: 1 << 20 })
  return jsonLinesFrom({ name: path, chunks, size, close: () => void chunks.destroy() }, limit)
}

/** The same of a text that arrives from anywhere; no more of it is held than a line. */
export async function jsonLinesFrom(text: Arriving, limit = longest): Promise<RecordedTrace> {
  const { name, size } = text
  const lines = new NumberedLines(text, limit)
  const values = lines.values()
  const header = await headerOf(values, name).catch(error => {
    text.close()
    throw error
  })
  return {
    header,
    async *steps(): AsyncGenerator<RecordedStep> {
      const reader = new StepReader(header)
      for await (const { value, place } of values) yield reader.read(value, place)
    },
    get progress() {
      if (size === undefined) return lines.ended ? 1 : 0
      return size === 0 ? 1 : lines.bytes / size
    },
    async close() {
      text.close()
    },
  }
}

async function headerOf(
  values: AsyncGenerator<{ value: unknown; place: string }>,
  path: string,
): Promise<RecordedHeader> {
  const begins = 'A trace begins with a header; see docs/traces.md.'
  const first = await values.next().catch((error: unknown) => {
    throw error instanceof TraceError ? new TraceError(path, `${error.message}\n  ${begins}`) : error
  })
  if (first.done) throw new TraceError(path, 'the file is empty.', begins)
  return headerFrom(first.value.value, `${path}, ${first.value.place}`)
}

class NumberedLines {
  readonly #text: Arriving
  readonly #lines: Lines
  bytes = 0
  ended = false
  #number = 0

  constructor(text: Arriving, limit: number) {
    this.#lines = new Lines(limit)
    this.#text = text
  }

  /** Every line that is not blank, parsed. */
  async *values(): AsyncGenerator<{ value: unknown; place: string }> {
    const lines = this.#lines
    for await (const chunk of this.#chunks()) {
      this.bytes += chunk.length
      const complete = lines.push(chunk)
      if (!complete)
        throw new TraceError(
          `line ${this.#number + 1}`,
          `it is longer than ${lines.limit} bytes.`,
          'Record a sample of the elements, or write .npz or .safetensors.',
        )
      for (const line of complete) yield* this.#parsed(line, '')
    }
    this.ended = true
    yield* this.#parsed(lines.rest, ' The file ends in it: it was cut off, or is still being written.')
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      yield* this.#text.chunks
    } catch (error) {
      throw new TraceError(this.#text.name, `it cannot be read: ${(error as Error).message}.`)
    }
  }

  *#parsed(line: string, whole: string): Generator<{ value: unknown; place: string }> {
    this.#number += 1
    const text = line.replace(/^\ufeff/, '').trim()
    if (text === '') return
    const place = `line ${this.#number}`
    yield { value: this.#parse(text, place, whole), place }
  }

  #parse(text: string, place: string, whole: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      const bare = /[[:,]\s*-?(NaN|Infinity)\b/.test(text)
      throw new TraceError(
        place,
        `this is not a JSON object: ${(error as Error).message}.${whole}`,
        bare ? 'JSON has no NaN and no infinities: write "NaN", "Infinity" or "-Infinity", or bits.' : '',
      )
    }
  }
}

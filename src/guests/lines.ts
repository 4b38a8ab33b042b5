/** Cuts a stream of bytes into lines; keeps no more than one line that is not yet complete. */
export class Lines {
  /** The longest line, in bytes. */
  readonly limit: number
  #parts: Buffer[] = []
  #size = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** The lines that these bytes complete; undefined when a line grew beyond the limit. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end))
      if (this.#size > this.limit) return undefined
      lines.push(this.rest)
      this.#parts = []
      this.#size = 0
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    return this.#size > this.limit ? undefined : lines
  }

  /** What came after the last end of a line. */
  get rest(): string {
    return Buffer.concat(this.#parts).toString('utf8')
  }

  #keep(part: Buffer): void {
    this.#parts.push(part)
    this.#size += part.length
  }
}

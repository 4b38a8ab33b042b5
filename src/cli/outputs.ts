import { appendFileSync } from 'node:fs'
import { type Stream, streams, writers } from '../report/index.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { Unwritten } from './failures.ts'
import { canBeRewritten, print, tell, writeWhole } from './output.ts'
import type { ReporterChoice } from './reporter-choice.ts'
import { fileScreen, screen } from './screen.ts'

/** A file is not rewritten more often than this, in milliseconds: a report of thousands of results takes a while to write. */
const rest = 1000

/**
 * The reports of one run. A file is there from the beginning, marked as incomplete, and is rewritten whole as results
 * arrive, so that what was found is in it however the run ends; what is written line by line goes to the screen at once.
 */
export class Outputs {
  readonly #files: readonly Required<ReporterChoice>[]
  readonly #screen: readonly string[]
  readonly #running: ReadonlyMap<string, Stream>
  readonly #soFar: () => Report
  #written = Number.NEGATIVE_INFINITY

  /** `soFar` gives the report of what is known, marked as incomplete. */
  constructor(choices: readonly ReporterChoice[], soFar: () => Report) {
    this.#files = choices.filter((choice): choice is Required<ReporterChoice> => choice.file !== undefined)
    this.#screen = choices.filter(({ file }) => file === undefined).map(({ name }) => name)
    const running = this.#screen.flatMap(name => (streams[name] ? [[name, streams[name]()] as const] : []))
    this.#running = new Map(running)
    this.#soFar = soFar
  }

  /** Writes each file for the first time, so that one that cannot be written stops the run before it begins. */
  start(): void {
    this.#write(this.#soFar())
  }

  /** Takes in a result, which is part of what `soFar` gives by now. */
  result(result: Result): void {
    const due = this.#files.length > 0 && performance.now() - this.#written >= rest
    const report = due || this.#running.size > 0 ? this.#soFar() : undefined
    for (const stream of this.#running.values()) void print(stream.result(result, report!.subjects))
    if (!due) return
    try {
      this.#write(report!)
    } catch {
      // There may be space again by the end, where it is told.
    }
  }

  /** Writes everything for the last time; one that fails does not keep the others from it. */
  async end(report: Report): Promise<void> {
    const failures: unknown[] = []
    for (const { name, file } of this.#files) {
      try {
        writeWhole(file, writers[name]!(report, fileScreen))
        tell(report.incomplete ? `What was found until then is in ${file}.` : `The report is in ${file}.`)
      } catch (error) {
        failures.push(error)
      }
    }
    for (const name of this.#screen) {
      const stream = this.#running.get(name)
      // A document that is not whole is no document, and half a matrix is told in a line.
      if (stream || !report.incomplete) await print(stream ? stream.end(report) : writers[name]!(report, screen()))
    }
    if (this.#screen.includes('github')) summarize(report)
    if (failures.length > 0) throw new Unwritten((failures[0] as Error).message)
  }

  #write(report: Report): void {
    for (const { name, file } of this.#files)
      if (canBeRewritten(file)) writeWhole(file, writers[name]!(report, fileScreen))
    this.#written = performance.now()
  }
}

/** Appends the report to the page of a job in GitHub Actions, where there is one. */
function summarize(report: Report): void {
  const page = process.env.GITHUB_STEP_SUMMARY
  if (!page) return
  try {
    appendFileSync(page, writers.markdown!(report, fileScreen))
  } catch (error) {
    tell(`The summary of the job could not be written: ${(error as Error).message}`)
  }
}

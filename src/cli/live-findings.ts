import { cellOf } from '../report/by-cell.ts'
import { briefly, isOpenFailure } from '../report/findings.ts'
import { firstLine, plain } from '../report/terminal-style.ts'
import type { Result } from '../subject/verdict.ts'
import type { Progress } from './progress.ts'
import { screen } from './screen.ts'

/** Tells the first deviation of each subject under each rule as soon as it is found, where somebody watches the progress. */
export class LiveFindings {
  readonly #progress: Progress
  readonly #told = new Set<string>()

  constructor(progress: Progress) {
    this.#progress = progress
  }

  result(result: Result): void {
    if (!isOpenFailure(result) || this.#told.has(cellOf(result))) return
    this.#told.add(cellOf(result))
    const { subject, rule, check, finding, reason } = result
    const what = finding ? briefly(finding) : firstLine(reason ?? 'deviates')
    this.#progress.say(plain(`  ✗ ${subject}, ${rule}, ${check}: ${what}`, screen()))
  }
}

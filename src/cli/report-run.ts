import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './failures.ts'
import { tell } from './output.ts'
import { present, reported } from './subjects.ts'
import { runVerify } from './verify-run.ts'

/** What `report` is asked. */
export interface ReportOptions {
  out: string
  python?: string
  depth: 'quick' | 'full'
  seed?: number
}

/** The files of a report; the page first, for whoever opens the directory. */
const files = { html: 'index.html', csv: 'results.csv' } as const

/** Runs every check on everything that is here, and writes the report; the exit code is that of `verify`. */
export async function runReport(asked: readonly string[], options: ReportOptions): Promise<number> {
  const { out, python, depth, seed } = options
  const request = python === undefined ? {} : { python }
  const { names, hints } = asked.length > 0 ? { names: asked, hints: [] } : await present(reported, request)
  const scenarios = join(out, 'scenarios')
  prepare(out, scenarios)
  const code = await runVerify(names, {
    ...request,
    rule: [],
    command: [],
    check: [],
    hyper: {},
    depth,
    ...(seed !== undefined && { seed }),
    reporter: [{ name: 'terminal' }, ...Object.entries(files).map(([name, file]) => ({ name, file: join(out, file) }))],
    config: false,
    diagnose: true,
    save: true,
    keep: scenarios,
  })
  for (const hint of hints) tell(hint)
  return code
}

/** The scenarios of an earlier report are not those of this one. */
function prepare(out: string, scenarios: string): void {
  try {
    rmSync(scenarios, { recursive: true, force: true })
    mkdirSync(out, { recursive: true })
  } catch (error) {
    throw new UsageError(
      `Cannot write to ${out}: ${(error as Error).message}.`,
      'Give --out a directory that is writable.',
    )
  }
}

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { analyse } from './analysis.ts'
import { csv } from './csv.ts'
import type { StudyRecords } from './groups.ts'
import { type Origin, page } from './html.ts'
import { markdown } from './markdown.ts'
import { draw, file, mark } from './plots/svg.ts'
import { plotsOf } from './plots.ts'

/** A report that could not be written: where, why, and what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
}

/** Writes results.csv, a plot a file, index.html and README.md into a directory, each whole or not at all; gives their paths. */
export async function writeReport(directory: string, from: StudyRecords & Origin): Promise<string[]> {
  const analysis = analyse(from)
  const drawings = await draw(await plotsOf(analysis))
  const files: readonly (readonly [name: string, text: string])[] = [
    ['results.csv', await csv(from)],
    ...drawings.map(each => [`${each.name}.svg`, file(each)] as const),
    ['index.html', page(analysis, drawings, from)],
    ['README.md', markdown(analysis, drawings, from)],
  ]
  const written: string[] = []
  for (const [name, text] of files) written.push(await writeWhole(directory, name, text))
  await removeEarlier(directory, new Set(files.map(([name]) => name)))
  return written
}

/** Plots of an earlier report that this one does not have would be taken for its own. */
async function removeEarlier(directory: string, current: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.svg') || current.has(name)) continue
    const path = join(directory, name)
    if ((await readFile(path, 'utf8')).includes(mark)) await rm(path)
  }
}

async function writeWhole(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  const draft = join(directory, `.${name}.${process.pid}.tmp`)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(draft, text)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw new ReportError(
      `Cannot write ${path}: ${(error as Error).message}.\n  The runs themselves are safe in the ledger; mend this, or name another directory, and write the report again.`,
      { cause: error },
    )
  }
  return path
}

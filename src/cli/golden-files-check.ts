import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GoldenFiles } from '../guests/golden-files.ts'
import { plural } from '../report/numbers.ts'

/** One thing that was checked, or was not, and what came of it. */
export interface Step {
  readonly what: string
  readonly outcome: 'holds' | 'deviates' | 'not checked'
  readonly text: string
}

/** Every file of a manifest against its hash; `restore` says what to do about one that is not what it was. */
export function hashFiles(
  { directory, manifest }: Pick<GoldenFiles, 'directory' | 'manifest'>,
  what = 'hashes',
  restore = 'Restore them (git checkout golden), or: lockstep golden generate',
): Step {
  const paths = Object.keys(manifest)
  const wrong = paths.filter(path => {
    const file = join(directory, path)
    return !existsSync(file) || createHash('sha256').update(readFileSync(file)).digest('hex') !== manifest[path]
  })
  if (wrong.length === 0)
    return { what, outcome: 'holds', text: `${plural(paths.length, 'file')} have the bytes of the manifest` }
  return { what, outcome: 'deviates', text: `changed, cut off or missing: ${wrong.join(', ')}. ${restore}` }
}

/** The records of two sets of files; that a provenance differs (another Python, say) is told, and is no deviation. */
export function compareFiles(kept: string, fresh: string, paths: readonly string[]): Omit<Step, 'what'> {
  const texts = paths.map(
    path => [path, readFileSync(join(kept, path), 'utf8'), readFileSync(join(fresh, path), 'utf8')] as const,
  )
  const other = texts.find(([, a, b]) => records(a) !== records(b))
  if (other)
    return { outcome: 'deviates', text: `${other[0]}: ${firstDifference(records(other[1]), records(other[2]))}` }
  const same = texts.filter(([, a, b]) => a === b).length
  const rest =
    same === texts.length
      ? 'the same bytes'
      : 'the same records; the provenance differs, as it names the Python and the machine'
  return { outcome: 'holds', text: `${plural(texts.length, 'file')}: ${rest}` }
}

/** From the records on: everything after the provenance. */
const records = (text: string): string => text.slice(text.indexOf('"records":'))

function firstDifference(a: string, b: string): string {
  const [kept, fresh] = [a.split('\n'), b.split('\n')]
  const at = kept.findIndex((line, k) => line !== fresh[k])
  const id = /"id":"([^"]*)"/.exec(kept[at] ?? '')?.[1]
  return id ? `record ${id} has other bits` : `${kept.length} records were kept, ${fresh.length} recorded anew`
}

import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './failures.ts'
import { tell } from './output.ts'

const stampName = 'lockstep.json'

/** What was made, by name, and of what: an interrupted setup goes on behind it, and what has changed is made anew. */
function stamped(directory: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(join(directory, stampName), 'utf8'))
  } catch {
    return {}
  }
}

export const isStamped = (directory: string, name: string, of: string): boolean => stamped(directory)[name] === of

/** Writes down that something is whole; without `of`, that it is not. */
export function stamp(directory: string, name: string, of?: string): void {
  const all = { ...stamped(directory), [name]: of }
  writeFileSync(join(directory, stampName), `${JSON.stringify(all, null, 2)}\n`)
}

/** Only an empty directory, or one that was begun here, is written to: never somebody's project or environment. */
export function claim(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
    const ours = existsSync(join(directory, stampName))
    const empty = readdirSync(directory).length === 0
    if (empty) writeFileSync(join(directory, stampName), '{}\n')
    if (ours || empty) return
  } catch (error) {
    throw new UsageError(`Cannot make ${directory}: ${(error as Error).message}.`, 'Name another place with --dir.')
  }
  throw new UsageError(
    `${directory} is not empty, and was not made by lockstep setup.`,
    'Name another place with --dir.',
  )
}

/** Says where there is less room than what is made may need, in bytes. */
export function checkRoom(directory: string, what: string, needed: number): void {
  const { bavail, bsize } = statfsSync(directory)
  const free = bavail * bsize
  if (free < needed)
    tell(`There are ${(free / 1e9).toFixed(1)} GB free in ${directory}; ${what} may need ${needed / 1e9} GB.`)
}

import { existsSync, readFileSync, type Stats, statSync } from 'node:fs'

/** What can stand at a path beside a regular file. */
const others: readonly (readonly [string, (stats: Stats) => boolean])[] = [
  ['a directory', stats => stats.isDirectory()],
  ['a pipe', stats => stats.isFIFO()],
  ['a socket', stats => stats.isSocket()],
  ['a device', stats => stats.isCharacterDevice() || stats.isBlockDevice()],
]

/** What stands at a path that is there: `a directory`, `a pipe`, `a socket`, `a device`; undefined for a regular file. */
export function otherThanFile(path: string): string | undefined {
  const stats = statSync(path)
  return others.find(([, is]) => is(stats))?.[0]
}

/** Why a path cannot be loaded, as a sentence; undefined where it is a regular file. */
export function noFileAt(path: string): string | undefined {
  if (!existsSync(path)) return `There is no file '${path}'.`
  const other = otherThanFile(path)
  return other && `${path} is ${other}, not a file.`
}

/** The text of a regular file of at most so many bytes. Anything else may have no end, and throws what it is, in words. */
export function readWhole(path: string, most: number): string {
  const other = otherThanFile(path)
  if (other !== undefined) throw new Error(`it is ${other}, not a regular file`)
  const { size } = statSync(path)
  if (size > most) throw new Error(`it has ${size} bytes, and at most ${most} are read`)
  return readFileSync(path, 'utf8')
}

/** The most bytes that are read of a rule: its longest text, four bytes a character. */
export const mostOfRule = 800_000

/** The most bytes that are read of a scenario, a configuration or a list of deviations. */
export const mostOfInput = 64 * 2 ** 20

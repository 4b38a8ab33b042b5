import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isatty } from 'node:tty'
import { printable } from '../language/readable.ts'
import { throughNpx } from '../report/npx.ts'
import { exitCode, UsageError } from './failures.ts'
import { startedByNpx } from './started.ts'

/** Writes to standard output and waits until it is taken; a reader that has gone away (`| head`) is no error. */
export function print(text: string): Promise<void> {
  return new Promise(done => {
    process.stdout.write(text, () => done())
  })
}

/** Standard error, for everything that is not the answer; what strangers wrote stands in it too. */
export const tell = (text: string): void => {
  process.stderr.write(`${printable(startedByNpx() ? throughNpx(text) : text)}\n`)
}

/** A closed pipe ends the output, not the program; a full disk leaves the question open: never the code of a verdict. */
export function survivePipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    tell(`Cannot write to standard output: ${reasons[error.code ?? ''] ?? error.message}.`)
    process.exit(exitCode.undecided)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => {})
}

const draft = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'part of the path is a file',
  EACCES: 'the directory is not writable',
  EPERM: 'the directory is not writable',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no space left',
}

function refusal(path: string, error: unknown): UsageError {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new UsageError(
    `Cannot write ${path}: ${reasons[code] ?? String(error)}.`,
    'Name a file in a directory that exists and is writable.',
  )
}

/** A file that is there, but is a device, a pipe or a link: written through, never replaced by another. */
function isSpecial(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false })
  return found !== undefined && !found.isFile()
}

/** Whether a file can be written more than once: not through a pipe, a device or a link such as /dev/stdout. */
export const canBeRewritten = (path: string): boolean => !isSpecial(resolve(path))

/** Fails now, before a long run, where a file could not be written at its end; leaves nothing behind. */
export function checkWritable(path: string): void {
  const file = resolve(path)
  if (path === '') throw new UsageError('--output names no file.', 'Give it a path.')
  if (existsSync(file) && statSync(file).isDirectory())
    throw new UsageError(`Cannot write ${path}: it is a directory.`, 'Name a file in it.')
  try {
    if (isSpecial(file)) {
      accessSync(existsSync(file) ? file : dirname(file), constants.W_OK)
      if (existsSync(file)) checkDevice(file)
      return
    }
    accessSync(dirname(file), constants.W_OK)
    closeSync(openSync(draft(file), 'wx'))
    rmSync(draft(file))
  } catch (error) {
    throw refusal(path, error)
  }
}

/** A device that is full, such as /dev/full, says so at the first byte. A pipe or a terminal would show it. */
function checkDevice(file: string): void {
  if (!statSync(file).isCharacterDevice()) return
  const device = openSync(file, 'w')
  try {
    if (!isatty(device)) writeSync(device, ' ')
  } finally {
    closeSync(device)
  }
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const file = resolve(path)
  try {
    if (isSpecial(file)) {
      writeFileSync(file, text)
      return
    }
    writeFileSync(draft(file), text)
    renameSync(draft(file), file)
  } catch (error) {
    rmSync(draft(file), { force: true })
    throw refusal(path, error)
  }
}

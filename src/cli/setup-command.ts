import { type SpawnOptions, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Missing } from './failures.ts'
import { tell } from './output.ts'

export interface Ended {
  readonly code: number
  readonly output: string
}

const kept = 4000

/**
 * Runs a command; the lines that say how it gets on (`telling`) go to standard error, the last of all of them come back.
 * It is rejected with ENOENT where there is no such command.
 */
export function ran(
  command: string,
  args: readonly string[],
  { telling, ...options }: { telling?: RegExp } & Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const listen = (line: string): void => {
    output = `${output}${line}\n`.slice(-kept)
    if (telling?.test(line)) tell(`      ${line.trim()}`)
  }
  createInterface({ input: child.stdout }).on('line', listen)
  createInterface({ input: child.stderr }).on('line', listen)
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code: code ?? 1, output }))
  })
}

/** What the words of a failure mean, and what to do; the first that fits. */
export type Meanings = readonly (readonly [RegExp, string])[]

/** Those that every program has that writes files. */
export const diskMeanings: Meanings = [
  [
    /No space left|Errno 28|ENOSPC/,
    'The disk is full: make room, or name another place with --dir, and run it again; what was made is kept.',
  ],
  [
    /Permission denied|Errno 13|Read-only file system|EACCES|EROFS/,
    'The directory cannot be written: name another with --dir.',
  ],
]

/** The error of a command that failed: what its words mean, and the last of them. */
export function explained(what: string, { code, output }: Ended, meanings: Meanings): Missing {
  const meaning = [...meanings, ...diskMeanings].find(([words]) => words.test(output))?.[1] ?? 'See what it said:'
  const tail = output.trim().split('\n').slice(-6).join('\n  ')
  return new Missing(`${what} failed (exit code ${code}). ${meaning}\n  ${tail}`)
}

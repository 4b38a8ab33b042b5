import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inject } from 'vitest'
import { inPlace } from './in-place.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = inject('bundle')

/** The command line as it ships. */
export const cli = join(built, 'cli.js')

/** A directory of its own, so that nothing is left in the project. */
export const workplace = (): string => mkdtempSync(join(tmpdir(), 'lockstep-spec-'))

export const example = (name: string): string => join(root, 'examples', name)
export const goldens = join(root, 'golden')

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What a command finds in its environment: nothing of the terminal in which the specs run. */
const environment = (env: Readonly<Record<string, string>> = {}): Record<string, string | undefined> => {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env
  return { ...inherited, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LOCKSTEP_GOLDEN: goldens, ...env }
}

const program = (): Promise<{ run(argv: readonly string[]): Promise<number> }> =>
  import(/* @vite-ignore */ pathToFileURL(join(built, 'program.js')).href)

/**
 * Runs `lockstep` as it ships, in a directory of its own, within this process: it starts at once, and what an earlier
 * command compiled is still there. What is about a process (signals, pipes, its end) asks `lockstepProcess`.
 */
export async function lockstep(
  args: readonly string[],
  { cwd = workplace(), env }: Surroundings = {},
): Promise<Outcome> {
  const { run } = await program()
  return inPlace(cwd, environment(env), () => run([process.execPath, cli, ...args]))
}

/** Runs `lockstep` as a user does, in a process of its own. */
export function lockstepProcess(
  args: readonly string[],
  { cwd = workplace(), env }: Surroundings = {},
): Promise<Outcome> {
  return new Promise(done => {
    execFile(process.execPath, [cli, ...args], { cwd, env: environment(env), maxBuffer: 2 ** 26 }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

/** A process of `lockstep` that is still running, for what happens to it until it ends. */
export const started = (args: readonly string[], { cwd = workplace(), env }: Surroundings = {}) =>
  spawn(process.execPath, [cli, ...args], { cwd, env: environment(env) })

/** The exit code of a process, once it has ended and all that it wrote was read. */
export const ended = (child: ChildProcess): Promise<number | null> => new Promise(done => child.on('close', done))

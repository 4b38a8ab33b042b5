import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { killGroup, unwatch, watched } from '../guests/children.ts'
import type { Python } from '../guests/find-python.ts'
import { exitCode, Missing, UsageError } from './failures.ts'
import { interruptible } from './interrupt.ts'
import { packageRoot } from './package.ts'
import { lacking, pythonHere } from './python.ts'
import type { GoldenOptions } from './questions.ts'

export const generator = join(packageRoot, 'golden', 'generate.py')

/** How long the generator gets to clean up when it is stopped, in milliseconds. */
const farewell = 1000

/** Runs the generator; what it says goes to standard error. Gives its exit code. */
export function generate(python: Python, args: readonly string[], quiet = false): Promise<number> {
  const child = watched(() =>
    spawn(python.python, [generator, ...args], {
      detached: process.platform !== 'win32',
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit'],
    }),
  )
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail)
    child.on('exit', code => done(code ?? exitCode.undecided))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const patience = setTimeout(() => killGroup(child), farewell)
    await ended
    clearTimeout(patience)
  }
  return interruptible(
    () => ended,
    stop,
    () => 'Nothing was written: recordings are put in place when all are made.',
  ).finally(() => {
    killGroup(child)
    unwatch(child)
  })
}

/** Records anew; 3 where the frameworks are not there. */
export async function runGoldenGenerate(options: GoldenOptions): Promise<number> {
  if (!existsSync(generator)) throw new UsageError(`${generator} is not there.`, 'Reinstall lockstep.')
  const framework = frameworkOf(options.only)
  const python = await pythonHere(options.python, framework)
  const problem = lacking(python, framework, `pip install ${framework}`)
  if (!python || problem !== undefined) throw new Missing(`Nothing can be recorded: ${problem}`)
  const code = await generate(python, [
    ...(options.only ? ['--only', options.only] : []),
    ...(options.out ? ['--out', options.out] : []),
  ])
  return code === 0 ? exitCode.conforms : code === 2 ? exitCode.usage : exitCode.undecided
}

/** The framework without which the first recording cannot begin; the generator itself looks for the others. */
const frameworkOf = (only = ''): string =>
  only.startsWith('keras') ? 'keras' : only.startsWith('optax') ? 'optax' : 'torch'

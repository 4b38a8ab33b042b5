import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCode, UsageError } from './failures.ts'
import type { GoldenOptions } from './golden.ts'
import { interruptible } from './interrupt.ts'
import { packageRoot } from './package.ts'
import { findPython, lacking, type Python } from './python.ts'

export const generator = join(packageRoot, 'golden', 'generate.py')

/** Runs the generator; what it says goes to standard error. Gives its exit code. */
export function generate(python: Python, args: readonly string[], quiet = false): Promise<number> {
  const child = spawn(python.path, [generator, ...args], {
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit'],
  })
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done(code ?? exitCode.undecided))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  return interruptible(
    () => ended,
    stop,
    () => 'Nothing was written: recordings are put in place when all are made.',
  )
}

/** Records anew; 3 where the frameworks are not there. */
export async function runGoldenGenerate(options: GoldenOptions): Promise<number> {
  if (!existsSync(generator)) throw new UsageError(`${generator} is not there.`, 'Reinstall lockstep.')
  const python = findPython(options.python)
  const missing =
    options.only?.startsWith('pytorch') || !options.only ? lacking(python, 'torch', 'torch==2.15.0 numpy') : undefined
  if (!python || missing) throw new UsageError(`Nothing can be recorded: ${missing ?? lacking(python, 'numpy')}`)
  const code = await generate(python, [
    ...(options.only ? ['--only', options.only] : []),
    ...(options.out ? ['--out', options.out] : []),
  ])
  return code === 0 ? exitCode.conforms : code === 2 ? exitCode.usage : exitCode.undecided
}

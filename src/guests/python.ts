import { join } from 'node:path'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Command } from './channel.ts'
import { GuestError } from './error.ts'
import { findPython, type PythonChoice } from './find-python.ts'
import { packagePath } from './package-path.ts'
import { type GuestSubject, processSubject } from './process.ts'

export interface PythonOptions extends PythonChoice {
  arithmetic?: Arithmetic
  /** Its arithmetic is exactly that, bit for bit. */
  bitExact?: boolean
  timeout?: Command['timeout']
}

interface Driver {
  /** The package that it cannot do without, and how to get it. */
  needs: string
  install: string
  args: readonly string[]
}

const torch = (...args: string[]): Driver => ({
  needs: 'torch',
  install: 'pip install torch==2.15.0',
  args: ['torch', ...args],
})

/** The frameworks that can be run live, by the names of their subjects. */
export const pythonDrivers: Readonly<Record<string, Driver>> = {
  'pytorch:live': torch(),
  'pytorch:live:ieee': torch('--ieee'),
  'pytorch:live:loop': torch('--path', 'loop'),
  'pytorch:live:foreach': torch('--path', 'foreach'),
  'pytorch:live:fused': torch('--path', 'fused'),
  'keras:live': { needs: 'keras', install: 'pip install keras==3.15.1 tensorflow-cpu==2.21.0', args: ['keras'] },
  'optax:live': { needs: 'optax', install: 'pip install optax==0.2.8 jax==0.10.2', args: ['optax'] },
}

// The first step of a framework may compile.
const patience = { hello: 120_000, request: 60_000 }

/** A framework's own optimizers, live in a Python process, e.g. `pytorch:live`. Python is looked for when it is first needed. */
export function pythonSubject(name: string, options: PythonOptions = {}): GuestSubject {
  const driver = pythonDrivers[name]
  if (!driver) {
    const known = Object.keys(pythonDrivers).join(', ')
    throw new GuestError('refused', `There is no live subject ${name}. Choose one of ${known}.`)
  }
  const { arithmetic, bitExact, timeout = patience, ...choice } = options
  return processSubject({
    name,
    start: async () => ({ ...(await commandOf(driver, choice)), timeout }),
    ...(arithmetic && { arithmetic }),
    ...(bitExact !== undefined && { bitExact }),
  })
}

async function commandOf({ needs, install, args }: Driver, choice: PythonChoice): Promise<Command> {
  const directory = packagePath(import.meta.url, './python', '../python')
  if (!directory)
    throw new GuestError('missing', 'The package lacks dist/python. Reinstall it, or run `npm run build`.')
  const { python, version, packages } = await findPython(choice, needs)
  if (!packages[needs]) {
    throw new GuestError(
      'missing',
      `${python} (Python ${version}) has no ${needs}. Get it with \`${install}\`, or name a Python that has it with --python.`,
    )
  }
  return { command: python, args: [join(directory, 'driver.py'), ...args] }
}

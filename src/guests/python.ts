import { join } from 'node:path'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Command } from './channel.ts'
import { GuestError } from './error.ts'
import { findPython, type PythonChoice } from './find-python.ts'
import { installs, pinned } from './frameworks.ts'
import { packagePath } from './package-path.ts'
import { type GuestSubject, processSubject } from './process.ts'

export interface PythonOptions extends PythonChoice {
  arithmetic?: Arithmetic
  /** Its arithmetic is exactly that, bit for bit. */
  bitExact?: boolean
  timeout?: Command['timeout']
}

interface Driver {
  /** The packages that it cannot do without, the first of which gives it its name. */
  needs: readonly string[]
  install: string
  args: readonly string[]
  /** What it can change on the way, where that is not everything. */
  settable?: readonly string[]
}

const torch = (...args: string[]): Driver => ({ needs: ['torch'], install: installs.torch!, args: ['torch', ...args] })
const keras = (backend: string): Driver => ({
  needs: ['keras', backend],
  install:
    backend === 'tensorflow' ? installs.keras! : `pip install keras==${pinned.keras} ${backend}==${pinned[backend]}`,
  args: ['keras', '--backend', backend],
  // The learning rate is the one number that its documentation has a setter for.
  settable: ['lr'],
})

/** The frameworks that can be run live, by the names of their subjects. */
export const pythonDrivers: Readonly<Record<string, Driver>> = {
  'pytorch:live': torch(),
  'pytorch:live:ieee': torch('--ieee'),
  'pytorch:live:loop': torch('--path', 'loop'),
  'pytorch:live:foreach': torch('--path', 'foreach'),
  'pytorch:live:fused': torch('--path', 'fused'),
  'pytorch:foreach': torch('--path', 'foreach'),
  'pytorch:fused': torch('--path', 'fused'),
  'keras:live': keras('tensorflow'),
  'keras:tensorflow': keras('tensorflow'),
  'keras:jax': keras('jax'),
  'keras:torch': keras('torch'),
  'optax:live': { needs: ['optax', 'jax'], install: installs.optax!, args: ['optax'] },
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
    ...(driver.settable && { settable: driver.settable }),
  })
}

async function commandOf({ needs, install, args }: Driver, choice: PythonChoice): Promise<Command> {
  const directory = packagePath(import.meta.url, './python', '../python')
  if (!directory)
    throw new GuestError('missing', 'The package lacks dist/python. Reinstall it, or run `npm run build`.')
  const { python, version, packages } = await findPython(choice, needs)
  const lacking = needs.find(name => !packages[name])
  if (lacking !== undefined) {
    throw new GuestError(
      'missing',
      `${python} (Python ${version}) has no ${lacking}. Get it with \`${install}\`, or name a Python that has it with --python.`,
    )
  }
  return { command: python, args: [join(directory, 'driver.py'), ...args] }
}

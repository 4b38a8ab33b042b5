import { existsSync } from 'node:fs'
import { type Python, probePython } from '../guests/find-python.ts'
import { oldestPython, pinned, requirement } from '../guests/frameworks.ts'
import { interpreterOf } from '../guests/setup-place.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'
import { installing, made } from './pip.ts'
import { checkRoom, claim, isStamped, stamp } from './setup-place.ts'

export interface Environment {
  /** A virtual environment. */
  readonly directory: string
  /** Frameworks that it is to have. */
  readonly wanted: readonly string[]
  /** The Python that it is made with. */
  readonly python?: string | undefined
  /** What it may take, in bytes. */
  readonly room: number
}

/** Makes a virtual environment, or goes on with it; whether something was missing. */
export async function environment({ directory, wanted, python: named, room }: Environment): Promise<boolean> {
  const python = interpreterOf(directory)
  const missing = wanted.filter(name => !isStamped(directory, name, requirement(name)))
  if (missing.length === 0 && existsSync(python)) return false
  claim(directory)
  checkRoom(directory, 'all of it together', room)
  if (!(await probePython(python))) await made(await basePython(named), directory)
  for (const [k, name] of missing.entries()) {
    tell(`[${k + 1}/${missing.length}] ${name} ${pinned[name]}`)
    await installing(python, name)
    stamp(directory, name, requirement(name))
  }
  return true
}

/** The Python that the environment is made with. */
async function basePython(named: string | undefined): Promise<Python> {
  const places = named === undefined ? ['python3', 'python'] : [named]
  for (const place of places) {
    const python = await probePython(place)
    if (python) return oldEnough(python)
  }
  throw new Missing(
    `There is no Python: ${places.join(' and ')} ${places.length > 1 ? 'do' : 'does'} not run. Get Python ${oldestPython.join('.')} or newer from https://www.python.org or your package manager, and name it with --python.`,
  )
}

function oldEnough(python: Python): Python {
  const [major = 0, minor = 0] = python.version.split('.').map(Number)
  if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1])) return python
  throw new Missing(
    `${python.python} is Python ${python.version}; the frameworks need ${oldestPython.join('.')} or newer. Name a newer one with --python.`,
  )
}

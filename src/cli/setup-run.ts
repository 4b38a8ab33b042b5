import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Python, probePython } from '../guests/find-python.ts'
import { oldestPython, pinned, requirement, roomNeeded } from '../guests/frameworks.ts'
import { frameworksHome, interpreterOf, projectFrameworks } from '../guests/setup-place.ts'
import { didYouMean, exitCode, Missing, UsageError } from './failures.ts'
import { tell } from './output.ts'
import { installing, made } from './pip.ts'
import type { SetupOptions } from './questions.ts'

const stampName = 'lockstep.json'

/** Makes the environment, or goes on with it; 3 where something is missing that only the user can get. */
export async function runSetup(options: SetupOptions): Promise<number> {
  const directory = resolve(options.dir ?? frameworksHome())
  const wanted = wantedOf(options.only)
  const python = interpreterOf(directory)
  const missing = wanted.filter(name => !isStamped(directory, name))
  if (missing.length === 0 && existsSync(python)) {
    tell(`${wanted.map(name => `${name} ${pinned[name]}`).join(', ')}: already there.`)
    return finish(directory)
  }
  claim(directory)
  checkRoom(directory)
  if (!(await probePython(python))) await made(await basePython(options.python), directory)
  for (const [k, name] of missing.entries()) {
    tell(`[${k + 1}/${missing.length}] ${name} ${pinned[name]}`)
    await installing(python, name)
    stamp(directory, name)
  }
  return finish(directory)
}

function wantedOf(only: string | undefined): string[] {
  const all = Object.keys(pinned)
  const names = only?.split(',').map(name => name.trim()) ?? all
  const unknown = names.find(name => !all.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`There is no framework '${unknown}'. ${didYouMean(unknown, all, 'Frameworks')}`)
  return all.filter(name => names.includes(name))
}

/** What was installed, at which version: an interrupted setup goes on behind it, and another version is installed anew. */
function stamped(directory: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(join(directory, stampName), 'utf8'))
  } catch {
    return {}
  }
}

const isStamped = (directory: string, name: string): boolean => stamped(directory)[name] === requirement(name)

function stamp(directory: string, name: string): void {
  const all = { ...stamped(directory), [name]: requirement(name) }
  writeFileSync(join(directory, stampName), `${JSON.stringify(all, null, 2)}\n`)
}

/** Only an empty directory, or one that was begun here, is written to: never somebody's project or environment. */
function claim(directory: string): void {
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

function checkRoom(directory: string): void {
  const { bavail, bsize } = statfsSync(directory)
  const free = bavail * bsize
  if (free < roomNeeded)
    tell(
      `There are ${(free / 1e9).toFixed(1)} GB free in ${directory}; all frameworks together may need ${roomNeeded / 1e9} GB.`,
    )
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

function finish(directory: string): number {
  const found = [frameworksHome(), projectFrameworks()].includes(directory)
  tell(
    found
      ? `Lockstep finds it by itself, in ${directory}. Next: lockstep doctor`
      : `Next: lockstep verify pytorch:live --python ${interpreterOf(directory)}`,
  )
  return exitCode.conforms
}

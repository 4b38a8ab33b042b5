import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { GuestError } from './error.ts'
import { pinned } from './frameworks.ts'
import { frameworksHome, interpreterOf, projectFrameworks } from './setup-place.ts'

/** A Python that runs, and which of the frameworks it has, with their versions. */
export interface Python {
  python: string
  version: string
  packages: Readonly<Record<string, string>>
}

export interface PythonChoice {
  /** This one and no other. */
  python?: string
  /** Looked at before $VIRTUAL_ENV, ./.venv, what `lockstep setup` made, and python3. */
  also?: readonly string[]
}

// Versions come from the metadata that pip writes, so that nothing is imported: torch alone takes seconds.
const question = `
import importlib.metadata, importlib.util, json, platform, sys
found = {}
for name in sys.argv[1:]:
    for distribution in (name, name + '-cpu'):
        try:
            found.setdefault(name, importlib.metadata.version(distribution))
        except importlib.metadata.PackageNotFoundError:
            pass
    if name not in found and importlib.util.find_spec(name):
        found[name] = 'unknown'
print(json.dumps({'version': platform.python_version(), 'packages': found}))
`

/** Asks a Python for its version and frameworks; undefined where it does not run. Takes a tenth of a second. */
export function probePython(python: string): Promise<Python | undefined> {
  return new Promise(resolve => {
    execFile(python, ['-c', question, ...Object.keys(pinned)], { timeout: 20_000 }, (error, stdout) => {
      try {
        resolve(error ? undefined : { python, ...(JSON.parse(stdout) as Omit<Python, 'python'>) })
      } catch {
        resolve(undefined)
      }
    })
  })
}

/** The Python to use: the given one, else the first of the usual ones that has what is needed, else the first that runs. */
export async function findPython(
  choice: PythonChoice = {},
  needs: string | readonly string[] = 'torch',
): Promise<Python> {
  const places = choice.python ? [choice.python] : usual(choice)
  const running: Python[] = []
  for (const place of places) {
    const python = await probePython(place)
    if (python && [needs].flat().every(name => python.packages[name])) return python
    if (python) running.push(python)
  }
  if (running[0]) return running[0]
  const looked = places.length === 1 ? `${places[0]} does not run.` : `None of ${places.join(', ')} runs.`
  throw new GuestError(
    'missing',
    `There is no Python: ${looked} Install Python 3.10 or newer, or say where it is with --python.`,
  )
}

function usual({ also = [] }: PythonChoice): string[] {
  const environments = [process.env.VIRTUAL_ENV, '.venv', projectFrameworks(), frameworksHome()]
  const inside = environments.filter(environment => environment !== undefined).map(interpreterOf)
  return [...also, ...inside.filter(path => existsSync(path)), 'python3', 'python']
}

import { existsSync } from 'node:fs'
import { GuestError, shown } from './error.ts'
import { pinned } from './frameworks.ts'
import { frameworksHome, interpreterOf, projectFrameworks } from './setup-place.ts'
import { shortRun } from './short-run.ts'

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
  /** Milliseconds until one that does not answer is given up. */
  patience?: number
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

/** A Python on a slow disk needs a second. */
const patience = 10_000

/** Asks a Python for its version and frameworks, which takes a tenth of a second; or why it does not answer, in words. */
async function probe(python: string, limit: number): Promise<Python | string> {
  const run = await shortRun(python, ['-c', question, ...Object.keys(pinned)], limit)
  if ('failed' in run) return run.failed
  try {
    const { version, packages } = JSON.parse(run.printed) as Partial<Python>
    if (typeof version === 'string' && packages) return { python, version, packages }
  } catch {
    // Told below.
  }
  return `is no Python: it printed ${shown(run.printed.trim())}`
}

/** A Python's version and frameworks; undefined where it does not run. */
export async function probePython(python: string): Promise<Python | undefined> {
  const found = await probe(python, patience)
  return typeof found === 'string' ? undefined : found
}

/** The Python to use: the given one, else the first of the usual ones that has what is needed, else the first that runs. */
export async function findPython(
  choice: PythonChoice = {},
  needs: string | readonly string[] = 'torch',
): Promise<Python> {
  const places = choice.python ? [choice.python] : usual(choice)
  const running: Python[] = []
  const problems: string[] = []
  for (const place of places) {
    const python = await probe(place, choice.patience ?? patience)
    if (typeof python === 'string') problems.push(`${place} ${python}`)
    else if ([needs].flat().every(name => python.packages[name])) return python
    else running.push(python)
  }
  if (running[0]) return running[0]
  throw new GuestError(
    'missing',
    `There is no Python: ${problems.join('; ')}. Install Python 3.10 or newer, or say where it is with --python.`,
  )
}

function usual({ also = [] }: PythonChoice): string[] {
  const environments = [process.env.VIRTUAL_ENV, '.venv', projectFrameworks(), frameworksHome()]
  const inside = environments.filter(environment => environment !== undefined).map(interpreterOf)
  return [...also, ...inside.filter(path => existsSync(path)), 'python3', 'python']
}

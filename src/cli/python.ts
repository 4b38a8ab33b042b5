import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './failures.ts'

/** A Python that answers: where it is, its version, and the versions of the packages that Lockstep can use. */
export interface Python {
  readonly path: string
  readonly version: string
  readonly machine: string
  readonly packages: Readonly<Record<string, string>>
}

export const packageNames = ['torch', 'keras', 'tensorflow', 'jax', 'optax', 'numpy'] as const

/** Reads what is installed from metadata: nothing is imported, so that it takes a tenth of a second. */
const question = `
import importlib.metadata as m, json, platform
def v(n):
    for k in (n, n + '-cpu', n + '_cpu'):
        try: return m.version(k)
        except Exception: pass
print(json.dumps({'version': platform.python_version(), 'machine': platform.system() + '-' + platform.machine(), 'packages': {n: v(n) for n in ${JSON.stringify(packageNames)} if v(n)}}))`

/** Asks a Python what it has; undefined where there is none at this path, or it does not answer. */
export function askPython(path: string): Python | undefined {
  const answer = spawnSync(path, ['-c', question], { encoding: 'utf8', timeout: 20_000 })
  if (answer.status !== 0) return undefined
  try {
    return { path, ...JSON.parse(answer.stdout) }
  } catch {
    return undefined
  }
}

function candidates(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const bin = process.platform === 'win32' ? 'Scripts' : 'bin'
  const own = env.VIRTUAL_ENV ? [join(env.VIRTUAL_ENV, bin, 'python')] : []
  return [...own.filter(path => existsSync(path)), 'python3', 'python']
}

/** The Python to use: the one that was named, else that of the virtual environment, else the one on the path. */
export function findPython(named?: string): Python | undefined {
  if (named === undefined)
    return candidates()
      .map(askPython)
      .find(python => python !== undefined)
  const found = askPython(named)
  if (!found)
    throw new UsageError(
      `'${named}' is not a Python that answers.`,
      'Give --python the path of a Python interpreter, for example .venv/bin/python.',
    )
  return found
}

/** Why a Python cannot do something, and the command that helps; undefined where it can. */
export function lacking(
  python: Python | undefined,
  name: (typeof packageNames)[number],
  install = name as string,
): string | undefined {
  if (!python)
    return `no Python was found. Get it with: python3 -m venv .venv && .venv/bin/pip install ${install}, then give --python .venv/bin/python`
  if (python.packages[name]) return undefined
  return `${python.path} (Python ${python.version}) has no ${name}. Get it with: ${python.path} -m pip install ${install}`
}

import { GuestError } from '../guests/error.ts'
import { findPython, type Python } from '../guests/find-python.ts'

/** The Python to use: the one that was named (an error where it does not run), else the usual ones; undefined where there is none. */
export async function pythonHere(
  named: string | undefined,
  needs: string | readonly string[] = 'torch',
): Promise<Python | undefined> {
  try {
    return await findPython(named === undefined ? {} : { python: named }, needs)
  } catch (error) {
    if (named === undefined && error instanceof GuestError) return undefined
    throw error
  }
}

/** Why a Python cannot do something, and the command that helps; undefined where it can. */
export function lacking(python: Python | undefined, name: string, install: string): string | undefined {
  if (!python) return `no Python was found. Get one with: python3 -m venv .venv && .venv/bin/${install}`
  if (python.packages[name]) return undefined
  return `${python.python} (Python ${python.version}) has no ${name}. Get it with: ${python.python} -m ${install}, or name another Python with --python`
}

/** The same for several packages that are installed together. */
export const lackingAny = (python: Python | undefined, names: readonly string[], install: string): string | undefined =>
  names.map(name => lacking(python, name, install)).find(problem => problem !== undefined)

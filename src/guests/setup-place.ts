import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where each system keeps what can be made again; $XDG_CACHE_HOME goes first everywhere. */
const caches: Readonly<Partial<Record<NodeJS.Platform, () => string>>> = {
  darwin: () => join(homedir(), 'Library', 'Caches'),
  win32: () => process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
}

/** The virtual environment that `lockstep setup frameworks` makes: one a user, shared by all projects, for it has gigabytes. */
export function frameworksHome(): string {
  const cache = process.env.XDG_CACHE_HOME || caches[process.platform]?.() || join(homedir(), '.cache')
  return join(cache, 'lockstep', 'python')
}

/** A project's own, where it was made with `--dir .lockstep/python`. */
export const projectFrameworks = (): string => resolve('.lockstep', 'python')

/** The interpreter of a virtual environment. */
export const interpreterOf = (environment: string): string =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python')

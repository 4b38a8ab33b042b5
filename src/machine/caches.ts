import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where each system keeps what can be made again; $XDG_CACHE_HOME goes first everywhere. */
const caches: Readonly<Partial<Record<NodeJS.Platform, () => string>>> = {
  darwin: () => join(homedir(), 'Library', 'Caches'),
  win32: () => process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
}

/** A directory of Lockstep in the cache of the user, which all projects share. */
export function userPlace(name: string): string {
  const cache = process.env.XDG_CACHE_HOME || caches[process.platform]?.() || join(homedir(), '.cache')
  return join(cache, 'lockstep', name)
}

/** A project's own directory of Lockstep, beneath where the command is run. */
export const projectPlace = (name: string): string => resolve('.lockstep', name)

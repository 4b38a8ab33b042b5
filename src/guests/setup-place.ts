import { join } from 'node:path'
import { projectPlace, userPlace } from '../machine/caches.ts'

/** The virtual environment that `lockstep setup frameworks` makes: one a user, shared by all projects, for it has gigabytes. */
export const frameworksHome = (): string => userPlace('python')

/** A project's own, where it was made with `--dir .lockstep/python`. */
export const projectFrameworks = (): string => projectPlace('python')

/** The interpreter of a virtual environment. */
export const interpreterOf = (environment: string): string =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python')

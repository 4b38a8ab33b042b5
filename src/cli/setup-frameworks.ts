import { resolve } from 'node:path'
import { pinned, roomNeeded } from '../guests/frameworks.ts'
import { frameworksHome, interpreterOf, projectFrameworks } from '../guests/setup-place.ts'
import { didYouMean, exitCode, UsageError } from './failures.ts'
import { tell } from './output.ts'
import type { SetupOptions } from './questions.ts'
import { environment } from './setup-python.ts'

/** Makes the environment, or goes on with it; 3 where something is missing that only the user can get. */
export async function setupFrameworks({ dir, only, python }: SetupOptions): Promise<number> {
  const directory = resolve(dir ?? frameworksHome())
  const wanted = wantedOf(only)
  if (!(await environment({ directory, wanted, python, room: roomNeeded })))
    tell(`${wanted.map(name => `${name} ${pinned[name]}`).join(', ')}: already there.`)
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

function finish(directory: string): number {
  const found = [frameworksHome(), projectFrameworks()].includes(directory)
  tell(
    found
      ? `Lockstep finds it by itself, in ${directory}. Next: lockstep doctor`
      : `Next: lockstep verify pytorch:live --python ${interpreterOf(directory)}`,
  )
  return exitCode.conforms
}

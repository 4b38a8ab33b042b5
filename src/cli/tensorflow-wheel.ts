import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pinned } from '../guests/frameworks.ts'
import { frameworksHome, interpreterOf, projectFrameworks } from '../guests/setup-place.ts'
import { shortRun } from '../guests/short-run.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'
import { environment } from './setup-python.ts'

/** TensorFlow as Python has it: with its C library and the headers of that. */
export interface Wheel {
  readonly folder: string
  readonly version: string
}

// Nothing is imported: TensorFlow alone takes seconds.
const question = `
import importlib.metadata, importlib.util, json
def version():
    for name in ('tensorflow', 'tensorflow-cpu'):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
print(json.dumps({'folder': importlib.util.find_spec('tensorflow').submodule_search_locations[0], 'version': version()}))
`

/** The libraries that the binding is linked with. */
export const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const

/** What TensorFlow and its environment take, in bytes: 1.5 GB, measured. */
const room = 2e9

async function wheelOf(python: string): Promise<Wheel | undefined> {
  const run = await shortRun(python, ['-c', question], 10_000)
  if ('failed' in run) return undefined
  const wheel: Wheel = JSON.parse(run.printed)
  const parts = [...libraries, 'include/tensorflow/c/c_api.h']
  const whole = wheel.version === pinned.tensorflow && parts.every(part => existsSync(join(wheel.folder, part)))
  return whole ? wheel : undefined
}

/**
 * TensorFlow at its version: that of the Python that was named, else of an environment that `lockstep setup` made; where
 * none has it, a new one beside the engine, with nothing else in it.
 */
export async function wheelFor(place: string, named: string | undefined): Promise<Wheel> {
  const directory = join(place, 'python')
  const usual = [directory, projectFrameworks(), frameworksHome()].map(interpreterOf).filter(path => existsSync(path))
  for (const python of named === undefined ? usual : [named, interpreterOf(directory)]) {
    const wheel = await wheelOf(python)
    if (wheel) return wheel
  }
  if (named !== undefined) tell(`${named} has no TensorFlow ${pinned.tensorflow}: an environment is made with it.`)
  await environment({ directory, wanted: ['tensorflow'], python: named, room })
  const wheel = await wheelOf(interpreterOf(directory))
  if (wheel) return wheel
  throw new Missing(
    `TensorFlow was installed into ${directory}, but lacks its C library or the headers. Remove that directory, and run it again.`,
  )
}

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageIn } from '../train/engines/native/places.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'
import { explained, type Meanings, ran } from './setup-command.ts'
import { isStamped, stamp } from './setup-place.ts'
import { quietSource } from './tensorflow-quiet.ts'
import { libraries, type Wheel } from './tensorflow-wheel.ts'

/** Where the package looks for its binding: Node-API 8, which every Node from 16 has. */
const builtIn = (place: string): string => join(tfjsIn(place), 'lib', 'napi-v8')

const tfjsIn = (place: string): string => packageIn(place, '@tensorflow/tfjs-node')

/** One of the two modules of Node-API that are built. */
interface Module {
  /** Its name beside the others. */
  readonly name: string
  readonly sources: readonly string[]
  readonly flags: readonly string[]
}

function modules(place: string, { folder }: Wheel): Module[] {
  const tfjs = tfjsIn(place)
  const binding = {
    name: 'tfjs_binding.node',
    sources: ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(tfjs, 'binding', name)),
    flags: [
      ...[join(folder, 'include'), dirname(tfjs)].map(path => `-I${path}`),
      `-L${folder}`,
      ...libraries.map(name => `-l:${name}`),
      `-Wl,-rpath,${folder}`,
    ],
  }
  return [{ name: 'quiet.node', sources: [join(place, 'quiet.cc')], flags: [] }, binding]
}

const commandOf = (place: string, { sources, flags }: Module): string[] => [
  ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
  `-I${join(packageIn(place, 'node-api-headers'), 'include')}`,
  ...sources,
  ...flags,
]

const stampOf = (place: string, wheel: Wheel): string => {
  const commands = modules(place, wheel).map(each => commandOf(place, each))
  const recipe = createHash('sha256').update(JSON.stringify([wheel.version, commands, quietSource]))
  return `TensorFlow ${wheel.version}, ${recipe.digest('hex').slice(0, 16)}`
}

/** Whether they are there, and built against this TensorFlow. */
export const hasBinding = (place: string, wheel: Wheel): boolean =>
  isStamped(place, 'binding', stampOf(place, wheel)) &&
  modules(place, wheel).every(({ name }) => existsSync(join(builtIn(place), name)))

const meanings: Meanings = [
  [
    /fatal error: .*(No such file|file not found)/,
    'A header is missing: install the C++ standard library of the compiler (Debian and Ubuntu: apt install g++), or name another compiler with CXX.',
  ],
  [/cannot find -l|ld: /, 'It could not be linked. See what it said:'],
]

/** Builds the binding against TensorFlow's own library; it appears under its name only once it is whole. */
export async function buildBinding(place: string, wheel: Wheel): Promise<void> {
  if (hasBinding(place, wheel)) return
  const [compiler, ...flags] = await findCompiler()
  tell(`[3/3] the binding to TensorFlow ${wheel.version}, with ${compiler}: about 10 seconds`)
  stamp(place, 'binding')
  mkdirSync(builtIn(place), { recursive: true })
  writeFileSync(join(place, 'quiet.cc'), quietSource)
  for (const module of modules(place, wheel)) {
    const built = join(builtIn(place), module.name)
    const ended = await ran(compiler, [...flags, ...commandOf(place, module), '-o', `${built}.half`])
    if (ended.code !== 0) throw explained(compiler, ended, meanings)
    renameSync(`${built}.half`, built)
  }
  stamp(place, 'binding', stampOf(place, wheel))
}

/** $CXX, which may have flags, else the usual ones. */
async function findCompiler(): Promise<[string, ...string[]]> {
  const named = process.env.CXX?.trim()
  const compilers = named ? [named] : ['g++', 'c++', 'clang++']
  for (const each of compilers) {
    const [compiler = '', ...flags] = each.split(/\s+/)
    const ended = await ran(compiler, ['--version']).catch(() => undefined)
    if (ended?.code === 0) return [compiler, ...flags]
  }
  throw new Missing(
    `There is no C++ compiler: ${compilers.join(', ')} ${compilers.length > 1 ? 'do' : 'does'} not run. Install one (Debian and Ubuntu: apt install g++; Fedora: dnf install gcc-c++; Alpine is not supported), or name one with the variable CXX.`,
  )
}

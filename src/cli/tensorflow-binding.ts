import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageIn } from '../train/engines/native/places.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'
import { explained, type Meanings, ran } from './setup-command.ts'
import { isStamped, stamp } from './setup-place.ts'
import { libraries, type Wheel } from './tensorflow-wheel.ts'

/** TensorFlow's own log level does not reach the log of its libraries unless Python loads them. */
const quiet = `#include <cstdlib>
#include "absl/log/globals.h"

__attribute__((constructor)) static void follow_log_level() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level) absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(std::atoi(level)));
}
`

/** Where the package looks for it: Node-API 8, which every Node from 16 has. */
const bindingIn = (place: string): string =>
  join(packageIn(place, '@tensorflow/tfjs-node'), 'lib', 'napi-v8', 'tfjs_binding.node')

const quietIn = (place: string): string => join(place, 'quiet.cc')

function command(place: string, wheel: Wheel): string[] {
  const tfjs = packageIn(place, '@tensorflow/tfjs-node')
  const includes = [join(packageIn(place, 'node-api-headers'), 'include'), join(wheel.folder, 'include'), dirname(tfjs)]
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(tfjs, 'binding', name))
  return [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
    ...includes.map(path => `-I${path}`),
    ...sources,
    quietIn(place),
    `-L${wheel.folder}`,
    ...libraries.map(name => `-l:${name}`),
    `-Wl,-rpath,${wheel.folder}`,
  ]
}

const stampOf = (place: string, wheel: Wheel): string => {
  const all = [wheel.version, ...command(place, wheel), quiet].join('\n')
  return `TensorFlow ${wheel.version}, ${createHash('sha256').update(all).digest('hex').slice(0, 16)}`
}

/** Whether it is there, and built against this TensorFlow. */
export const hasBinding = (place: string, wheel: Wheel): boolean =>
  isStamped(place, 'binding', stampOf(place, wheel)) && existsSync(bindingIn(place))

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
  const [binding, half] = [bindingIn(place), `${bindingIn(place)}.half`]
  mkdirSync(dirname(binding), { recursive: true })
  writeFileSync(quietIn(place), quiet)
  const ended = await ran(compiler, [...flags, ...command(place, wheel), '-o', half])
  if (ended.code !== 0) throw explained(compiler, ended, meanings)
  renameSync(half, binding)
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

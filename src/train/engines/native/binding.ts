import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What of tfjs-node's binding to libtensorflow is used here. */
export interface Binding {
  readonly TF_Version: string
  readonly TF_FLOAT: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_STRING: number
}

/** What the words of the dynamic linker and of Node mean; the first that fits. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/libtensorflow\S*: cannot open shared object/, 'the libtensorflow that it was built against was moved or removed'],
  [/undefined symbol|version `\S+' not found/, 'its libraries are other versions than those that it was built with'],
  [/invalid ELF header|wrong ELF class|file too short|not a mach-o/i, 'it is cut short, or made for another machine'],
  [/Cannot find module/, 'a part of the package is missing'],
]

/** Why something does not load, in one line. */
export function whyNot(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const meaning = meanings.find(([words]) => words.test(message))?.[1]
  const first = message.split('\n')[0]!.trim()
  return meaning ? `${meaning} (${first})` : first
}

/** The binding of an installed package, loaded: a folder that is there may still lack it, or hold one that does not load. */
export function bindingOf(folder: string): Binding {
  const manifest = join(folder, 'package.json')
  const require = createRequire(manifest)
  const path: string = require('@mapbox/node-pre-gyp').find(manifest)
  if (!existsSync(path)) throw new Error(`its binding was never built: there is no ${path}`)
  return silently(join(dirname(path), 'quiet.node'), () => require(path))
}

/** Who asks TensorFlow to tell everything is told everything. */
const toldAll = (): boolean => process.env.TF_CPP_MIN_LOG_LEVEL === '0'

/** With standard error closed, where the module that does so was built: while it is loaded, the library obeys no log level. */
function silently<T>(module: string, work: () => T): T {
  if (toldAll() || !existsSync(module)) return work()
  const { mute, unmute } = createRequire(module)(module)
  mute()
  try {
    return work()
  } finally {
    unmute()
  }
}

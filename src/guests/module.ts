import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { GuestError } from './error.ts'
import { packagePath } from './package-path.ts'
import { isPlain } from './plain-module.ts'
import { type GuestSubject, processSubject } from './process.ts'

export interface ModuleOptions {
  /** Default: the module's export `name`, else the file's name without its ending. */
  name?: string
  /** How the module's function rounds; default: IEEE 754 as written. */
  arithmetic?: Arithmetic
  /** Finds a rule by its id; default: the built-in rules. */
  findRule?: (id: string) => Rule
  timeout?: { hello?: number; request?: number }
}

/**
 * A TypeScript or JavaScript module as a subject: its default export is `(hyper, x0) => ({ step(gradient) })` on
 * Float64Arrays. It runs in a process of its own, so that a hang or a crash is contained.
 */
export function moduleSubject(path: string, options: ModuleOptions = {}): GuestSubject {
  const file = resolve(path)
  if (!existsSync(file))
    throw new GuestError('missing', `There is no file ${file}. Name a TypeScript or JavaScript module.`)
  const runner = packagePath(import.meta.url, './module-runner.js', './module-runner.ts')
  if (!runner)
    throw new GuestError('missing', 'The package lacks dist/module-runner.js. Reinstall it, or run `npm run build`.')
  const { name, arithmetic = ieee, findRule, timeout } = options
  return processSubject({
    name: name ?? basename(file, extname(file)),
    ownName: name === undefined,
    arithmetic,
    completeHyper: true,
    start: {
      title: path,
      command: process.execPath,
      args: [...(runner.endsWith('.js') && isPlain(file) ? [] : ['--import', typescriptHook()]), runner, file],
      ...(timeout && { timeout }),
    },
    ...(findRule && { findRule }),
  })
}

/** tsx as an absolute URL: the user's project need not have it. */
function typescriptHook(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
}

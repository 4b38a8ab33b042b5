import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(from: string): string {
  const manifest = join(from, 'package.json')
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'lockstep') return from
  const above = dirname(from)
  if (above === from) throw new Error('The package.json of lockstep was not found above its own code.')
  return findRoot(above)
}

/** The directory of the package, for the bundle in dist/ and the sources in src/ alike. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

/** This version of Lockstep. */
export const version: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version

/** The version of a package that can be imported from here; undefined where there is none. */
export function installed(name: string): string | undefined {
  try {
    return createRequire(import.meta.url)(`${name}/package.json`).version
  } catch {
    return undefined
  }
}

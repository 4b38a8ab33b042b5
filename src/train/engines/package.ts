import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** An installed package: some keep their package.json to themselves, so it is read where packages are looked for. */
export interface Package {
  readonly directory: string
  readonly version: string
  /** What importing it imports. */
  readonly url: string
}

/** Where packages are looked for: as Lockstep's own dependencies, then as those of the project that it is run in. */
const bases = () => [import.meta.url, pathToFileURL(resolve('package.json'))].map(base => createRequire(base))

/** The package of that name, or undefined where nobody installed it. */
export function findPackage(name: string): Package | undefined {
  for (const require of bases()) {
    for (const parent of require.resolve.paths(name) ?? []) {
      const directory = join(parent, name)
      const manifest = manifestOf(directory)
      if (!manifest) continue
      return {
        directory,
        version: manifest.version,
        url: pathToFileURL(join(directory, manifest.main ?? 'index.js')).href,
      }
    }
  }
  return undefined
}

function manifestOf(directory: string): { version: string; main?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  } catch {
    return undefined
  }
}

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The first of these places that exists, relative to the module at `url`. A file of the package lies elsewhere beside the
 * sources (src/guests/) than beside the bundles (dist/), so that callers name both.
 */
export function packagePath(url: string, ...places: string[]): string | undefined {
  return places.map(place => fileURLToPath(new URL(place, url))).find(path => existsSync(path))
}

/** How src/ becomes JavaScript: for dist/, and for the specs, which try what ships. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Dependencies that go into the bundle: the parser of mathjs alone starts in a quarter of the time of the whole. */
const bundled = new Set(['mathjs', 'decimal.js', 'valibot', 'yaml', 'picocolors', 'fast-check'])

function external() {
  const {
    dependencies,
    peerDependencies = {},
    optionalDependencies = {},
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const names = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).filter(
    name => !bundled.has(name),
  )
  return [...names, ...names.map(name => `${name}/*`), '@tensorflow/*', 'node:*', ...builtinModules]
}

/** Python programs, and where their callers look for them beside the bundles. */
const python = [
  ['src/guests/python', 'python'],
  ['src/train/pytorch', 'pytorch'],
]

/** Writes one bundle an entry, with shared chunks, and the Python programs beside them. `entries` are files by name. */
export async function bundle(outdir, entries) {
  const missing = Object.values(entries).filter(path => !existsSync(join(root, path)))
  if (missing.length > 0) throw new Error(`These entries do not exist: ${missing.join(', ')}. See scripts/build.mjs.`)
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    // Not `node`: packages then give their CommonJS, whose calls of require cannot be bundled into modules.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'node20',
    external: external(),
    // Beside the entries: a path relative to a module means the same in a chunk as in an entry.
    chunkNames: 'chunk-[hash]',
    logLevel: 'warning',
  })
  const requiring = readdirSync(outdir).filter(
    name => name.endsWith('.js') && /\b__require\("/.test(readFileSync(join(outdir, name), 'utf8')),
  )
  if (requiring.length > 0)
    throw new Error(`${join(outdir, requiring[0])} calls require: take the package out of \`bundled\`.`)
  for (const [source, target] of python) {
    cpSync(join(root, source), join(outdir, target), {
      recursive: true,
      filter: path => !/__pycache__|\.pyc$|\.ts$/.test(path),
    })
  }
}

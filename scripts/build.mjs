/**
 * Makes dist/ from src/: one bundle an entry with shared chunks, the Python drivers, and type declarations. Runs as npm's
 * `prepare`, so that `npx lockstep` works right after `npm ci`.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const entries = {
  cli: 'src/cli/main.ts',
  index: 'src/index.ts',
  kit: 'src/kit/index.ts',
  rules: 'src/rules/index.ts',
  'module-runner': 'src/guests/module-runner.ts',
  'score-worker': 'src/score/worker.ts',
}

/** Dependencies that go into the bundle: the parser of mathjs alone starts in a quarter of the time of the whole. */
const bundled = new Set(['mathjs', 'decimal.js', 'valibot', 'yaml', 'picocolors', 'fast-check'])

function external() {
  const {
    dependencies,
    peerDependencies = {},
    optionalDependencies = {},
  } = JSON.parse(readFileSync('package.json', 'utf8'))
  const names = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).filter(
    name => !bundled.has(name),
  )
  return [...names, ...names.map(name => `${name}/*`), '@tensorflow/*', 'node:*', ...builtinModules]
}

async function bundle() {
  const missing = Object.values(entries).filter(path => !existsSync(path))
  if (missing.length > 0)
    throw new Error(`These entries do not exist: ${missing.join(', ')}. See the table in scripts/build.mjs.`)
  await build({
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir: 'dist',
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
  const requiring = readdirSync('dist').filter(
    name => name.endsWith('.js') && /\b__require\("/.test(readFileSync(`dist/${name}`, 'utf8')),
  )
  if (requiring.length > 0) throw new Error(`dist/${requiring[0]} calls require: take the package out of \`bundled\`.`)
  const cli = readFileSync('dist/cli.js', 'utf8')
  if (!cli.startsWith('#!')) writeFileSync('dist/cli.js', `#!/usr/bin/env node\n${cli}`)
  chmodSync('dist/cli.js', 0o755)
}

function copyPython() {
  cpSync('src/guests/python', 'dist/python', { recursive: true, filter: path => !/__pycache__|\.pyc$/.test(path) })
}

/** Declarations name the files that they describe by `.js`, which every resolver understands. */
function declare() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
  if (status !== 0)
    throw new Error('The declarations could not be written: the sources do not pass the type checker (above).')
  for (const name of readdirSync('dist/types', { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join('dist/types', name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/((?:from|import\() ?['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'))
  }
}

rmSync('dist', { recursive: true, force: true })
try {
  await bundle()
  copyPython()
  declare()
} catch (error) {
  console.error(`build: ${error.message}`)
  process.exitCode = 1
}

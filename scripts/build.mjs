/**
 * Makes dist/ from src/: one bundle an entry with shared chunks, the Python drivers, and type declarations. Runs as npm's
 * `prepare`, so that `npx lockstep` works right after `npm ci`.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const entries = {
  cli: 'src/cli/main.ts',
  index: 'src/index.ts',
  kit: 'src/kit/index.ts',
  rules: 'src/rules/index.ts',
  'module-runner': 'src/guests/module-runner.ts',
  'score-worker': 'src/cli/score-worker.ts',
  'native-probe': 'src/cli/native-probe.ts',
}

/** What is called by its name has the line that names its interpreter, and may be run. */
function makeExecutable() {
  const cli = readFileSync('dist/cli.js', 'utf8')
  if (!cli.startsWith('#!')) writeFileSync('dist/cli.js', `#!/usr/bin/env node\n${cli}`)
  chmodSync('dist/cli.js', 0o755)
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
  await bundle('dist', entries)
  makeExecutable()
  declare()
} catch (error) {
  console.error(`build: ${error.message}`)
  process.exitCode = 1
}

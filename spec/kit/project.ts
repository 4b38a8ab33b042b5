import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const installed = (name: string): string => join(root, 'node_modules', name)

export interface Outcome {
  readonly code: number
  readonly out: string
}

/** A project of somebody who installed Lockstep, vitest and tsx, with these files in it. */
export async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-project-'))
  const own = join(directory, 'node_modules', 'lockstep')
  mkdirSync(own, { recursive: true })
  for (const name of ['vitest', 'tsx']) symlinkSync(installed(name), join(directory, 'node_modules', name))
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'))
  const manifest = readFileSync(join(root, 'package.json'), 'utf8')
  writeFileSync(join(own, 'package.json'), manifest)
  await bundle(join(own, 'dist'), Object.keys(JSON.parse(manifest).dependencies))
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

/** As it ships: scripts/build.mjs without what no spec of the kit needs. */
function bundle(outdir: string, dependencies: readonly string[]): Promise<unknown> {
  const bundled = ['mathjs', 'decimal.js', 'valibot', 'yaml', 'picocolors', 'fast-check']
  return build({
    entryPoints: {
      kit: join(root, 'src/kit/index.ts'),
      cli: join(root, 'src/cli/main.ts'),
      'module-runner': join(root, 'src/guests/module-runner.ts'),
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'node20',
    external: [...dependencies.filter(name => !bundled.includes(name)), 'tsx/*', '@tensorflow/*', 'node:*'],
    chunkNames: 'chunk-[hash]',
    logLevel: 'error',
  })
}

/** Runs Node in a project, as a shell would: without what this test runner left in the environment. */
export function node(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_|FORCE_COLOR|TEST$|PROD$|DEV$)/.test(name),
  )
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1', LANG: 'C.UTF-8' }
  return new Promise(done => {
    execFile(process.execPath, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out: `${out}${err}` }),
    )
  })
}

/** `npx vitest run` with the reporter that names every test. */
export const vitest = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
  node(cwd, join(installed('vitest'), 'vitest.mjs'), 'run', '--reporter=verbose', ...args)

export const lockstep = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
  node(cwd, join('node_modules', 'lockstep', 'dist', 'cli.js'), ...args)

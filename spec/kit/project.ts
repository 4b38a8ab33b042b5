import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const installed = (name: string): string => join(root, 'node_modules', name)

export interface Outcome {
  readonly code: number
  readonly out: string
}

/** A project of somebody who installed Lockstep, vitest and tsx, with these files in it. */
export function project(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-project-'))
  const own = join(directory, 'node_modules', 'lockstep')
  mkdirSync(own, { recursive: true })
  for (const name of ['vitest', 'tsx']) symlinkSync(installed(name), join(directory, 'node_modules', name))
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'))
  copyFileSync(join(root, 'package.json'), join(own, 'package.json'))
  symlinkSync(join(root, 'golden'), join(own, 'golden'))
  cpSync(inject('bundle'), join(own, 'dist'), { recursive: true })
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
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

import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Inside the package, so that its dependencies and its own package.json are found. */
const built = join(root, 'node_modules', '.cache', `lockstep-spec-${process.pid}`)

/** Bundles the real command line as it ships; call it once, before all specs of a file. */
export async function bundle(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const bundled = ['mathjs', 'decimal.js', 'valibot', 'picocolors', 'fast-check']
  await build({
    entryPoints: { cli: join(root, 'src/cli/main.ts'), 'module-runner': join(root, 'src/guests/module-runner.ts') },
    outdir: built,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    chunkNames: 'chunk-[hash]',
    external: Object.keys(dependencies).filter(name => !bundled.includes(name)),
    logLevel: 'error',
  })
  cpSync(join(root, 'src/guests/python'), join(built, 'python'), { recursive: true })
}

export const unbundle = (): void => rmSync(built, { recursive: true, force: true })

/** A directory of its own, so that nothing is left in the project. */
export const workplace = (): string => mkdtempSync(join(tmpdir(), 'lockstep-spec-'))

export const example = (name: string): string => join(root, 'examples', name)
export const goldens = join(root, 'golden')

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `lockstep` as a user does, in a directory of its own. */
export function lockstep(
  args: readonly string[],
  { cwd = workplace(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env
  return new Promise(done => {
    execFile(
      process.execPath,
      [join(built, 'cli.js'), ...args],
      {
        cwd,
        env: { ...inherited, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', LOCKSTEP_GOLDEN: goldens, ...env },
        maxBuffer: 2 ** 26,
      },
      (error, out, err) => done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

export const cli = join(built, 'cli.js')

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { bundle } from '../scripts/bundle.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directory of the bundle that all specs of one run share. */
    readonly bundle: string
  }
}

/** Inside the package, so that its dependencies and its own package.json are found. */
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))

/** Bundles what ships, once for all specs, and the command line as a function beside it. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  mkdirSync(cache, { recursive: true })
  const built = mkdtempSync(join(cache, 'lockstep-spec-'))
  await bundle(built, {
    cli: 'src/cli/main.ts',
    program: 'src/cli/program.ts',
    kit: 'src/kit/index.ts',
    'module-runner': 'src/guests/module-runner.ts',
    'score-worker': 'src/cli/score-worker.ts',
    'native-probe': 'src/cli/native-probe.ts',
  })
  provide('bundle', built)
  return () => rmSync(built, { recursive: true, force: true })
}

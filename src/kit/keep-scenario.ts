import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../subject/verdict.ts'

/** Where failing scenarios are kept, relative to the working directory. */
export const scenarioDirectory = join('.lockstep', 'scenarios')

/** Whom a kept scenario is replayed with: ids, names, or paths. Without a subject, the formula is played alone. */
export interface KeptNames {
  readonly rule: string
  readonly subject?: string
}

/** Keeps the scenario of a result under its hash, whole or not at all, and gives the path. */
export function keepScenario({ check, scenario }: Result, names: KeptNames): string {
  const file = { schema: 'lockstep/scenario/1', ...names, check, scenario }
  const text = `${JSON.stringify(file, null, 2)}\n`
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const path = join(scenarioDirectory, `${hash}.json`)
  if (existsSync(path)) return path
  mkdirSync(scenarioDirectory, { recursive: true })
  const draft = join(scenarioDirectory, `.${hash}.${process.pid}.tmp`)
  try {
    writeFileSync(draft, text)
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  return path
}

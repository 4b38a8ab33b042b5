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

/** The scenario of a result as a file: its name, which is a hash, and its text. */
export function scenarioFile({ check, scenario }: Result, names: KeptNames): { name: string; text: string } {
  const text = `${JSON.stringify({ schema: 'lockstep/scenario/1', ...names, check, scenario }, null, 2)}\n`
  return { name: `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`, text }
}

/** Keeps the scenario of a result under its hash, whole or not at all, and gives the path. */
export function keepScenario(result: Result, names: KeptNames, directory = scenarioDirectory): string {
  const { name, text } = scenarioFile(result, names)
  const path = join(directory, name)
  if (existsSync(path)) return path
  mkdirSync(directory, { recursive: true })
  const draft = join(directory, `.${name}.${process.pid}.tmp`)
  try {
    writeFileSync(draft, text)
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  return path
}

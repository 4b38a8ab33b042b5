import { existsSync } from 'node:fs'
import * as v from 'valibot'
import { mostOfInput, readWhole } from '../guests/whole-file.ts'
import type { Deviation } from '../subject/verdict.ts'
import { UsageError } from './failures.ts'

const fields = 'a JSON list of { subject, rule, checks, where?, formats?, scenario?, reason, link?, when? }'

const schema = v.array(
  v.strictObject({
    subject: v.string(),
    rule: v.string(),
    checks: v.pipe(v.array(v.string()), v.minLength(1)),
    where: v.optional(v.record(v.string(), v.union([v.number(), v.boolean()]))),
    formats: v.optional(v.array(v.picklist(['float32', 'float64']))),
    scenario: v.optional(v.looseObject({})),
    reason: v.string(),
    link: v.optional(v.string()),
    when: v.optional(v.string()),
  }),
)

/** Reads known deviations; the first entry that is wrong is named. */
export function readDeviations(path: string): Deviation[] {
  if (!existsSync(path)) throw new UsageError(`There is no file '${path}'.`, `Known deviations are ${fields}.`)
  let value: unknown
  try {
    value = JSON.parse(readWhole(path, mostOfInput))
  } catch (error) {
    throw new UsageError(`${path} is not a list of deviations: ${(error as Error).message}.`)
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output as unknown as Deviation[]
  const [issue] = result.issues
  throw new UsageError(
    `${path}: at ${v.getDotPath(issue) ?? 'the whole file'} expected ${issue.expected}, got ${issue.received}.`,
    `Expected ${fields}.`,
  )
}

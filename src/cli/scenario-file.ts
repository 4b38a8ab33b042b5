import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { mostOfInput, readWhole } from '../guests/whole-file.ts'
import { scenarioDirectory } from '../kit/keep-scenario.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import { problems } from '../problems/index.ts'
import { scenarioSchema } from '../report/schema.ts'
import type { ProblemRef, Scenario } from '../subject/scenario.ts'
import { didYouMean, UsageError } from './failures.ts'

const fileSchema = v.object({
  schema: v.literal('lockstep/scenario/1'),
  /** The rule: an id, or the path of its file. */
  rule: v.string(),
  /** The subject that failed: a name, or the path of its module. */
  subject: v.optional(v.string()),
  check: v.optional(v.string()),
  scenario: scenarioSchema,
})

/** A scenario on disk, with what it was drawn for. */
export interface ScenarioFile {
  readonly rule: string
  readonly subject?: string
  readonly check?: string
  readonly scenario: Scenario
}

/** Reads a scenario; anything that is not one is refused with the first place that is wrong. */
export function readScenario(path: string): ScenarioFile {
  if (!existsSync(path))
    throw new UsageError(
      `There is no file '${path}'.`,
      `Failing scenarios are kept in ${scenarioDirectory}/; write one with: lockstep verify`,
    )
  let value: unknown
  try {
    value = JSON.parse(readWhole(path, mostOfInput))
  } catch (error) {
    throw new UsageError(
      `${path} is not a scenario: ${(error as Error).message}.`,
      'Expected a JSON file that `lockstep verify` wrote.',
    )
  }
  return scenarioOf(value, path)
}

/** A scenario that was read already, from a part of a file; `from` says from where. */
export function scenarioOf(value: unknown, from: string): ScenarioFile {
  const bare = v.safeParse(scenarioSchema, value)
  const whole = bare.success ? { rule: bare.output.rule, scenario: bare.output } : parsed(from, value)
  checkSizes(from, whole.scenario as Scenario)
  return whole as ScenarioFile
}

function parsed(path: string, value: unknown) {
  const result = v.safeParse(fileSchema, value, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const place = v.getDotPath(issue) ?? 'the whole file'
  throw new UsageError(
    `${path} is not a scenario: at ${place} expected ${issue.expected}, got ${issue.received}.`,
    'Expected a JSON file that `lockstep verify` wrote.',
  )
}

/** Every array must be whole numbers of the format, and every gradient as long as its parameter. */
function checkSizes(path: string, { groups, gradients, format, steps, changes = [] }: Scenario): void {
  const sizes = groups.flatMap(({ params }) => params.map(({ value }) => length(path, value, format)))
  const torn = groups
    .flatMap(({ params }) => params)
    .find(({ shape }, k) => shape && shape.reduce((product, side) => product * side, 1) !== sizes[k])
  if (torn) throw new UsageError(`${path}: parameter ${torn.name} does not have as many numbers as its shape says.`)
  if (!sizes.some(size => size > 0)) throw new UsageError(`${path}: there is no parameter with a value.`)
  const outside = changes.find(({ group }) => !groups[group])
  if (outside) throw new UsageError(`${path}: there is no group ${outside.group} to change at step ${outside.step}.`)
  if (!Array.isArray(gradients)) {
    checkProblem(path, gradients, format)
    return
  }
  const wrong = gradients.findIndex(
    step => step.length !== sizes.length || step.some((g, k) => g !== null && length(path, g, format) !== sizes[k]),
  )
  if (wrong >= 0)
    throw new UsageError(`${path}: the gradients of step ${wrong + 1} do not have the sizes of the parameters.`)
  if (gradients.length < steps) throw new UsageError(`${path}: ${steps} steps, but only ${gradients.length} gradients.`)
}

function checkProblem(path: string, { problem, coefficients = [] }: ProblemRef, format: Scenario['format']): void {
  const known = problems.map(({ name }) => name)
  if (!known.includes(problem))
    throw new UsageError(`${path}: there is no problem '${problem}'.`, didYouMean(problem, known, 'Problems'))
  for (const bits of coefficients) length(path, bits, format)
}

function length(path: string, text: string, format: Scenario['format']): number {
  try {
    return arrayFromBits(text, format).length
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`)
  }
}

/** Every scenario that was kept, in a fixed order; a file that cannot be read is told and left out. */
export function keptScenarios(trouble: (problem: string) => void): ScenarioFile[] {
  if (!existsSync(scenarioDirectory)) return []
  const names = readdirSync(scenarioDirectory).filter(name => name.endsWith('.json'))
  return names.sort().flatMap(name => {
    try {
      return [readScenario(join(scenarioDirectory, name))]
    } catch (error) {
      trouble(`${(error as Error).message.split('\n')[0]} It is left out; delete it.`)
      return []
    }
  })
}

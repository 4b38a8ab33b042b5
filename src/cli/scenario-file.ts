import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { arrayFromBits } from '../numbers/bits.ts'
import { problems } from '../problems/index.ts'
import type { ProblemRef, Scenario } from '../subject/scenario.ts'
import type { Result } from '../subject/verdict.ts'
import { didYouMean, UsageError } from './failures.ts'
import { writeWhole } from './output.ts'

const values = v.record(v.string(), v.union([v.number(), v.boolean()]))
const bits = v.string()
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const param = v.object({
  name: v.string(),
  value: bits,
  shape: v.optional(v.array(count)),
  strides: v.optional(v.array(count)),
  offset: v.optional(count),
})
const scenarioSchema = v.object({
  name: v.string(),
  rule: v.string(),
  format: v.picklist(['float32', 'float64']),
  groups: v.pipe(v.array(v.object({ hyper: values, params: v.array(param) })), v.minLength(1)),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  gradients: v.union([
    v.array(v.array(v.nullable(bits))),
    v.object({ problem: v.string(), coefficients: v.optional(v.array(bits)) }),
  ]),
  changes: v.optional(v.array(v.object({ step: v.number(), group: v.number(), hyper: values }))),
})
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

const directory = join('.lockstep', 'scenarios')

/** Reads a scenario; anything that is not one is refused with the first place that is wrong. */
export function readScenario(path: string): ScenarioFile {
  if (!existsSync(path))
    throw new UsageError(
      `There is no file '${path}'.`,
      `Failing scenarios are kept in ${directory}/; write one with: lockstep verify`,
    )
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(
      `${path} is not a scenario: ${(error as Error).message}.`,
      'Expected a JSON file that `lockstep verify` wrote.',
    )
  }
  const bare = v.safeParse(scenarioSchema, value)
  const whole = bare.success ? { rule: bare.output.rule, scenario: bare.output } : parsed(path, value)
  checkSizes(path, whole.scenario as Scenario)
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

/** Keeps the scenario of a result under its hash, and gives the path. */
export function keepScenario({ check, scenario }: Result, names: { rule: string; subject: string }): string {
  const file = {
    schema: 'lockstep/scenario/1',
    ...names,
    check,
    scenario,
  }
  const text = `${JSON.stringify(file, null, 2)}\n`
  const path = join(directory, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`)
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    writeWhole(path, text)
  }
  return path
}

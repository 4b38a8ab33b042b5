import * as v from 'valibot'
import { parse } from 'yaml'
import { schedules } from '../loop/schedule.ts'
import { models } from '../models/table.ts'
import { mostSearched } from './space.ts'
import { type Arm, type Range, type RunFields, type Study, StudyError } from './study.ts'

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.minValue(Number.MIN_VALUE))
const whole = v.pipe(v.number(), v.integer(), v.minValue(1))
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))
const name = v.pipe(
  v.string(),
  v.regex(/^[\w][\w.,+ /()-]*$/, 'Invalid name: expected letters, digits and . , + / ( ) -'),
)
const hyper = v.record(v.string(), v.union([finite, v.boolean()]))

const remedies = v.strictObject({
  activation: v.exactOptional(v.picklist(['relu', 'sigmoid'])),
  initialization: v.exactOptional(v.picklist(['he', 'xavier', 'naive'])),
  batchNorm: v.exactOptional(v.boolean()),
  dropout: v.exactOptional(v.pipe(finite, v.minValue(0), v.maxValue(0.99))),
  l2: v.exactOptional(v.pipe(finite, v.minValue(0))),
})

const runFields = {
  model: v.exactOptional(v.picklist(Object.keys(models))),
  remedies: v.exactOptional(remedies),
  schedule: v.exactOptional(v.picklist(Object.keys(schedules) as (keyof typeof schedules)[])),
  batch: v.exactOptional(v.union([whole, v.literal('full')])),
  epochs: v.exactOptional(whole),
  steps: v.exactOptional(whole),
  subset: v.exactOptional(whole),
  measured: v.exactOptional(whole),
  augment: v.exactOptional(v.boolean()),
}

const range = v.union([
  v.strictObject({ log: v.tuple([positive, positive]) }),
  v.strictObject({ linear: v.tuple([finite, finite]) }),
  v.strictObject({ values: v.pipe(v.array(finite), v.minLength(1)) }),
])

const armSchema = v.strictObject({
  name,
  rule: v.string(),
  hyper: v.optional(hyper, {}),
  ...runFields,
  space: v.optional(v.record(v.string(), range), {}),
})

/** A study as it is written. */
export const studySchema = v.strictObject({
  study: name,
  title: v.string(),
  question: v.optional(v.string(), ''),
  caution: v.optional(v.string(), ''),
  run: v.optional(v.strictObject(runFields), {}),
  search: v.exactOptional(v.strictObject({ budget: whole, seed, ...runFields })),
  seeds: v.pipe(v.array(seed), v.minLength(1)),
  watch: v.optional(
    v.strictObject({
      gradientNorms: v.exactOptional(whole),
      gradientNoise: v.exactOptional(whole),
      window: v.exactOptional(whole),
    }),
    {},
  ),
  target: v.exactOptional(v.pipe(finite, v.minValue(0), v.maxValue(1))),
  baseline: v.exactOptional(v.string()),
  arms: v.pipe(v.array(armSchema), v.minLength(1)),
})

/** Reads a study; `rules` gives the text of a rule that is named by its file, or its id. Throws a StudyError that names the field. */
export function readStudy(text: string, from: string, ruleOf: (rule: string) => string = rule => rule): Study {
  const checked = v.safeParse(studySchema, yamlOf(text, from))
  if (!checked.success) throw new StudyError(`${from}: ${problemOf(checked.issues[0])}`)
  const { study: id, title, question, caution, run, search, seeds, watch, target, baseline, arms } = checked.output
  const study: Study = {
    id,
    title,
    question,
    caution,
    arms: arms.map(({ name: armName, rule, hyper: fixed, space, ...own }) => ({
      name: armName,
      rule: ruleOf(rule),
      hyper: fixed,
      run: joined(run, own),
      space: space as Record<string, Range>,
    })),
    seeds,
    watch: defined(watch),
    ...(search && { search: { budget: search.budget, seed: search.seed, run: searchRun(search) } }),
    ...(target !== undefined && { target }),
    ...(baseline !== undefined && { baseline }),
  }
  check(study, from)
  return study
}

function yamlOf(text: string, from: string): unknown {
  try {
    return parse(text, { prettyErrors: true, logLevel: 'error' })
  } catch (error) {
    throw new StudyError(`${from}: this is not YAML: ${(error as Error).message}`)
  }
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  return `${path ? `${path}: ` : ''}${issue.message}.`
}

const searchRun = ({ budget: _, seed: __, ...run }: { budget: number; seed: number } & RunFields): RunFields =>
  defined(run)

/** What an arm has goes before what all have; remedies are joined one by one. */
function joined(all: RunFields, own: RunFields): RunFields {
  const both = { ...all.remedies, ...own.remedies }
  return defined({ ...defined(all), ...defined(own), ...(Object.keys(both).length > 0 && { remedies: both }) })
}

const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

/** What no field can say by itself. */
function check({ arms, baseline, search, seeds }: Study, from: string): void {
  const names = arms.map(arm => arm.name)
  const twice = names.find((each, at) => names.indexOf(each) !== at)
  if (twice !== undefined)
    throw new StudyError(`${from}: arms: '${twice}' is there twice; give each arm a name of its own.`)
  if (new Set(seeds).size < seeds.length) throw new StudyError(`${from}: seeds: one is there twice; each counts once.`)
  if (baseline !== undefined && !names.includes(baseline))
    throw new StudyError(`${from}: baseline: there is no arm '${baseline}'. Arms: ${names.join(', ')}.`)
  if (search && seeds.includes(search.seed))
    throw new StudyError(
      `${from}: search.seed: ${search.seed} is one of seeds; what was chosen on a seed is not measured on it.`,
    )
  for (const arm of arms) checkSpace(arm, search !== undefined, from)
}

function checkSpace({ name: arm, space, hyper: fixed }: Arm, searches: boolean, from: string): void {
  const searched = Object.entries(space)
  if (searched.length === 0) return
  if (!searches)
    throw new StudyError(`${from}: ${arm} has a space; say how it is searched: search: { budget: 8, seed: 1 }.`)
  if (searched.length > mostSearched)
    throw new StudyError(
      `${from}: ${arm}: ${searched.length} hyper-parameters are searched; at most ${mostSearched} can be.`,
    )
  for (const [hyperName, values] of searched) {
    if (Object.hasOwn(fixed, hyperName))
      throw new StudyError(`${from}: ${arm}: ${hyperName} is held at ${fixed[hyperName]} and searched; leave one out.`)
    const ends = 'log' in values ? values.log : 'linear' in values ? values.linear : undefined
    if (ends && ends[0] >= ends[1])
      throw new StudyError(`${from}: ${arm}: ${hyperName}: expected [low, high], got [${ends.join(', ')}].`)
  }
}

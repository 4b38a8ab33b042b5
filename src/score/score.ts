import { runCheck } from '../checks/index.ts'
import { HyperError } from '../derive/hyper.ts'
import { mutantsOf } from '../derive/mutants/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, Offer, Subject } from '../subject/subject.ts'
import { scenarioOf, type Vector, type VectorFile } from '../subject/vectors.ts'
import { checksIn, contextOf } from './asked.ts'
import { whyEquivalent } from './equivalents.ts'
import { inside } from './intervals.ts'
import { projects } from './published/index.ts'
import type { Project } from './published/row.ts'
import { verdicts } from './verdicts.ts'

/** What became of one mutant. */
export interface Fate {
  readonly id: string
  readonly says: string
  readonly now: string
  /** The first check of `verify`'s default run that rejects it, one a seed; null where none does. */
  readonly caught: readonly (string | null)[]
  /** Whether the conformance vectors alone reject it; null where the rule has none. */
  readonly byVectors: boolean | null
  /** What the published tests of projects that have this rule say of it. */
  readonly accepted: Readonly<Partial<Record<Project, boolean>>>
  /** Why it cannot be told from the rule, where neither rejects it and there is an argument. */
  readonly equivalent?: string
}

/** Every mutant of one rule, tried on the harness itself. */
export interface RuleScore {
  readonly rule: string
  readonly seeds: readonly number[]
  readonly fates: readonly Fate[]
}

/** Runs `verify`'s default checks on every mutant of a rule, as a user would run them on an optimizer that claims to be it. */
export async function scoreOf(
  rule: Rule,
  vectors: VectorFile | undefined,
  seeds: readonly number[],
  signal?: AbortSignal,
): Promise<RuleScore> {
  const fates: Fate[] = []
  for (const mutant of mutantsOf(rule)) {
    signal?.throwIfAborted()
    const subject = ruleSubject(mutant.rule, ieee, rule.id)
    const caught: (string | null)[] = []
    for (const seed of seeds) caught.push(await rejectedBy(subject, rule, vectors, seed))
    const byVectors = vectors ? await vectorsReject(vectors, subject, rule) : null
    const unseen = caught.every(check => check === null) && !byVectors
    const why = unseen ? whyEquivalent(mutant, rule) : undefined
    const { id, says, now } = mutant
    const accepted = await verdicts(subject, rule, testersOf(rule))
    fates.push({ id, says, now, caught, byVectors, accepted, ...(why !== undefined && { equivalent: why }) })
  }
  return { rule: rule.id, seeds, fates }
}

/** Whose published tests are asked: for Adam, where all have them, those of the dialect's own project; ONNX has the paper's. */
function testersOf({ family, dialect }: Rule): readonly Project[] {
  if (family !== 'adam') return []
  return projects.filter(project => project === dialect || (project === 'onnx' && dialect === 'kingma-ba'))
}

/** The first check that rejects a subject under a rule, in the order in which `verify` runs them. */
export async function rejectedBy(
  subject: Subject,
  rule: Rule,
  vectors: VectorFile | undefined,
  seed: number,
): Promise<string | null> {
  // Nothing is shrunk: that it fails is enough.
  const context = { ...(await contextOf(subject, rule, { vectors, seed })), onRecord: true }
  for (const { check, format } of checksIn(context))
    if ((await runCheck(check, { ...context, formats: [format] })).verdict === 'fail') return check.name
  return null
}

/** Whether an optimizer leaves what the conformance vectors of a rule allow, as a port's own test finds it. */
export async function vectorsReject(file: VectorFile, subject: Subject, rule: Rule): Promise<boolean> {
  const offer = (await subject.offers!(rule.id)) as Offer
  for (const vector of file.vectors)
    for (const format of subject.formats)
      if (!(await vectorAccepts({ file, vector, format }, subject, rule, offer))) return true
  return false
}

/** One vector in one format. */
export interface Played {
  readonly file: VectorFile
  readonly vector: Vector
  readonly format: Format
}

/**
 * Whether a subject stays within what a vector allows; what it cannot play, it is not rejected for. Values at the defaults
 * are left to a subject that has defaults of its own.
 */
export async function vectorAccepts(
  { file, vector, format }: Played,
  subject: Subject,
  rule: Rule,
  { features, hyper: taken }: Offer,
): Promise<boolean> {
  const able = vector.needs.every(need => features.includes(needed[need]))
  const given = Object.entries(vector.hyper).filter(
    ([name]) => !(vector.defaults.includes(name) && (features.includes('defaults') || !taken.includes(name))),
  )
  if (!able || given.some(([name]) => !taken.includes(name))) return true
  const scenario = scenarioOf(file, { ...vector, hyper: Object.fromEntries(given) }, format)
  const steps = await played(subject, scenario, rule)
  if (!steps) return true
  const allowed = Array.from({ length: vector.steps }, (_, s) => vector.parameters.map(each => each[format][s]!))
  return inside(allowed, steps)
}

const needed = { absent: 'absent', changes: 'set', point: 'point' } as const

/** The iterates; undefined where a default that is another makes the combination illegal. */
async function played(subject: Subject, scenario: Scenario, rule: Rule): Promise<Float64Array[][] | undefined> {
  try {
    const { steps } = await drive(subject, { ...scenario, rule: rule.id })
    return steps.map(({ x = [] }) => x)
  } catch (error) {
    if (error instanceof HyperError) return undefined
    throw error
  }
}

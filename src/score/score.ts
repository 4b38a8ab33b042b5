import { type Check, type Context, checksFor, runCheck } from '../checks/index.ts'
import { type Mutant, mutantsOf } from '../derive/mutants/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Format, Offer, Subject } from '../subject/subject.ts'
import { scenarioOf, type Vector, type VectorFile } from '../subject/vectors.ts'
import { whyEquivalent } from './equivalents.ts'
import { inside } from './intervals.ts'
import { runs } from './prey.ts'

const formats: readonly Format[] = ['float64', 'float32']

/** What became of one mutant. */
export interface Fate {
  readonly id: string
  readonly says: string
  readonly now: string
  /** The first check of `verify`'s default run that rejects it, one a seed; null where none does. */
  readonly caught: readonly (string | null)[]
  /** Whether the conformance vectors alone reject it. */
  readonly byVectors: boolean
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
    const byVectors = vectors !== undefined && (await vectorsReject(vectors, mutant))
    const unseen = caught.every(check => check === null) && !byVectors
    const why = unseen ? whyEquivalent(mutant, rule) : undefined
    const { id, says, now } = mutant
    fates.push({ id, says, now, caught, byVectors, ...(why !== undefined && { equivalent: why }) })
  }
  return { rule: rule.id, seeds, fates }
}

/** The first check that rejects a subject under a rule, in the order in which `verify` runs them. */
export async function rejectedBy(
  subject: Subject,
  rule: Rule,
  vectors: VectorFile | undefined,
  seed: number,
): Promise<string | null> {
  const offer = (await subject.offers!(rule.id)) as Offer
  const context: Omit<Context, 'formats'> = {
    subject,
    rule,
    offer,
    arithmetic: subject.arithmetic ?? ieee,
    held: {},
    except: [],
    depth: 'quick',
    // Nothing is shrunk: that it fails is enough.
    onRecord: true,
    seed,
    ...(vectors && { vectors }),
  }
  for (const check of checksFor(rule).filter(isAsked)) {
    for (const format of subject.formats.filter(each => check.formats?.includes(each) ?? true)) {
      const { verdict } = await runCheck(check, { ...context, formats: [format] })
      if (verdict === 'fail') return check.name
    }
  }
  return null
}

const isAsked = ({ strict, group, beside }: Check): boolean => !strict && group !== 'golden' && !beside

/** Whether an optimizer leaves what the conformance vectors of a rule allow, as a port's own test finds it. */
async function vectorsReject(file: VectorFile, mutant: Mutant): Promise<boolean> {
  for (const vector of file.vectors)
    for (const format of formats) if (!(await vectorAccepts(file, vector, mutant.rule, format))) return true
  return false
}

/** Whether a rule in the place of another stays within what a vector allows; values at the defaults are not given to it. */
export async function vectorAccepts(file: VectorFile, vector: Vector, rule: Rule, format: Format): Promise<boolean> {
  const given = Object.fromEntries(Object.entries(vector.hyper).filter(([name]) => !vector.defaults.includes(name)))
  const scenario = scenarioOf(file, { ...vector, hyper: given }, format)
  if (!runs(rule, scenario)) return true
  const trace = await drive(ruleSubject(rule), scenario)
  const allowed = Array.from({ length: vector.steps }, (_, s) => vector.parameters.map(each => each[format][s]!))
  return inside(
    allowed,
    trace.steps.map(({ x = [] }) => x),
  )
}

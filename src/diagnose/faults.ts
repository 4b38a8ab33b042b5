import type { Context } from '../checks/check.ts'
import { allowance } from '../checks/conditions.ts'
import { contracts } from '../checks/contracts/index.ts'
import { evaluate } from '../checks/evaluate.ts'
import { limitsOf } from '../checks/follow.ts'
import { runCheck } from '../checks/run.ts'
import { arrayFromBits, arrayToBits, sameBits } from '../numbers/bits.ts'
import { drive } from '../subject/driver.ts'
import { faults } from '../subject/faults/index.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Trace } from '../subject/scenario.ts'
import type { Feature, Subject } from '../subject/subject.ts'
import type { Result } from '../subject/verdict.ts'
import type { Budget } from './budget.ts'
import type { Evidence } from './evidence.ts'
import { countingFaults, shownFaults } from './more-faults.ts'

/** A fault that no formula shows, and the rule with it. */
export interface Faulty {
  readonly says: string
  readonly subject: Subject
}

/** After this a step has the digits of float32 only, in an order that is not known: it is held against the bound of float32. */
const coarse = 'float64 is computed in float32'

/** The same where iterates have more digits than that. */
const coarseInPart = 'something in it has the digits of float32 only, in float64 too'

/** Every fault that is known, put into the rule. */
export function faulty({ rule, arithmetic }: Context): Faulty[] {
  const wrapped = Object.entries({ ...shownFaults, ...faults }).map(([says, fault]) => ({
    says,
    subject: fault(ruleSubject(rule, arithmetic)),
  }))
  return [...wrapped, ...countingFaults(rule, arithmetic).map(([says, subject]) => ({ says, subject }))]
}

/** Faults with which the rule does what was observed; those that give its very bits alone, where there are any. */
export async function reproducing(evidence: Evidence, context: Context, budget: Budget): Promise<Faulty[]> {
  const left: { readonly candidate: Faulty; readonly likeness: Likeness }[] = []
  for (const candidate of faulty(context)) {
    if (!(await budget.left())) break
    budget.tried += 1
    const likeness = await likenessOf(candidate, evidence, context)
    if (likeness !== 'none') left.push({ candidate, likeness })
  }
  const nearest = (['bits', 'bound', 'coarse'] as const)
    .map(wanted => left.filter(({ likeness }) => likeness === wanted))
    .find(alike => alike.length > 0)
  return (nearest ?? []).map(({ candidate }) =>
    candidate.says === coarse && !isSingle(evidence.traces) ? { ...candidate, says: coarseInPart } : candidate,
  )
}

/** Whether every iterate that was observed has the digits of float32 only. */
const isSingle = (traces: readonly Trace[]): boolean =>
  traces.every(({ steps }) =>
    steps.every(({ x = [] }) => x.every(values => values.every(value => Math.fround(value) === value))),
  )

/** How a faulty rule does what was observed: to the bit, within the bound, within that of float32, or not. */
type Likeness = 'bits' | 'bound' | 'coarse' | 'none'

async function likenessOf(candidate: Faulty, { traces }: Evidence, context: Context): Promise<Likeness> {
  let worst: Likeness = 'bits'
  const isCoarse = candidate.says === coarse
  const all: Strays = { seen: 0, due: 0 }
  for (const trace of traces) {
    const other = await drive(candidate.subject, trace.scenario).catch(() => undefined)
    if (!other) return 'none'
    const likeness = reproduces(other, isCoarse ? inSingle(trace) : trace, trace, context)
    if (likeness === 'none') return 'none'
    if (likeness === 'bound') worst = 'bound'
    if (isCoarse) count(all, other, trace, context)
  }
  if (all.seen < half * all.due) return 'none'
  return isCoarse && worst === 'bound' ? 'coarse' : worst
}

/** Elements in which a fault leaves the bound of its rule, and those of them in which the subject does too. */
interface Strays {
  seen: number
  due: number
}

/** A fault that strays at random strays where the subject does, in most of its places: else its wide bound explains anything. */
const half = 0.5

function count(strays: Strays, other: Trace, trace: Trace, { rule, arithmetic }: Context): void {
  const limits = limitsOf(rule, arithmetic, trace)
  for (const [s, { x = [] }] of trace.steps.entries())
    for (const [k, values] of x.entries())
      for (const [i, got] of values.entries()) {
        const { value, error } = limits(s + 1, k, i)!
        const leaves = (seen: number): boolean => !(Math.abs(seen - value.hi) <= allowance * error)
        if (!leaves(other.steps[s]!.x![k]![i]!)) continue
        strays.due += 1
        if (leaves(got)) strays.seen += 1
      }
}

/**
 * Whether every observed iterate is that of the rule with a fault, or as near to it as the rule's own bound allows a correct
 * implementation to be to the rule: the fault leaves the order of operations open, and with it their roundings.
 */
function reproduces(other: Trace, bounded: Trace, trace: Trace, context: Context): Likeness {
  const limits = limitsOf(context.rule, context.arithmetic, bounded)
  let worst: Likeness = 'bits'
  for (const [s, { x = [] }] of trace.steps.entries())
    for (const [k, values] of x.entries())
      for (const [i, got] of values.entries()) {
        const expected = other.steps[s]!.x![k]![i]!
        if (sameBits(got, expected)) continue
        if (!(Math.abs(got - expected) <= allowance * limits(s + 1, k, i)!.error)) return 'none'
        worst = 'bound'
      }
  return worst
}

/** The same trace as one of float32, whose bound is then asked for. */
function inSingle(trace: Trace): Trace {
  const { scenario } = trace
  if (scenario.format === 'float32') return trace
  const single = (bits: string): string => arrayToBits(arrayFromBits(bits, 'float64'), 'float32')
  const groups = scenario.groups.map(({ hyper, params }) => ({
    hyper,
    params: params.map(param => ({ ...param, value: single(param.value) })),
  }))
  return { ...trace, scenario: { ...scenario, format: 'float32', groups } }
}

/** What the contracts say of a subject: those that were decided. */
type Signature = ReadonlyMap<string, boolean>

/** The contracts that hold (true) and fail (false); one that is not decided in any format says nothing. */
export function signature(results: readonly Result[]): Signature {
  const decided = results.filter(
    ({ group, verdict, known }) => group === 'contract' && !known && (verdict === 'pass' || verdict === 'fail'),
  )
  const names = [...new Set(decided.map(({ check }) => check))]
  return new Map(names.map(name => [name, decided.every(({ check, verdict }) => check !== name || verdict === 'pass')]))
}

/** Of some faults, those with which the same contracts fail and hold. What fails is asked first: most faults hold it. */
export async function failingAlike(
  candidates: readonly Faulty[],
  wanted: Signature,
  context: Context,
  budget: Budget,
): Promise<Faulty[]> {
  const asked = [...wanted].sort(([, a], [, b]) => Number(a) - Number(b))
  const left: Faulty[] = []
  for (const candidate of candidates) {
    if (!(await budget.left())) break
    if (await failsAlike(candidate, asked, context)) left.push(candidate)
  }
  return left
}

async function failsAlike(
  { subject }: Faulty,
  asked: readonly (readonly [string, boolean])[],
  context: Context,
): Promise<boolean> {
  for (const [name, holds] of asked) if ((await fails(subject, name, context)) !== !holds) return false
  return true
}

/** Whether a contract fails with a faulty rule; undefined where there is no such contract. */
async function fails(subject: Subject, contract: string, context: Context): Promise<boolean | undefined> {
  const check = contracts.find(({ name }) => name === contract)
  if (!check) return undefined
  // A wrapped rule cannot be asked for what a rule does not have, such as layouts in memory.
  const own = await ruleSubject(context.rule).offers!(context.rule.id)
  const has = (feature: Feature): boolean => !('unsupported' in own) && own.features.includes(feature)
  const offer = { ...context.offer, features: context.offer.features.filter(has) }
  const formats = context.formats.filter(each => check.formats?.includes(each) ?? true)
  // Nothing smaller is looked for: whether it fails is all that is asked.
  const { verdict } = await runCheck(check, { ...context, subject, offer, formats, onRecord: true })
  return verdict === 'fail'
}

/** The contracts that fail and that do not fail with what is said to explain the subject: they are about something else. */
export async function unexplained(does: Subject, results: readonly Result[], context: Context): Promise<string[]> {
  const left: string[] = []
  for (const [name, holds] of signature(results))
    if (!holds && (await fails(does, name, context)) === false) left.push(name)
  return left
}

/** Of some faults, those that show as the subject's own does: in the same element, with the same number. */
export async function showingAlike(
  candidates: readonly Faulty[],
  results: readonly Result[],
  context: Context,
): Promise<Faulty[]> {
  const failing = results.filter(({ group, verdict, known }) => group === 'contract' && verdict === 'fail' && !known)
  const alike = await Promise.all(
    candidates.map(async ({ subject }) => {
      for (const result of failing) if (!(await showsAlike(subject, result, context))) return false
      return true
    }),
  )
  return candidates.filter((_, at) => alike[at])
}

async function showsAlike(subject: Subject, result: Result, context: Context): Promise<boolean> {
  const check = contracts.find(({ name }) => name === result.check)
  if (!check || !result.scenario) return true
  const judgement = await evaluate(check, { ...context, subject }, result.scenario).catch(() => undefined)
  if (!judgement || judgement.reason !== result.reason) return false
  const [seen, own] = [judgement.finding, result.finding]
  if (!seen || !own) return seen === own
  const same = seen.step === own.step && seen.parameter === own.parameter && seen.index === own.index
  return same && sameBits(seen.got, own.got)
}

/** What it means that a contract fails, in a plain sentence, where no known fault fails the same ones. */
export const meanings: Readonly<Record<string, string>> = {
  'gradients are left alone': 'it writes to the gradients that it is given',
  'nothing is kept by reference':
    'it works until its caller uses an array again: it keeps that array instead of a copy',
  'memory beside a parameter is left alone': 'it writes to memory beside its parameters',
  'same input, same bits': 'a run does not give the same bits twice: something is left of earlier runs, or is random',
  'steps at once and one by one': 'steps that are asked for at once are not those that are asked for one by one',
  'instances share nothing': 'it works until the second instance is created: instances share something',
  'a resumed run goes on as before': 'it works until it is resumed: something is not saved, or not read back',
  'a resumed run goes on after an overflow': 'it works until it is resumed with an infinity in its state',
  'an absent gradient moves nothing': 'it works until a parameter has no gradient in some step',
  'a late parameter starts afresh': 'it works until a parameter has its first gradient later than the others',
  'groups keep their own hyper-parameters': 'it works until there is a second group: groups share something',
  'a late group starts afresh': 'it works until a group is added to a run',
  'a change of the rate takes effect in its own step': 'it works until the learning rate is changed on the way',
  'what is set on the way is used': 'it works until a hyper-parameter is changed on the way',
  'defaults are used as they are': 'a hyper-parameter that is left out has another default than the rule',
  'layouts agree': 'it works for rows of numbers only: the shape of a parameter or its layout in memory is ignored',
  'every element of every length': 'it works at some lengths only: at others, elements are left out',
  'an empty parameter is no trouble': 'it works until a parameter has no elements',
  'state has the dtype of its parameter': 'state is kept in another format than its parameter',
  'float64 is computed in float64': 'float64 is computed with fewer digits than float64 has',
  'ten thousand steps': 'it works until some thousand steps were made',
  'nothing leaks': 'each step leaves something behind in memory',
}

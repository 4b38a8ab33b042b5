import type { Context } from '../checks/check.ts'
import { deterministic } from '../checks/contracts/instances.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Subject } from '../subject/subject.ts'
import type { Diagnosis, Result } from '../subject/verdict.ts'
import { Budget } from './budget.ts'
import { type Candidate, reading } from './candidate.ts'
import { cluesOf } from './clues/index.ts'
import { dialectEdits, dialects } from './dialects.ts'
import { singleEdits } from './edits.ts'
import { Evidence } from './evidence.ts'
import { failingAlike, faulty, meanings, reproducing, showingAlike, signature, unexplained } from './faults.ts'
import { Judge } from './judge.ts'
import { observe } from './observe.ts'
import { pairs, partialExplanations, type Single } from './pairs.ts'
import { settings } from './settings.ts'
import { confirmed, tellApart } from './tell-apart.ts'
import { widerEdits } from './wider-edits.ts'

/** Milliseconds that a diagnosis may take. */
export const patience = 5000

/** A diagnosis, and what does as it says: the formula that it names, or the rule with a fault; absent where nothing explains. */
export interface Explained {
  readonly diagnosis: Diagnosis
  readonly does?: Subject
}

/**
 * Finds the smallest explanation of a subject that deviates from its rule: one that reproduces every element that was
 * observed, which the rule does not. `results` are those of its checks. Undefined where nothing was observed that the rule
 * does not explain.
 */
export async function diagnose(
  context: Context,
  results: readonly Result[],
  milliseconds = patience,
): Promise<Diagnosis | undefined> {
  return (await explain(context, results, milliseconds))?.diagnosis
}

/** The same, with the formula itself. */
export async function explain(
  context: Context,
  results: readonly Result[],
  milliseconds = patience,
): Promise<Explained | undefined> {
  const { rule, arithmetic, subject } = context
  const budget = new Budget(milliseconds, context.signal)
  const judge = new Judge(arithmetic, context.recorded && subject.bitExact)
  const evidence = new Evidence(judge, rule, await observe(context, results))
  const work: Work = { context, results, evidence, budget }
  if (!evidence.first || isArbitrary(results)) return silent(work)
  return (
    (await formulas([...dialects(rule), ...settings(rule), ...singleEdits(rule)], work)) ??
    (await formulas(widerEdits(rule), work)) ??
    (await shownFault(work)) ??
    (await formulas(dialectEdits(rule), work)) ??
    (await pairsOrNone(work))
  )
}

/** Whether the same input gives other steps each time: no formula explains that, and its traces show nothing else. */
const isArbitrary = (results: readonly Result[]): boolean =>
  results.some(({ check, verdict, known }) => check === deterministic.name && verdict === 'fail' && !known)

async function pairsOrNone(work: Work): Promise<Explained> {
  const { context, evidence, budget } = work
  const singles = await partialExplanations(context.rule, evidence, budget)
  return (await formulas(pairs(context.rule, singles), work, enough)) ?? { diagnosis: none(work, singles) }
}

/** Everything that a diagnosis works with. */
interface Work {
  readonly context: Context
  readonly results: readonly Result[]
  readonly evidence: Evidence
  readonly budget: Budget
}

/** So many pairs are found before those are told apart: where one is right, others differ from it in what does not matter. */
const enough = 12

/** The first of these candidates that reproduces all that is observed, and what cannot be told from it. */
async function formulas(
  candidates: Iterable<Candidate>,
  work: Work,
  most = Number.POSITIVE_INFINITY,
): Promise<Explained | undefined> {
  const { evidence, context, budget } = work
  const found = new Map<string, Candidate>()
  for (const candidate of candidates) {
    if (found.size >= most || !(await budget.left())) break
    budget.tried += 1
    if (!found.has(candidate.explanation) && !evidence.refuted(candidate)) found.set(candidate.explanation, candidate)
  }
  const simplest = [...found.values()].sort((a, b) => (a.weight ?? 0) - (b.weight ?? 0))
  const apart = await tellApart(simplest, evidence, context, budget)
  const left = await confirmed(apart, evidence, context, budget)
  const [first] = left
  if (!first) return undefined
  const does = reading(ruleSubject(first.rule), first.reading)
  const beside = await unexplained(does, work.results, context)
  return { diagnosis: { ...explained(left, work), ...(beside.length > 0 && { beside }) }, does }
}

/** What is known of a diagnosis whatever it is. */
function base({ context, evidence, budget }: Work) {
  return {
    subject: context.subject.name,
    rule: context.rule.id,
    observed: evidence.observed,
    scenarios: evidence.traces.length,
    tried: budget.tried,
    ...(evidence.first && { first: evidence.first }),
    ...(budget.cut && { incomplete: true as const }),
  }
}

/** Where another publication and an edit are the same, both are said. */
function explained(left: readonly Candidate[], work: Work): Diagnosis {
  const [{ kind, explanation, candidate, edits }, ...others] = left as [Candidate, ...Candidate[]]
  const edit = kind === 'dialect' ? others.find(other => other.kind !== 'dialect') : undefined
  return {
    ...base(work),
    kind,
    explanation: edit ? `${explanation}: ${edit.explanation}` : explanation,
    candidate,
    edits: edit?.edits ?? edits,
    explained: 1,
    alternatives: others
      .filter(other => other !== edit)
      .map(other => ({ explanation: other.explanation, candidate: other.candidate, edits: other.edits })),
  }
}

/** A fault with which the rule does what was observed; contracts tell faults apart that no trace does. */
async function shownFault(work: Work): Promise<Explained | undefined> {
  const { evidence, context, results, budget } = work
  const found = await reproducing(evidence, context, budget)
  const alike = found.length > 1 ? await failingAlike(found, signature(results), context, budget) : found
  const nearest = alike.length > 1 ? await showingAlike(alike, results, context) : alike
  const left = [nearest, alike, found].find(each => each.length > 0)
  if (!left) return undefined
  const diagnosis = fault(
    left.map(({ says }) => says),
    work,
  )
  return { diagnosis, does: left[0]!.subject }
}

/** The steps are those of the rule, and contracts fail: what lies beside the formula. */
async function silent(work: Work): Promise<Explained | undefined> {
  const { context, results, budget } = work
  const wanted = signature(results)
  const failing = [...wanted].filter(([, holds]) => !holds).map(([name]) => name)
  if (failing.length === 0) return undefined
  const alike = await failingAlike(faulty(context), wanted, context, budget)
  const nearest = await showingAlike(alike, results, context)
  // What all of several faults have in common is what the checks say.
  const one = [nearest, alike].find(each => each.length === 1)
  const known = one ? one.map(({ says }) => says) : failing.flatMap(name => meanings[name] ?? [])
  if (known.length === 0) return undefined
  const others = one ? [] : (nearest.length > 0 ? nearest : alike).map(({ says }) => says)
  const diagnosis = { ...fault([known.join('; '), ...others], work), checks: failing }
  return { diagnosis, ...(one && { does: one[0]!.subject }) }
}

function fault([explanation, ...others]: readonly string[], work: Work): Diagnosis {
  const candidate = work.context.rule.id
  return {
    ...base(work),
    kind: 'fault',
    explanation: explanation!,
    candidate,
    edits: [],
    explained: 1,
    alternatives: others.map(says => ({ explanation: says, candidate, edits: [] })),
  }
}

const none = (work: Work, singles: readonly Single[]): Diagnosis => {
  const partial = closest(work, singles)
  const { rule, arithmetic } = work.context
  const { clues, sound } = cluesOf(rule, arithmetic, work.evidence.traces)
  return {
    ...base(work),
    kind: 'none',
    explanation: 'nothing that was tried reproduces what it does',
    candidate: work.context.rule.id,
    edits: [],
    explained: 0,
    alternatives: [],
    ...(partial && { partial }),
    ...(clues.length > 0 && { clues, sound }),
  }
}

/** So many of the best are weighed in full. */
const weighed = 5

/** Less than this share of what the rule does not reproduce is no hint. */
const half = 0.5

/** What reproduces most of all that was observed, where that is most of what the rule itself does not. */
function closest({ context: { rule }, evidence }: Work, singles: readonly Single[]): Diagnosis['partial'] {
  const shares = singles.slice(0, weighed).map(single => ({ single, share: evidence.share(single) }))
  const [best] = shares.sort((a, b) => b.share - a.share)
  const own = evidence.share({ rule })
  if (!best || best.share - own < half * (1 - own)) return undefined
  const { explanation, candidate, edits } = best.single
  return { explanation, candidate, edits, share: best.share }
}

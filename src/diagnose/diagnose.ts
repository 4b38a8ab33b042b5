import type { Context } from '../checks/check.ts'
import type { Diagnosis, Result } from '../subject/verdict.ts'
import { Budget } from './budget.ts'
import type { Candidate } from './candidate.ts'
import { dialectEdits, dialects } from './dialects.ts'
import { singleEdits } from './edits.ts'
import { Evidence } from './evidence.ts'
import { Judge } from './judge.ts'
import { observe } from './observe.ts'
import { settings } from './settings.ts'
import { tellApart } from './tell-apart.ts'

/** Milliseconds that a diagnosis may take. */
export const patience = 5000

/** What is known of a diagnosis before anything is explained. */
type Seen = Pick<Diagnosis, 'subject' | 'rule' | 'observed' | 'scenarios' | 'tried' | 'first' | 'incomplete'>

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
  const { rule, arithmetic, subject } = context
  const budget = new Budget(milliseconds, context.signal)
  const evidence = new Evidence(
    new Judge(arithmetic, context.recorded && subject.bitExact),
    rule,
    await observe(context, results),
  )
  if (!evidence.first) return undefined
  for (const stage of stages) {
    const left = await tellApart(await surviving(stage(context), evidence, budget), evidence, context, budget)
    if (left.length > 0) return explained(left, seen(context, evidence, budget))
  }
  return none(seen(context, evidence, budget))
}

/** Candidates, the smallest explanations first. */
const stages: readonly ((context: Context) => Iterable<Candidate>)[] = [
  ({ rule }) => [...dialects(rule), ...settings(rule), ...singleEdits(rule)],
  ({ rule }) => dialectEdits(rule),
]

async function surviving(candidates: Iterable<Candidate>, evidence: Evidence, budget: Budget): Promise<Candidate[]> {
  const left = new Map<string, Candidate>()
  for (const candidate of candidates) {
    if (!(await budget.left())) break
    budget.tried += 1
    if (!left.has(candidate.explanation) && !evidence.refuted(candidate)) left.set(candidate.explanation, candidate)
  }
  return [...left.values()]
}

const seen = ({ subject, rule }: Context, { observed, traces, first }: Evidence, { tried, cut }: Budget): Seen => ({
  subject: subject.name,
  rule: rule.id,
  observed,
  scenarios: traces.length,
  tried,
  ...(first && { first }),
  ...(cut && { incomplete: true }),
})

/** Where another publication and an edit are the same, both are said. */
function explained(left: readonly Candidate[], known: Seen): Diagnosis {
  const [{ kind, explanation, candidate, edits }, ...others] = left as [Candidate, ...Candidate[]]
  const edit = kind === 'dialect' ? others.find(other => other.kind !== 'dialect') : undefined
  return {
    ...known,
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

const none = (known: Seen): Diagnosis => ({
  ...known,
  kind: 'none',
  explanation: 'nothing that was tried reproduces what it does',
  candidate: known.rule,
  edits: [],
  explained: 0,
  alternatives: [],
})

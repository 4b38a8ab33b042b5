import { type Mutant, mutantsOf } from '../derive/mutants/index.ts'
import { printStatement } from '../language/print.ts'
import type { Rule } from '../language/rule.ts'
import type { Budget } from './budget.ts'
import type { Candidate } from './candidate.ts'
import { singleEdits } from './edits.ts'
import type { Evidence } from './evidence.ts'
import { settings } from './settings.ts'

/** So many of the single explanations are paired with all others, the best first; and so many with edits of the same line. */
const beam = { apart: 24, sameLine: 8 } as const

/** A single explanation with what pairing needs to know of it. */
export interface Single extends Candidate {
  /** The statements that it changes, by their place; undefined where it changes how many there are. */
  readonly changed: ReadonlyMap<number, Rule['step'][number]> | undefined
}

/** Settings and edits of a rule, those first that explain most. */
export const partialExplanations = (rule: Rule, evidence: Evidence, budget: Budget): Promise<Single[]> =>
  ranked(
    [...settings(rule), ...singleEdits(rule)].map((single, weight) => ({
      ...single,
      weight,
      changed: changes(rule, single.rule),
    })),
    evidence,
    budget,
  )

/** Pairs of settings and edits of one rule, those first that hold the single ones that explain most. */
export function* pairs(rule: Rule, singles: readonly Single[]): Generator<Candidate> {
  for (const [at, first] of singles.slice(0, beam.apart).entries()) {
    for (const second of singles.slice(at + 1)) {
      const both = together(rule, first, second)
      if (both) yield both
    }
    if (at < beam.sameLine) yield* again(rule, first)
  }
}

/** Those that reproduce most of what the rule itself does not, first; a whole trace counts as much as all parts of another. */
async function ranked(singles: readonly Single[], evidence: Evidence, budget: Budget): Promise<Single[]> {
  const scores = new Map<Single, number>()
  for (const single of singles) {
    if (!(await budget.left())) break
    scores.set(single, evidence.score(single))
  }
  return [...scores.keys()].sort((a, b) => scores.get(b)! - scores.get(a)!)
}

function changes(rule: Rule, edited: Rule): Single['changed'] {
  if (edited.step.length !== rule.step.length) return undefined
  const different = edited.step
    .map((statement, at) => [at, statement] as const)
    .filter(([at, statement]) => statement !== rule.step[at] && printed(statement) !== printed(rule.step[at]!))
  return new Map(different)
}

const printed = (statement: Rule['step'][number]): string => `${printStatement(statement)} ${statement.value.kind}`

/** Two explanations at once; undefined where both change the same part of the rule, or one moves what the other changes. */
function together(rule: Rule, a: Single, b: Single): Candidate | undefined {
  const merged = merge(rule, a, b)
  if (!merged) return undefined
  const readings = [a.reading, b.reading].filter(each => each !== undefined)
  return {
    ...joined(rule, a, b),
    rule: merged,
    ...(readings.length > 0 && { reading: given => readings.reduce((values, read) => read(values), given) }),
  }
}

/** Two in one. What weighs is the less likely of both, since a pair is as plain as that one. */
const joined = (rule: Rule, a: Weighed, b: Weighed) => {
  const edits = [a, b].flatMap(each =>
    'edits' in each ? each.edits : [{ says: each.says, was: each.was, now: each.now }],
  )
  const weights = [a.weight ?? 0, b.weight ?? 0]
  return {
    kind: 'pair',
    explanation: both(edits.map(({ says }) => says)),
    candidate: rule.id,
    edits,
    weight: 1000 * Math.max(...weights) + Math.min(...weights),
  } as const
}

const both = (says: readonly string[]): string =>
  new Set(says).size === 1 ? `${says[0]}, in two places` : says.join(', and ')

type Weighed = (Candidate | Mutant) & { readonly weight?: number }

const parts = ['hyper', 'state', 'at', 'clock'] as const

function merge(rule: Rule, a: Single, b: Single): Rule | undefined {
  const step = mergedStep(rule, a, b)
  if (!step || parts.some(part => a.rule[part] !== rule[part] && b.rule[part] !== rule[part])) return undefined
  const rest = Object.fromEntries(parts.map(part => [part, a.rule[part] === rule[part] ? b.rule[part] : a.rule[part]]))
  return { ...rule, ...rest, step, closedForms: [] }
}

function mergedStep(rule: Rule, a: Single, b: Single): Rule['step'] | undefined {
  if (a.rule.step === rule.step) return b.rule.step
  if (b.rule.step === rule.step) return a.rule.step
  if (!a.changed || !b.changed || [...a.changed.keys()].some(at => b.changed!.has(at))) return undefined
  // A local of another kind would be met otherwise by the statements that read it.
  const both = [...a.changed, ...b.changed]
  if (both.some(([at, { value }]) => value.kind !== rule.step[at]!.value.kind)) return undefined
  const changed = new Map(both)
  return rule.step.map((statement, at) => changed.get(at) ?? statement)
}

/** A second edit of what the first one has made of its statements. */
function* again(rule: Rule, first: Single): Generator<Candidate> {
  if (first.rule === rule) return
  for (const [weight, mutant] of mutantsOf(first.rule).entries()) {
    const second = changes(first.rule, mutant.rule)
    const same = !first.changed || !second || [...second.keys()].some(at => first.changed!.has(at))
    if (same)
      yield {
        ...joined(rule, first, { ...mutant, weight }),
        rule: mutant.rule,
        ...(first.reading && { reading: first.reading }),
      }
  }
}

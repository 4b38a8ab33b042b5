import * as fc from 'fast-check'
import { type Context, runCheck } from '../checks/index.ts'
import { scenarios } from '../checks/scenarios.ts'
import { explain } from '../diagnose/index.ts'
import { lowerRule } from '../language/lower-rule.ts'
import type { Rule } from '../language/rule.ts'
import { families } from '../rules/index.ts'
import { findRule } from '../rules/lookup.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Subject } from '../subject/subject.ts'
import type { VectorFile } from '../subject/vectors.ts'
import type { Result } from '../subject/verdict.ts'
import { checksIn, contextOf } from './asked.ts'
import type { FormulaFault, HistoryRow, Truth } from './history/index.ts'

/**
 * How good a diagnosis is. Right: what it names takes the steps of the formula that the report comes to, in scenarios that the
 * diagnosis never saw, or it is the fault that was reported. None: it says that nothing explains it. Wrong: all else.
 */
export type Accuracy = 'right' | 'wrong' | 'none'

export interface Diagnosed {
  readonly accuracy: Accuracy
  readonly explanation: string
  readonly milliseconds: number
}

/** Scenarios that neither checks nor diagnosis draw. */
const fresh = { seed: 987_654_321, draws: 40 } as const

/** Milliseconds that a diagnosis may take, on a machine that is busy with others. */
const patience = 20_000

/** Diagnoses an implementation whose fault is known. */
export async function diagnosed(
  row: HistoryRow,
  subject: Subject,
  { vectors, seed }: { vectors: VectorFile | undefined; seed: number },
): Promise<Diagnosed> {
  const rule = findRule(row.rule)
  const context = await contextOf(subject, rule, { vectors, seed })
  const results: Result[] = []
  for (const { check, format } of checksIn(context))
    results.push(await runCheck(check, { ...context, formats: [format] }))
  const started = performance.now()
  const found = await explain(context, results, patience)
  const milliseconds = performance.now() - started
  if (!found || found.diagnosis.kind === 'none')
    return { accuracy: 'none', explanation: found?.diagnosis.explanation ?? 'nothing deviates', milliseconds }
  const { does, diagnosis } = found
  const right =
    row.kind === 'formula'
      ? does !== undefined && (await alike(ruleSubject(actualRule(row)), does, context))
      : row.kind === 'implementation' && names(row.truth, diagnosis.explanation)
  return { accuracy: right ? 'right' : 'wrong', explanation: found.diagnosis.explanation, milliseconds }
}

/** The dialect that a row claims to follow, with the fields that say what it does instead. */
export function actualRule({ rule, actual }: FormulaFault): Rule {
  const [family, dialect] = rule.split('/') as [string, string]
  const { title, dialects } = families.find(({ id }) => id === family)!
  const { closedForms: _, ...source } = dialects[dialect]!
  return lowerRule({ id: rule, family, dialect, title }, { ...source, ...actual })
}

/** Two formulas in binary64 that are one in exact arithmetic come as near as this, where nothing cancels. */
const relative = 1e-6

/** Whether two subjects take the same steps where nobody has looked yet. */
async function alike(one: Subject, two: Subject, { rule, offer }: Context): Promise<boolean> {
  const unseen = fc.sample(scenarios(rule, ['float64'], { vary: offer.hyper, absent: true }), {
    seed: fresh.seed,
    numRuns: fresh.draws,
  })
  for (const scenario of unseen) {
    const [a, b] = [await drive(one, scenario), await drive(two, scenario)]
    const same = a.steps.every(({ x = [] }, s) =>
      x.every((values, k) => values.every((value, i) => near(value, b.steps[s]!.x![k]![i]!))),
    )
    if (!same) return false
  }
  return true
}

const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b))

/** What a diagnosis says of a fault that no formula shows, by what was reported. */
const words: Readonly<Record<Truth, RegExp>> = {
  'absent gradient counts': /absent gradient|without a gradient|steps of the optimizer/,
  'added parameter has no state': /late|refused/,
  'default differs': /default/,
  'gradient changed': /writes to (its|the) gradient/,
  'gradient kept by reference': /kept by reference/,
  'group hyper-parameters ignored': /groups? (share|has)|other groups/,
  'hyper-parameter rounded': /float32|format|rounded/,
  'memory layout ignored': /strides|layout|matrix/,
  'parameters skipped': /parameters? .*(move|fifth)|group moves|has no elements/,
  'rate captured when built': /no effect|read once/,
  'rate change takes effect a step late': /a step late/,
  'saved state is the live state': /sav|resumed|share/,
  'state lost on resume': /resumed/,
  'state lost when the rate changes': /change/,
  'state rounded on resume': /six digits|saved|resumed/,
  'state shared between instances': /instances? share|second instance/,
  'state shared between parameters': /share/,
  'step counted per tensor': /counted/,
  'step lost on resume': /resumed/,
  'tail elements skipped': /loop|left out|elements? .*move|rows of numbers only/,
}

const names = (truth: Truth, explanation: string): boolean => words[truth].test(explanation)

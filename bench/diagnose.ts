import { mutantsOf } from '../src/derive/mutants/index.ts'
import { diagnosisOf } from '../src/kit/diagnosis.ts'
import { resolveCell } from '../src/kit/resolve.ts'
import { findRule } from '../src/rules/lookup.ts'
import { moved } from '../src/subject/faults/alter.ts'
import { ruleSubject } from '../src/subject/rule-subject.ts'
import type { Subject } from '../src/subject/subject.ts'

/**
 * How long a diagnosis takes, and how many candidates it tries in that time: of single edits, which are found early, of a
 * pair, and of noise, for which everything is tried. Gated on counts alone: what is found must not depend on the machine.
 */
const limit = 600_000
const rounds = 3

const edit = (id: string, ...says: readonly string[]): Subject => {
  const rule = says.reduce((rule, each) => mutantsOf(rule).find(mutant => mutant.says === each)!.rule, findRule(id))
  return ruleSubject(rule)
}

/** Iterates that no formula gives: each is moved by another share of itself. */
const noise = (id: string): Subject =>
  moved(ruleSubject(findRule(id)), (x, k, _, step) =>
    x.map((value, i) => value * (1 + ((step * 7 + k * 3 + i) % 11) / 16)),
  )

const cases: readonly (readonly [string, string, Subject, string])[] = [
  ['adam/kingma-ba', 'one edit', edit('adam/kingma-ba', 'epsilon is left out'), 'default'],
  ['adam/pytorch', 'one edit', edit('adam/pytorch', 'the bias correction 1 - beta2^t is left out'), 'edit'],
  ['rmsprop/pytorch', 'one edit', edit('rmsprop/pytorch', 'v is never updated'), 'edit'],
  [
    'momentum/pytorch',
    'two edits',
    edit('momentum/pytorch', 'the factor momentum is left out', 'lr * b is added instead of subtracted'),
    'pair',
  ],
  ['sgd/lecture', 'noise', noise('sgd/lecture'), 'none'],
  ['adam/pytorch', 'noise', noise('adam/pytorch'), 'none'],
]

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

let failed = false
for (const [id, what, subject, kind] of cases) {
  const cell = await resolveCell(subject, { rule: id })
  const failure = { subject: subject.name, rule: id, check: 'formula', group: 'formula', verdict: 'fail' } as const
  const seconds: number[] = []
  let found: Awaited<ReturnType<typeof diagnosisOf>>
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    found = await diagnosisOf(cell, [failure], { diagnose: limit })
    seconds.push((performance.now() - from) / 1000)
  }
  const right = found?.kind === kind
  failed ||= !right
  const spread = `${Math.min(...seconds).toFixed(2)}..${Math.max(...seconds).toFixed(2)}`
  console.log(
    `${id.padEnd(18)} ${what.padEnd(10)} ${median(seconds).toFixed(2).padStart(6)} s (${spread})  ${String(found?.tried).padStart(6)} candidates, ${found?.scenarios} scenarios  ${right ? found?.kind : `${found?.kind}, expected ${kind}`}`,
  )
}
process.exitCode = failed ? 1 : 0

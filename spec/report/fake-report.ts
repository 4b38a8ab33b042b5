import { arrayToBits } from '../../src/numbers/bits.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Diagnosis, Explanation, Finding, Report, Result } from '../../src/subject/verdict.ts'

const bits = (...values: number[]): string => arrayToBits(values, 'float64')

export const scenario: Scenario = {
  name: 'unit',
  rule: 'adam/pytorch',
  format: 'float64',
  groups: [{ hyper: { lr: 0.1, beta1: 0.9, amsgrad: false }, params: [{ name: 'a', value: bits(1, 0) }] }],
  steps: 2,
  gradients: [[bits(0.25, -1)], [null]],
  changes: [{ step: 2, group: 0, hyper: { lr: 0.01 } }],
}

export const finding: Finding = {
  step: 1,
  parameter: 'a',
  variable: 'x',
  index: 0,
  got: 0.99901,
  low: 0.99683,
  high: 0.99685,
  expected: 0.99684,
  ulps: 37_912,
}

/** A result that passes within the bound, with some of its fields replaced. */
export const result = (fields: Partial<Result> = {}): Result => ({
  subject: 'pytorch',
  rule: 'adam/pytorch',
  check: 'formula',
  group: 'formula',
  verdict: 'pass',
  grade: 'within the bound',
  worst: 0.412,
  proving: 0.97,
  scenarios: 40,
  observed: 12_800,
  ...fields,
})

/** What might be wrong with it. */
export const half: Explanation = {
  explanation: 'epsilon is added inside the square root',
  candidate: 'adam/pytorch',
  edits: [
    {
      says: 'epsilon is added inside the square root',
      was: 'denom = sqrt(v) / sqrt(bc2) + eps',
      now: 'denom = sqrt(v + eps) / sqrt(bc2)',
    },
  ],
}

/** A diagnosis of a result, with some of its fields replaced. */
export const diagnosis = (fields: Partial<Diagnosis> = {}): Diagnosis => ({
  subject: 'tfjs',
  rule: 'adam/tfjs',
  kind: 'edit',
  ...half,
  explained: 1,
  observed: 1164,
  scenarios: 15,
  tried: 497,
  first: finding,
  alternatives: [half],
  ...fields,
})

/** A report of these results, its subjects and summary derived from them. */
export function reportOf(results: readonly Result[]): Report {
  const summary = { pass: 0, fail: 0, skip: 0, unknown: 0, known: 0 }
  for (const { verdict, known } of results) summary[known ? 'known' : verdict] += 1
  const names = [...new Set(results.map(({ subject }) => subject))]
  return {
    schema: 'lockstep/verify/1',
    seed: 7,
    depth: 'quick',
    versions: { lockstep: '0.1.0' },
    subjects: names.map(name => ({ name, version: '1', arithmetic: 'contraction to FMA; roots of MKL', live: false })),
    results,
    diagnoses: [],
    summary,
    seconds: 3.2,
  }
}

const subjects = ['pytorch:ieee', 'pytorch', 'keras', 'optax', 'tfjs', 'pytorch:live']
const families = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'adamw']

/** The whole matrix, with one of everything that a cell can say. */
export function fullReport(): Report {
  const results = subjects.flatMap(subject =>
    families.map(family => {
      const rule = `${family}/${subject.split(':')[0]}`
      if (subject === 'pytorch:ieee') return result({ subject, rule, grade: 'bit-exact', worst: 0 })
      if (subject === 'tfjs' && family === 'adamw') return skipped(subject, rule)
      if (subject === 'tfjs' && family === 'adam') return result({ subject, rule, verdict: 'fail', finding, scenario })
      if (subject === 'optax' && family === 'adadelta')
        return result({ subject, rule, verdict: 'unknown', reason: 'the guest timed out' })
      if (subject === 'keras' && family === 'rmsprop') return recorded(subject, rule)
      return result({ subject, rule })
    }),
  )
  return reportOf(results)
}

const skipped = (subject: string, rule: string): Result =>
  result({ subject, rule, verdict: 'skip', reason: 'TensorFlow.js has no AdamW' })

const recorded = (subject: string, rule: string): Result =>
  result({
    subject,
    rule,
    verdict: 'fail',
    finding,
    known: { reason: 'centered is computed in another order', link: 'https://example.org/1' },
  })

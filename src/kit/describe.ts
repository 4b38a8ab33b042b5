import { atLength } from '../report/diagnosis.ts'
import { command, explain } from '../report/findings.ts'
import type { Terminal } from '../report/index.ts'
import type { Diagnosis, Result } from '../subject/verdict.ts'

/** Where a test's message is read: anywhere, so that it has no colours and fits an ordinary terminal. */
const page: Terminal = { width: 80, colours: false, unicode: true }

/** What a failure is indented by in the report. */
const indent = /^ {2}/gm

/**
 * What a result says, in words. A failure has the text that `lockstep verify` prints: rule, step, parameter, index, what
 * came and what is allowed, the distance in ulps, the smallest scenario, and, where it was kept, the command that replays it.
 */
export function describeResult(result: Result): string {
  const { rule, check, verdict, grade, reason = 'no reason given', known } = result
  if (verdict === 'fail') {
    const text = explain(result, page)
    const told = result.replay === undefined ? text.filter(line => !line.includes(command(result))) : text
    const failure = told.join('\n').trimEnd().replace(indent, '')
    return known ? `known deviation: ${known.reason}\n${failure}` : failure
  }
  const words = { pass: grade ?? 'holds', skip: `skipped: ${reason}`, unknown: `could not be decided: ${reason}` }
  return `${rule}, ${check}: ${words[verdict]}`
}

/** What a diagnosis says, in words: the text that `lockstep verify` prints under a failure. */
export const describeDiagnosis = (diagnosis: Diagnosis): string =>
  atLength(diagnosis, page).join('\n').replace(indent, '')

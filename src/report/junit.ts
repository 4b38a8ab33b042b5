import type { Diagnosis, Report, Result } from '../subject/verdict.ts'
import { byCell } from './by-cell.ts'
import { atLength, diagnosisFor } from './diagnosis.ts'
import { briefly, explain, isOpenFailure } from './findings.ts'
import { firstLine, type Terminal } from './terminal-style.ts'
import { attributes, escaped } from './xml.ts'

/** How wide the text of a failure is set. */
const page: Terminal = { width: 120, colours: false, unicode: true }

/** A report for CI servers: a testsuite a subject and rule, a testcase a check and format. */
export function junit(report: Report): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'lockstep verify', ...counts(report.results, report.incomplete), time: report.seconds.toFixed(3) })}>`,
    ...byCell(report.results).flatMap(results => suite(results, report)),
    ...(report.incomplete ? unfinished : []),
    '</testsuites>',
    '',
  ].join('\n')
}

/** An incomplete report must not look like a success. */
const unfinished = [
  '  <testsuite name="lockstep verify" tests="1" failures="0" errors="1" skipped="0">',
  '    <testcase classname="lockstep" name="the run is complete">',
  '      <error message="the run did not end: results are missing" type="incomplete"/>',
  '    </testcase>',
  '  </testsuite>',
]

function counts(results: readonly Result[], incomplete = false): Record<string, number> {
  const of = (kind: Kind | undefined): number => results.filter(result => kindOf(result) === kind).length
  const extra = incomplete ? 1 : 0
  return {
    tests: results.length + extra,
    failures: of('failure'),
    errors: of('error') + extra,
    skipped: of('skipped'),
  }
}

function suite(results: readonly Result[], report: Report): string[] {
  const { subject, rule } = results[0]!
  return [
    `  <testsuite${attributes({ name: `${subject} against ${rule}`, ...counts(results) })}>`,
    '    <properties>',
    ...properties(results[0]!, report).map(
      ([name, value]) => `      <property${attributes({ name, value: String(value) })}/>`,
    ),
    '    </properties>',
    ...results.flatMap(result => testcase(result, diagnosisFor(report, result))),
    '  </testsuite>',
  ]
}

function properties(
  { subject, rule }: Result,
  { seed, depth, versions, subjects }: Report,
): [string, string | number][] {
  const own = subjects.find(({ name }) => name === subject)
  return [
    ['rule', rule],
    ['seed', seed],
    ['depth', depth],
    ...(own
      ? ([
          ['subject.version', own.version],
          ['subject.arithmetic', own.arithmetic],
        ] as [string, string][])
      : []),
    ...Object.entries(versions).map(([name, version]): [string, string] => [`version.${name}`, version]),
  ]
}

type Kind = 'failure' | 'error' | 'skipped'

/** What a CI server is told of a result; a pass is told nothing, and a deviation on record does not fail. */
function kindOf(result: Result): Kind | undefined {
  if (isOpenFailure(result)) return 'failure'
  if (result.verdict === 'unknown') return 'error'
  return result.known || result.verdict === 'skip' ? 'skipped' : undefined
}

function testcase(result: Result, diagnosis: Diagnosis | undefined): string[] {
  const { subject, rule, check, formats = [] } = result
  const head = attributes({ classname: `${subject}.${rule}`, name: [check, ...formats].join(', ') })
  const kind = kindOf(result)
  if (!kind) return [`    <testcase${head}/>`]
  const { message, type, text } = outcomes[kind](result, diagnosis)
  const body = text === undefined ? '/>' : `>${escaped(text)}</${kind}>`
  return [`    <testcase${head}>`, `      <${kind}${attributes({ message, type })}${body}`, '    </testcase>']
}

interface Outcome {
  readonly message: string
  readonly type?: string
  readonly text?: string
}

const outcomes: Readonly<Record<Kind, (result: Result, diagnosis: Diagnosis | undefined) => Outcome>> = {
  failure: (result, diagnosis) => ({
    message: result.finding ? briefly(result.finding) : firstLine(result.reason ?? 'deviates'),
    type: 'deviation',
    text: [...explain(result, page), ...(diagnosis ? ['', ...atLength(diagnosis, page, result.finding)] : [])]
      .map(line => line.trimEnd())
      .join('\n'),
  }),
  error: ({ reason = 'nothing was observed', replay }) => ({
    message: firstLine(reason),
    type: 'undecided',
    text: replay === undefined ? reason : `${reason}\n\nSee: ${replay}`,
  }),
  skipped: ({ known, reason }) => ({
    message: known
      ? `known deviation: ${known.reason}${known.link ? ` (${known.link})` : ''}`
      : (reason ?? 'no reason given'),
  }),
}

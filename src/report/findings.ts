import type { Finding, Result } from '../subject/verdict.ts'
import { looks } from './cells.ts'
import { apart, interval, ulps } from './numbers.ts'
import { describeScenario } from './scenario-text.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from './terminal-style.ts'

const element = ({ parameter, index }: Finding): string => `${parameter}[${index}]`

/** A claim of another kind than "equals the formula" has an allowed interval but no expected value. */
const isClaim = ({ expected, low }: Finding): boolean => Number.isNaN(expected) && !Number.isNaN(low)

const away = (finding: Finding): string => (isClaim(finding) ? '' : `, ${ulps(finding.ulps)} away`)

/** What was found, in a line: where, what came, what is allowed, and how far away that is. */
export function briefly(finding: Finding): string {
  const [got] = apart(finding.got, isClaim(finding) ? finding.low : finding.expected)
  const what = finding.variable === 'x' ? '' : `${finding.variable} of `
  return `step ${finding.step}, ${what}${element(finding)}: got ${got}, allowed ${interval(finding)}${away(finding)}`
}

/** The same as a sentence that needs no knowledge of Lockstep. */
export function sentence(rule: string, finding: Finding): string {
  const [got, expected] = apart(finding.got, isClaim(finding) ? finding.low : finding.expected)
  const where = `${rule}, step ${finding.step}, parameter ${element(finding)}: ${finding.variable} is ${got}`
  return isClaim(finding)
    ? `${where}, but only ${interval(finding)} is allowed.`
    : `${where} but the formula gives ${expected} (allowed ${interval(finding)})${away(finding)}.`
}

/** The command that shows more of a result. */
export const command = (result: Result): string =>
  result.replay ?? `lockstep verify ${result.subject} --rule ${result.rule} --check ${quoted(result.check)}`

const quoted = (text: string): string => (/[^\w:./-]/.test(text) ? `'${text}'` : text)

export const isOpenFailure = (result: Result): boolean => result.verdict === 'fail' && !result.known

/** Findings, worst news first: two lines each, what and how to see more. */
export function findings(results: readonly Result[], terminal: Terminal): string[] {
  const p = paint(terminal)
  const failed = results.filter(isOpenFailure)
  if (failed.length === 0) return []
  const lines = failed.flatMap(result => {
    const text = `${result.rule}, ${result.subject}, ${result.check}: ${result.finding ? briefly(result.finding) : (result.reason ?? 'deviates')}`
    const [head = '', ...rest] = wrap(plain(text, terminal), terminal.width, `  ${looks.deviates.glyph} `, '    ')
    return [
      plain(head.replace(looks.deviates.glyph, p.red(looks.deviates.glyph)), terminal),
      ...rest,
      p.dim(plain(`      → ${command(result)}`, terminal)),
    ]
  })
  return [p.bold('Findings'), ...lines]
}

/** One failure at length: the sentence, the smallest scenario in decimals, and the command that replays it. */
export function explain(result: Result, terminal: Terminal): string[] {
  const p = paint(terminal)
  const what = result.finding
    ? sentence(result.rule, result.finding)
    : `${result.rule}, ${result.check}: ${result.reason ?? 'deviates'}`
  const lines = wrap(plain(what, terminal), terminal.width, '  ', '    ')
  const extra =
    result.finding && result.reason ? wrap(plain(result.reason, terminal), terminal.width, '  ', '    ') : []
  return [
    ...lines.map((line, at) => (at === 0 ? p.red(line) : p.red(line))),
    ...extra,
    '',
    ...smallest(result, terminal),
    ...more(result, terminal),
  ]
}

function smallest({ scenario, finding }: Result, terminal: Terminal): string[] {
  if (!scenario) return []
  const p = paint(terminal)
  const rows = describeScenario(scenario, finding?.step)
  const wide = Math.max(...rows.map(([label]) => columns(label)))
  const text = rows.flatMap(([label, words]) => {
    const indent = ' '.repeat(6 + wide)
    return wrap(plain(words, terminal), terminal.width, `    ${pad(label, wide)}  `, indent)
  })
  return [p.dim(`  The smallest scenario that shows it (${scenario.format}):`), ...text, '']
}

const more = (result: Result, terminal: Terminal): string[] => [
  `  ${plain('See it step by step:', terminal)}  ${paint(terminal).cyan(command(result))}`,
]

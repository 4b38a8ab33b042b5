import { noRule } from '../subject/no-rule.ts'
import type { Finding, Result } from '../subject/verdict.ts'
import { inWords, ulps } from './numbers.ts'
import { describeScenario } from './scenario-text.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from './terminal-style.ts'

const element = ({ parameter, index }: Finding): string => `${parameter}[${index}]`

/** A claim of another kind than "equals the formula" has an allowed interval but no expected value. */
const isClaim = ({ expected, low }: Finding): boolean => Number.isNaN(expected) && !Number.isNaN(low)

const away = (finding: Finding): string => (Number.isNaN(finding.ulps) ? '' : `, ${ulps(finding.ulps)} away`)

/** What was found, in a line: where, what came, what is allowed, and how far away that is. */
export function briefly(finding: Finding): string {
  const { got, allowed } = inWords(finding)
  const what = finding.variable === 'x' ? '' : `${finding.variable} of `
  return `step ${finding.step}, ${what}${element(finding)}: got ${got}, allowed ${allowed}${away(finding)}`
}

/** The same as a sentence that needs no knowledge of Lockstep. */
export function sentence(rule: string, finding: Finding): string {
  const { got, expected, allowed } = inWords(finding)
  const where = `${rule === noRule ? '' : `${rule}, `}step ${finding.step}, parameter ${element(finding)}: ${finding.variable} is ${got}`
  return isClaim(finding)
    ? `${where}; allowed is ${allowed}.`
    : `${where} but the formula gives ${expected} (allowed ${allowed})${away(finding)}.`
}

/** The command that shows more of a result. */
export const command = (result: Result): string =>
  result.replay ??
  `lockstep verify ${result.subject} ${result.rule === noRule ? '--contracts' : `--rule ${result.rule}`} --check ${quoted(result.check)}`

/** A word as a shell reads it. */
export const quoted = (text: string): string => (/[^\w:./-]/.test(text) ? `'${text}'` : text)

export const isOpenFailure = (result: Result): boolean => result.verdict === 'fail' && !result.known

/** Which failure to begin with: one with numbers, of the formula itself, with the shortest scenario. */
export const telling = (a: Result, b: Result): number => weight(a) - weight(b)

const weight = ({ finding, group, scenario }: Result): number =>
  (finding ? 0 : 1e9) + (group === 'formula' ? 0 : 1e6) + (scenario?.steps ?? 1e5)

/** One failure at length: the sentence, the smallest scenario in decimals, and the command that replays it. */
export function explain(result: Result, terminal: Terminal): string[] {
  const p = paint(terminal)
  const what = result.finding
    ? sentence(result.rule, result.finding)
    : `${result.rule === noRule ? '' : `${result.rule}, `}${result.check}: ${result.reason ?? 'deviates'}`
  const lines = wrap(plain(what, terminal), terminal.width, '  ', '    ')
  const extra =
    result.finding && result.reason ? wrap(plain(result.reason, terminal), terminal.width, '  ', '    ') : []
  return [...lines.map(line => p.red(line)), ...extra, '', ...smallest(result, terminal), ...more(result, terminal)]
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
  const what = finding ? 'The smallest scenario that shows it' : 'It was asked with'
  return [p.dim(`  ${what} (${scenario.format}):`), ...text, '']
}

const more = (result: Result, terminal: Terminal): string[] => [
  `  ${plain(result.group === 'contract' ? 'Ask again:' : 'See it step by step:', terminal)}  ${paint(terminal).cyan(plain(command(result), terminal))}`,
]

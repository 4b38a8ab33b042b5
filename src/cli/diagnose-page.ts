import { atLength } from '../report/diagnosis.ts'
import { isOpenFailure, quoted } from '../report/findings.ts'
import { count, plural } from '../report/numbers.ts'
import { firstLine, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Diagnosis, Report } from '../subject/verdict.ts'

/** How the subject and the rule were asked for. */
interface Asked {
  readonly subject: string
  readonly rule: string
  /** What else was asked, as it is typed: --hyper, --python. */
  readonly more?: string
}

/** The checks that fail, each once. */
export const failing = ({ results }: Report): string[] => [
  ...new Set(results.filter(isOpenFailure).map(({ check }) => check)),
]

/** What is wrong with one subject, for people: the sentence, the lines of the formula, where it shows, what to do next. */
export function diagnosePage(report: Report, asked: Asked, terminal: Terminal): string {
  const p = paint(terminal)
  const text = (line: string): string[] => wrap(plain(line, terminal), terminal.width, '  ', '    ')
  const rule = report.results[0]?.rule ?? asked.rule
  const [diagnosis] = report.diagnoses
  const lines = [
    '',
    p.bold(plain(`  ${asked.subject} against ${rule}`, terminal)),
    '',
    ...(diagnosis ? atLength(diagnosis, terminal) : text(nothing(report, rule))),
    '',
    ...contracts(report).flatMap(text),
    ...ground(report).flatMap(text),
    ...next(diagnosis, failing(report).length > 0, asked).flatMap(text),
  ]
  return `${lines.join('\n')}\n\n`
}

/** Why there is no diagnosis. */
function nothing(report: Report, rule: string): string {
  const { pass, unknown, skip } = report.summary
  const broken = report.results.find(({ verdict }) => verdict === 'unknown' || verdict === 'skip')
  if (failing(report).length > 0) return `It deviates, but what fails is neither a step of ${rule} nor a contract.`
  if (unknown > 0 || (pass === 0 && skip > 0))
    return `It could not be decided whether it deviates: ${firstLine(broken?.reason ?? 'nothing was observed')}`
  return `It conforms to ${rule}: there is nothing to diagnose.`
}

/** So many contracts that fail are told of in their own words. */
const most = 4

/** What the contracts that fail say: it is often nearer to the fault than any formula. */
function contracts({ results }: Report): string[] {
  const failed = results.filter(result => result.group === 'contract' && isOpenFailure(result) && result.reason)
  const each = [
    ...new Map(failed.map(result => [result.check, `${result.check}: ${firstLine(result.reason!)}.`])).values(),
  ]
  const left = each.length - most
  return [
    ...each.slice(0, most),
    ...(left > 0 ? [`and ${plural(left, 'more contract')} that ${left === 1 ? 'fails' : 'fail'}.`] : []),
  ]
}

function ground(report: Report): string[] {
  const failed = failing(report)
  const all = new Set(report.results.filter(({ verdict }) => verdict !== 'skip').map(({ check }) => check)).size
  return failed.length > 0 ? [`${count(failed.length)} of ${plural(all, 'check')} fail: ${failed.join(', ')}.`] : []
}

/** What to do about it. */
function next(diagnosis: Diagnosis | undefined, fails: boolean, { subject, rule, more: held = '' }: Asked): string[] {
  if (!fails) return []
  const again = `lockstep verify ${quoted(subject)} --rule ${quoted(rule)}${held}`
  if (!diagnosis || diagnosis.kind === 'none')
    return [`Next: ${again}, which keeps a scenario to go through step by step.`]
  const mend = `Next: mend it, then ${again}`
  // Where more is wrong, the other formula would not be met either.
  return diagnosis.kind === 'dialect' && !diagnosis.beside
    ? [mend, `Or, if that is what is meant: lockstep verify ${quoted(subject)} --rule ${diagnosis.candidate}${held}`]
    : [mend]
}

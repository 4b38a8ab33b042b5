import { type Report, type Result, stale } from '../subject/verdict.ts'
import { command, isOpenFailure } from './findings.ts'
import { count, duration, percent, plural } from './numbers.ts'
import { paint, plain, type Terminal, wrap } from './terminal-style.ts'

/** The summary in words with its numbers, and what to do next. */
export function summary(report: Report, terminal: Terminal): string[] {
  const p = paint(terminal)
  const colour =
    report.summary.fail > 0 ? p.red : report.summary.unknown > 0 || report.summary.pass === 0 ? p.yellow : p.green
  const line = (text: string): string[] => wrap(plain(text, terminal), terminal.width, '  ')
  return [
    ...line(verdict(report)).map(text => p.bold(colour(text))),
    ...line(effort(report)),
    ...next(report).flatMap(text => line(text)),
  ]
}

/** What was found, in one sentence. */
export function verdict({ summary, results, subjects, incomplete }: Report): string {
  const { pass, fail, unknown, skip, known } = summary
  const rules = new Set(results.filter(({ verdict }) => verdict !== 'skip').map(({ rule }) => rule)).size
  const parts = [
    fail > 0 && `${plural(fail, 'check')} found a deviation`,
    unknown > 0 && `${count(unknown)} could not be decided`,
    known > 0 && `${plural(known, 'known deviation')}`,
    skip > 0 && `${count(skip)} ${skip === 1 ? 'does' : 'do'} not apply`,
  ].filter(part => part !== false)
  const scope = `${plural(subjects.length, 'subject')} against ${plural(rules, 'rule')}`
  const total = pass + fail + unknown + known
  const stopped = incomplete ? 'The run did not end. ' : ''
  return `${stopped}${count(pass)} of ${plural(total, 'check')} ${total === 1 ? 'holds' : 'hold'} (${scope})${parts.length > 0 ? `; ${parts.join(', ')}` : ''}.`
}

const sum = (results: readonly Result[], of: (result: Result) => number): number =>
  results.reduce((total, result) => total + of(result), 0)

/** What was done for it, in one sentence. */
export function effort({ results, seconds, seed, depth }: Report): string {
  const observed = sum(results, ({ observed = 0 }) => observed)
  const weighed = results.filter(({ proving, observed }) => proving !== undefined && observed)
  const proving =
    sum(weighed, ({ proving, observed }) => proving! * observed!) / sum(weighed, ({ observed }) => observed!)
  const share =
    weighed.length > 0
      ? `, of which ${percent(proving)} prove something (their allowed interval is narrower than the update)`
      : ''
  const scenarios = sum(results, ({ scenarios = 0 }) => scenarios)
  const kept = sum(results, ({ kept = 0 }) => kept)
  const first = kept > 0 ? ` and before them ${count(kept)} that failed in earlier runs` : ''
  return `${plural(scenarios, 'scenario')}${first}, ${plural(observed, 'element')} observed${share}; ${duration(seconds)}, seed ${seed}, ${depth} depth.`
}

function next({ summary, results, depth, subjects }: Report): string[] {
  const failed = results.find(isOpenFailure)
  if (failed?.reason?.startsWith(stale))
    return ['Next: take its entry off the record, or: lockstep verify --write-deviations']
  if (failed) return [`Next: ${command(failed)}`]
  const open = results.find(({ verdict }) => verdict === 'unknown')
  if (open) return [`Next: ${command(open)}`]
  if (summary.pass + summary.known === 0) return ['Nothing was proved: no check applied. Next: lockstep rules']
  const own = 'your own optimizer: lockstep verify ./my-adam.ts --rule adam/pytorch'
  const lines = [
    ...(depth === 'quick' ? ['longer scenarios: add --depth full'] : []),
    ...(subjects.some(({ path }) => path !== undefined) ? [] : [own]),
  ]
  return lines.map((text, at) => (at === 0 ? `Next: ${text}` : `      ${text}`))
}

import { noRule } from '../subject/no-rule.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { looks, outcomeOf } from './cells.ts'
import { atLength, diagnosisFor } from './diagnosis.ts'
import { explain, isOpenFailure, telling } from './findings.ts'
import { fraction, percent, plural } from './numbers.ts'
import { columns, firstLine, pad, paint, plain, type Terminal, wrap } from './terminal-style.ts'

/** One subject under one rule, at length: a line a check, then the failure that explains most, in full. */
export function detail(report: Report, terminal: Terminal): string[] {
  const p = paint(terminal)
  const [{ subject, rule }] = report.results as readonly [Result]
  const results = joined(shortened(report.results))
  const named = results.map(result => ({ result, name: nameOf(result, results) }))
  const wide = Math.max(...named.map(({ name }) => columns(name)))
  return [
    p.bold(plain(`  ${subject} against ${rule === noRule ? 'no rule' : rule}`, terminal)),
    '',
    ...named.flatMap(({ result, name }) => line(result, pad(name, wide), told(result, name, named), terminal)),
    ...said(report, terminal),
    ...trouble(report, terminal),
    ...failure(report, terminal),
  ]
}

interface Named {
  readonly result: Result
  readonly name: string
}

/** What a line says; a known deviation that an earlier one told is not told again. */
function told(result: Result, name: string, named: readonly Named[]): string {
  const first = result.known && named.find(other => other.result.known?.reason === result.known!.reason)
  return first && first.name !== name ? `known deviation, as told of ${first.name}` : words(result)
}

function line(result: Result, name: string, text: string, terminal: Terminal): string[] {
  const p = paint(terminal)
  const { glyph, colour } = looks[outcomeOf(result)]
  const head = `  ${glyph} ${name}  `
  const [first = '', ...rest] = wrap(
    plain(text, terminal),
    terminal.width,
    plain(head, terminal),
    ' '.repeat(columns(head)),
  )
  const shown = plain(glyph, terminal)
  return [first.replace(shown, colour(p)(shown)), ...rest].map(row => (result.verdict === 'skip' ? p.dim(row) : row))
}

/** The check, with its format where it was run in several. */
function nameOf({ check, formats }: Result, all: readonly Result[]): string {
  const several = all.filter(other => other.check === check).length > 1
  return several && formats ? `${check}, ${formats.join(', ')}` : check
}

/** A check that came out alike in all its formats is told once: with the worst of its figures, and all its scenarios. */
function joined(results: readonly Result[]): Result[] {
  const checks = [...new Set(results.map(({ check }) => check))]
  return checks.flatMap(check => {
    const own = results.filter(result => result.check === check)
    const alike = new Set(own.map(result => [outcomeOf(result), result.reason, result.note].join('\n'))).size === 1
    return alike && own.every(({ finding }) => !finding) ? [own.reduce(both)] : own
  })
}

const both = (a: Result, b: Result): Result => ({
  ...a,
  formats: [...(a.formats ?? []), ...(b.formats ?? [])],
  ...(a.worst !== undefined && b.worst !== undefined && { worst: Math.max(a.worst, b.worst) }),
  ...(a.proving !== undefined && b.proving !== undefined && { proving: Math.min(a.proving, b.proving) }),
  ...(a.scenarios !== undefined && b.scenarios !== undefined && { scenarios: a.scenarios + b.scenarios }),
})

/** A reason that was just given is not given again. */
function shortened(results: readonly Result[]): Result[] {
  let last: string | undefined
  return results.map(result => {
    const again = result.verdict === 'unknown' && result.reason !== undefined && result.reason === last
    if (result.verdict === 'unknown') last = result.reason
    return again ? { ...result, reason: 'as above' } : result
  })
}

/** How names were matched, and what is not checked. */
function said({ remarks = [] }: Report, terminal: Terminal): string[] {
  const lines = remarks.flatMap(({ text }) => wrap(plain(text, terminal), terminal.width, '  ', '    '))
  return lines.length > 0 ? ['', ...lines.map(line => paint(terminal).dim(line))] : []
}

/** What a guest said when it failed, with all its lines. */
function trouble({ results }: Report, terminal: Terminal): string[] {
  const reason = results.find(({ verdict, reason }) => verdict === 'unknown' && reason?.includes('\n'))?.reason
  return reason === undefined
    ? []
    : [
        '',
        ...plain(reason, terminal)
          .split('\n')
          .map(line => paint(terminal).dim(`  ${line}`)),
      ]
}

function words(result: Result): string {
  const { worst, proving, scenarios, reason, note, known } = result
  const told = outcomeOf(result)
  if (told === 'known deviation') return `known deviation: ${known!.reason}`
  if (told === 'undecided' || told === 'not offered')
    return `${told === 'undecided' ? told : 'skipped'}: ${firstLine(reason ?? 'no reason given')}`
  const parts = [
    told === 'deviates' && reason && (!result.finding || result.group === 'contract') ? `deviates: ${reason}` : told,
    told === 'within bound' && worst !== undefined && `${fraction(worst)} of the bound at worst`,
    told !== 'deviates' && proving !== undefined && `${percent(proving)} proving`,
    scenarios !== undefined && plural(scenarios, 'scenario'),
    told !== 'deviates' && note,
  ]
  return parts.filter(part => typeof part === 'string').join(', ')
}

/** The most telling failure in full. */
function failure(report: Report, terminal: Terminal): string[] {
  const failed = report.results.filter(isOpenFailure).sort(telling)
  const [first] = failed
  if (!first) return []
  const names = [...new Set(failed.slice(1).map(({ check }) => check))].filter(check => check !== first.check)
  const text = `Also: ${names.join(', ')}. With --check '${names[0]}' one is shown alone.`
  const others = names.length > 0 ? ['', ...wrap(plain(text, terminal), terminal.width, '  ', '    ')] : []
  const diagnosis = diagnosisFor(report, first)
  const told = diagnosis ? ['', ...atLength(diagnosis, terminal, first.finding)] : []
  return ['', ...explain(first, terminal), ...told, ...others]
}

import type { DeviationKind, Diagnosis, Report, Result } from '../../subject/verdict.ts'
import { byCell } from '../by-cell.ts'
import { brief, diagnosisFor } from '../diagnosis.ts'
import { command, isOpenFailure, telling } from '../findings.ts'
import { inWords, ulps } from '../numbers.ts'
import { describeScenario } from '../scenario-text.ts'
import { html, type Markup } from './markup.ts'
import { anchor } from './matrix.ts'

const kinds: Readonly<Record<DeviationKind, string>> = {
  bug: 'not what its documentation says',
  convention: 'a convention of its own',
  limit: 'a limit of its arithmetic',
}

/** Every deviation, those that are not on record first: what it is in words, and the smallest input that shows it. */
export function deviations(report: Report): Markup {
  const { results } = report
  const open = byCell(results.filter(isOpenFailure)).map(cell => cell.sort(telling))
  const known = byKnown(results)
  if (open.length + known.length === 0) return html`<h2>Deviations</h2><p>None.</p>`
  return html`<h2>Deviations</h2>${open.map(cell => card(cell, diagnosisFor(report, cell[0]!) ?? true))}${known.map(cell => card(cell, false))}`
}

/** Results on record with the same words, once for all rules that they are about; its own smallest scenario first. */
function byKnown(results: readonly Result[]): Result[][] {
  const groups = new Map<string, Result[]>()
  for (const result of results.filter(({ known }) => known)) {
    const key = `${result.subject}\n${result.known!.title ?? result.known!.reason}`
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  const size = ({ scenario, finding }: Result): number => (finding ? 0 : 1e6) + (scenario?.steps ?? 1e5)
  return [...groups.values()].map(group => group.sort((a, b) => size(a) - size(b)))
}

/** A deviation; what is open comes with its diagnosis, where it has one. */
function card([first, ...others]: readonly Result[], open: Diagnosis | boolean): Markup {
  const result = first!
  const { subject, known } = result
  const rules = [...new Set([result, ...others].map(({ rule }) => rule))]
  // What a guest raised is told by the record; its traceback names places on the machine that ran it.
  const told = known && result.reason?.includes('\n') ? undefined : result.reason
  const checks = [...new Set([result, ...others].map(({ check }) => check))].filter(
    check => check !== 'known deviation',
  )
  return html`
<section class="finding${open !== false && ' open'}">
<h3>${known?.title ?? `${subject}: ${rules.join(', ')}`}${known?.kind && html`<span class="badge known-deviation">${kinds[known.kind]}</span>`}</h3>
${known && html`<p>${known.reason}.</p>`}
${told !== undefined && html`<p>${told}</p>`}
${typeof open === 'object' && diagnosed(open)}
<dl>
<dt>subject</dt><dd>${subject}</dd>
<dt>rules</dt><dd>${rules.map(rule => html`<a href="#${anchor({ subject, rule })}">${rule}</a> `)}</dd>
${numbers(result)}${input(result)}
${checks.length > 0 && html`<dt>seen by</dt><dd>${checks.join(', ')}</dd>`}
${known?.link !== undefined && html`<dt>source</dt><dd>${linked(known.link)}</dd>`}
</dl>
<pre>${command(result)}</pre>
</section>`
}

const diagnosed = (diagnosis: Diagnosis): Markup =>
  html`<p>${brief(diagnosis)}</p>${diagnosis.edits.map(
    ({ was, now }) => html`<pre>was  ${was}
now  ${now}</pre>`,
  )}`

const linked = (text: string): Markup =>
  /^https:\/\/\S+$/.test(text) ? html`<a href="${text}">${text}</a>` : html`<code>${text}</code>`

function numbers({ finding }: Result): Markup | false {
  if (!finding) return false
  const { got, expected, allowed } = inWords(finding)
  const distance = Number.isNaN(finding.ulps) ? '' : ` (${ulps(finding.ulps)} away)`
  const { step, parameter, index, variable } = finding
  return html`<dt>where</dt><dd>step ${step}, ${variable} of ${parameter}[${index}]</dd>
<dt>it gives</dt><dd>${got}${distance}</dd>
<dt>the formula gives</dt><dd>${Number.isNaN(finding.expected) ? '' : `${expected}; `}allowed: ${allowed}</dd>`
}

const input = ({ scenario, finding }: Result): Markup | false =>
  scenario !== undefined &&
  html`<dt>smallest input</dt><dd>${scenario.format}</dd>${describeScenario(scenario, finding?.step).map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}`

import type { Report, Result } from '../../subject/verdict.ts'
import { looks, type Outcome, type Part } from '../cells.ts'
import { rowsOf } from '../matrix.ts'
import { fraction } from '../numbers.ts'
import { html, type Markup, slug } from './markup.ts'

/** The id of the evidence of one subject under one rule. */
export const anchor = ({ subject, rule }: Pick<Result, 'subject' | 'rule'>): string => `${slug(subject)}--${slug(rule)}`

/** A class for an outcome. */
export const classOf = (outcome: Outcome): string => slug(outcome)

/** The outcomes of all cells that were run. */
export const outcomesOf = (report: Report): Outcome[] =>
  rowsOf(report).flatMap(({ cells }) => cells.map(parts => worstOf(parts)).filter(outcome => outcome !== undefined))

const worstOf = (parts: readonly Part[]): Outcome | undefined => {
  const order = Object.keys(looks)
  return [...parts].sort((a, b) => order.indexOf(b.outcome) - order.indexOf(a.outcome))[0]?.outcome
}

/** Rules down, subjects across, like a table of browser support. */
export function matrix(report: Report): Markup {
  const { subjects } = report
  return html`<h2>The matrix</h2>
<div class="scroll"><table class="matrix">
<thead><tr><th scope="col">rule</th>${subjects.map(({ name, version, live }) => html`<th scope="col">${name}<br><small class="quiet">${version}${live ? '' : ', recorded'}</small></th>`)}</tr></thead>
<tbody>${rowsOf(report).map(
    ({ name, cells }) => html`
<tr><th scope="row">${name}</th>${cells.map((parts, at) => cell(report, subjects[at]!.name, name, parts))}</tr>`,
  )}
</tbody></table></div>`
}

function cell({ results }: Report, subject: string, row: string, parts: readonly Part[]): Markup {
  const own = results.filter(
    ({ subject: name, rule }) => name === subject && (rule === row || rule.split('/')[0] === row),
  )
  const [first] = own
  if (!first || parts.length === 0) return html`<td></td>`
  const text = parts.map(part => html`<span class="${classOf(part.outcome)}">${words(part, own)}</span> `)
  return own.every(({ verdict }) => verdict === 'skip')
    ? html`<td title="${first.reason}">${text}</td>`
    : html`<td><a href="#${anchor(first)}">${text}</a></td>`
}

function words({ outcome, format }: Part, own: readonly Result[]): string {
  const ratios = own.flatMap(({ grade, worst }) => (grade === 'within the bound' && worst !== undefined ? [worst] : []))
  const most = outcome === 'within bound' && ratios.length > 0 ? `, ${fraction(Math.max(...ratios))}` : ''
  return `${looks[outcome].glyph} ${format ? `${format} ` : ''}${outcome.replace(' deviation', '')}${most}`
}

/** What the words of the cells that occur mean. */
export function legend(report: Report): Markup {
  const seen = new Set(rowsOf(report).flatMap(({ cells }) => cells.flat().map(({ outcome }) => outcome)))
  const used = (Object.keys(looks) as Outcome[]).filter(outcome => seen.has(outcome))
  const more = seen.has('within bound') ? '; the number is the largest distance as a fraction of that bound' : ''
  return html`<dl>${used.map(
    outcome =>
      html`<dt class="${classOf(outcome)}">${looks[outcome].glyph} ${outcome}</dt><dd>${looks[outcome].meaning.replace('; see below', '')}${outcome === 'within bound' && more}</dd>`,
  )}</dl>`
}

import type { Report, Result } from '../../subject/verdict.ts'
import { byCell } from '../by-cell.ts'
import { looks, outcome, outcomeOf } from '../cells.ts'
import { command } from '../findings.ts'
import { count, fraction, percent } from '../numbers.ts'
import { html, type Markup } from './markup.ts'
import { anchor, classOf } from './matrix.ts'

/** Every cell with all its checks: what each claims came of, with its numbers and the command that shows more. */
export function evidence({ results }: Report): Markup {
  const cells = byCell(results.filter(({ check }) => check !== 'offered'))
  return html`<h2>Evidence</h2>
<p class="quiet">A check draws scenarios, plays them, and compares every value that is shown. <em>Worst</em> is the largest distance from the exact value as a fraction of the bound; a value <em>proves</em> something where its allowed interval is narrower than the update itself.</p>
${cells.map(cell => block(cell))}`
}

function block(cell: readonly Result[]): Markup {
  const [first] = cell as readonly [Result]
  const whole = outcome(cell)
  const ran = cell.filter(({ verdict }) => verdict !== 'skip')
  const skipped = cell.filter(({ verdict }) => verdict === 'skip')
  const reasons = [...new Set(skipped.map(({ check, reason }) => `${check}: ${reason ?? 'no reason given'}`))]
  return html`
<details id="${anchor(first)}"><summary><span class="${classOf(whole)}">${looks[whole].glyph}</span> ${first.subject}, ${first.rule} <span class="quiet">${count(ran.length)} checks${skipped.length > 0 && `, ${count(skipped.length)} do not apply`}</span></summary>
<div class="scroll"><table>
<thead><tr><th>check</th><th>format</th><th>outcome</th><th>worst</th><th>proving</th><th>scenarios</th><th>values</th></tr></thead>
<tbody>${ran.map(row)}</tbody></table></div>
<pre>npx lockstep verify ${first.subject} --rule ${first.rule}</pre>
${reasons.length > 0 && html`<details><summary class="quiet">what does not apply, and why</summary><ul>${reasons.map(reason => html`<li>${reason}</li>`)}</ul></details>`}
</details>`
}

function row(result: Result): Markup {
  const { check, formats = [], worst, proving, scenarios, observed, known, reason, verdict } = result
  const told = outcomeOf(result)
  const why = verdict === 'pass' ? undefined : (known?.title ?? reason)
  return html`<tr><td>${check}</td><td>${formats.join(', ')}</td><td class="${classOf(told)}">${looks[told].glyph} ${told}${why !== undefined && html`<br><small>${why}</small>`}${verdict !== 'pass' && html`<br><code>${command(result)}</code>`}</td><td>${worst !== undefined && Number.isFinite(worst) && fraction(worst)}</td><td>${proving !== undefined && percent(proving)}</td><td>${scenarios !== undefined && count(scenarios)}</td><td>${observed !== undefined && count(observed)}</td></tr>`
}

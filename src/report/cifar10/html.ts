import { html, Markup } from '../html/markup.ts'
import { style } from '../html/style.ts'
import type { Analysis } from './analysis.ts'
import { numbersOf } from './headline.ts'
import { plotStyle } from './plots/palette.ts'
import type { Drawing } from './plots/svg.ts'
import { protocolOf } from './protocol.ts'
import { dataOf, machinesOf, noticesOf, type Table, tablesOf } from './tables.ts'
import { unbroken } from './units.ts'
import { type Statement, summaryOf } from './words.ts'

/** What a report has beside its figures: how they can be had again. */
export interface Origin {
  /** The study file, as it was. */
  readonly studyText: string
  /** The command that makes the same report. */
  readonly command: string
  /** What else was found out in making it, a sentence each. */
  readonly beside?: readonly string[]
}

/** What plots and tables of a study need beside the style of all pages. */
const ownStyle = `
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 2rem 1.5rem; }
figure { margin: 0; min-width: 0; }
figure h3 { margin: 0 0 .4rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--quiet); font-size: .85rem; max-width: 34rem; margin-top: .3rem; }
.statements { max-width: 46rem; padding-left: 1.2rem; }
.statements li { margin: .35rem 0; }
.caution { border-left: .25rem solid var(--known); padding: .1rem 0 .1rem .9rem; }
.figures td { white-space: nowrap; }
.figures td:nth-child(n+3) { font-variant-numeric: tabular-nums; }
.figures th:first-child, .figures td:first-child { position: sticky; left: 0; background: var(--paper); border-right: 1px solid var(--line); }
.figures thead th { white-space: normal; vertical-align: bottom; min-width: 4.2rem; }
.figures thead th:first-child { background: var(--shade); }
.scroll + details { margin-top: 1rem; }
@media (max-width: 40rem) { .figures td:first-child, .figures td:nth-child(2) { white-space: normal; min-width: 6.5rem; } }
${plotStyle}`

/** The report of a study as one page that needs nothing else: no script, no font, no request. */
export const page = (analysis: Analysis, drawings: readonly Drawing[], origin: Origin): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${analysis.study.title}</title>
<style>${new Markup(style + ownStyle)}</style>
</head>
<body>
<header>
<h1>${analysis.study.title}</h1>
<p class="quiet">${analysis.study.question}</p>
</header>
${noticesOf(analysis).map(notice => html`<p class="caution">${notice}</p>`)}
<ul class="numbers">${numbersOf(analysis).map(([number, words]) => html`<li><b>${number}</b>${words}</li>`)}</ul>
<main>
<h2>What the runs show</h2>
<ul class="statements">${summaryOf(analysis).map(statement)}${origin.beside?.map(text => statement({ text }))}</ul>
${analysis.study.caution !== '' && html`<h2>What they do not show</h2><p class="caution">${analysis.study.caution}</p>`}
${drawings.length > 0 && html`<h2>Plots</h2><div class="plots">${drawings.map(figure)}</div>`}
${tablesOf(analysis).map(table)}
</main>
${made(analysis, origin)}
</body>
</html>
`.text

const statement = ({ text, list = [] }: Statement): Markup =>
  html`<li>${unbroken(text)}${list.length > 0 && html`<ul>${list.map(each => html`<li>${unbroken(each)}</li>`)}</ul>`}</li>`

const figure = ({ name, title, caption, svg }: Drawing): Markup =>
  html`<figure id="${name}"><h3>${title}</h3>${new Markup(svg)}<figcaption>${unbroken(caption)}</figcaption></figure>`

const table = ({ title, head, rows, note }: Table): Markup => html`
<h2>${title}</h2>
<div class="scroll"><table class="figures">
<thead><tr>${head.map(each => html`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${rows.map(cells => html`<tr>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>
${note !== undefined && html`<p class="quiet">${note}</p>`}`

function made(analysis: Analysis, { command, studyText }: Origin): Markup {
  const { head, rows } = machinesOf(analysis)
  return html`<footer>
<h2>How this was made</h2>
<pre>${command}</pre>
<p>All measurements: <a href="results.csv">results.csv</a>, one a row.</p>
${protocolOf(analysis).map(text => html`<p class="quiet">${text}</p>`)}
<p class="quiet">Data: ${dataOf(analysis)}.</p>
<p class="quiet">Intervals are Student’s t over seeds; they say how a mean would move with other seeds, and nothing of other networks or data.</p>
<div class="scroll"><table><thead><tr>${head.map(each => html`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${rows.map(cells => html`<tr>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>
<details><summary>The study file</summary><pre>${studyText}</pre></details>
</footer>`
}

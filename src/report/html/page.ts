import type { Report } from '../../subject/verdict.ts'
import { percent } from '../numbers.ts'
import { effort } from '../summary.ts'
import { deviations } from './deviations.ts'
import { evidence } from './evidence.ts'
import { html, Markup } from './markup.ts'
import { legend, matrix, outcomesOf } from './matrix.ts'
import { style } from './style.ts'

/** The report as one page that needs nothing else: no script, no font, no request. */
export const page = (report: Report): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lockstep: do these optimizers do what their formulas say?</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>Do these optimizers do what their formulas say?</h1>
<p class="quiet">Each implementation was held against the formula that its own documentation or paper publishes: bit for bit, else within a bound that is derived from that formula. Rules go down, implementations across; each cell leads to its evidence.</p>
</header>
${report.incomplete && html`<p class="deviates">The run did not end: results are missing.</p>`}
${numbers(report)}
<main>
${matrix(report)}
${legend(report)}
${deviations(report)}
${evidence(report)}
</main>
<footer>
<h2>How this page was made</h2>
<pre>${command(report)}</pre>
<p class="quiet">${effort(report)}</p>
<dl>${Object.entries(report.versions).map(([name, version]) => html`<dt>${name}</dt><dd>${version}</dd>`)}</dl>
${report.notes?.map(note => html`<p class="quiet">${note}</p>`)}
</footer>
</body>
</html>
`.text

/** What the whole matrix comes to, in four numbers. */
function numbers(report: Report): Markup {
  const outcomes = outcomesOf(report)
  const share = (...wanted: readonly string[]): number => outcomes.filter(outcome => wanted.includes(outcome)).length
  const observed = report.results.filter(({ proving }) => proving !== undefined)
  const elements = observed.reduce((sum, result) => sum + result.observed!, 0)
  const proved = observed.reduce((sum, result) => sum + result.proving! * result.observed!, 0)
  const told: readonly (readonly [number | string, string])[] = [
    [share('bit-exact'), 'cells with the very bits of the formula'],
    [share('within bound', 'holds'), 'cells as close as rounding allows'],
    [share('known deviation', 'deviates', 'undecided'), 'cells that deviate or stayed open'],
    [elements > 0 ? percent(proved / elements) : '–', 'of the observed values prove something'],
  ]
  return html`<ul class="numbers">${told.map(([number, words]) => html`<li><b>${number}</b>${words}</li>`)}</ul>`
}

/** The command that makes the same report, where the same versions are installed. */
function command({ subjects, seed, depth }: Report): string {
  const names = subjects.map(({ name }) => name).join(' ')
  return `npx lockstep verify ${names} --depth ${depth} --seed ${seed} --reporter html=index.html`
}

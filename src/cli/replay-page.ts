import type { Rule } from '../language/rule.ts'
import { sameBits, toBits, ulpsBetween } from '../numbers/bits.ts'
import { sentence } from '../report/findings.ts'
import { shortest, ulps } from '../report/numbers.ts'
import { describeScenario } from '../report/scenario-text.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import type { ReplayOptions } from './replay.ts'
import type { ReplayLine, ReplayParameter } from './replay-steps.ts'

/** Everything that is shown of a replay. */
export interface ReplayPage {
  readonly subject?: string
  readonly rule: Rule
  readonly arithmetic: string
  readonly scenario: Scenario
  readonly steps: readonly (readonly ReplayParameter[])[]
  readonly finding?: Finding
  readonly reason?: string
}

const mostSteps = 24

/** A replay for people: the scenario, a table a step, and where the subject parts from the formula. */
export function replayPage(page: ReplayPage, options: ReplayOptions, terminal: Terminal): string {
  const p = paint(terminal)
  const { rule, subject, scenario, arithmetic, finding } = page
  const [from, to] = options.steps ?? window(page)
  const head = `${subject === undefined ? rule.id : `${subject} beside ${rule.id}`}, ${scenario.format}, arithmetic '${arithmetic}', ${scenario.steps} steps`
  const facts = describeScenario(scenario, 0).map(([label, words]) =>
    wrap(plain(words, terminal), terminal.width, `  ${pad(label, 9)}  `, ' '.repeat(13)),
  )
  const left = page.steps.length - (Math.min(to, page.steps.length) - from + 1)
  const end = finding
    ? sentence(rule.id, finding)
    : (page.reason ?? (subject === undefined ? '' : `${subject} keeps to the formula in every step.`))
  const lines = [
    '',
    p.bold(plain(`  ${head}`, terminal)),
    ...facts.flat(),
    ...page.steps
      .slice(from - 1, to)
      .flatMap((parameters, s) => stepLines(parameters, from + s, page, options, terminal)),
    ...(left > 0 ? ['', p.dim(`  ${left} other steps are not shown; --steps from..to shows them.`)] : []),
    ...(end
      ? [
          '',
          ...wrap(plain(end, terminal), terminal.width, '  ').map(line =>
            finding || page.reason ? p.red(line) : p.green(line),
          ),
        ]
      : []),
  ]
  return `${lines.join('\n')}\n\n`
}

/** The steps to show: the beginning, or what led to the divergence. */
function window({ finding, steps }: ReplayPage): [number, number] {
  const last = finding ? finding.step : Math.min(steps.length, mostSteps)
  return [Math.max(1, last - mostSteps + 1), last]
}

interface Row {
  readonly cells: readonly string[]
  readonly mark: string
  readonly wrong: boolean
}

function stepLines(
  parameters: readonly ReplayParameter[],
  step: number,
  page: ReplayPage,
  options: ReplayOptions,
  terminal: Terminal,
): string[] {
  const p = paint(terminal)
  const rows = parameters.flatMap(parameter => parameter.lines.map(line => rowOf(line, parameter, step, page, options)))
  const titles = titlesOf(page, options)
  const wide = titles.map((title, at) => Math.max(columns(title), ...rows.map(row => columns(row.cells[at]!))))
  const write = (cells: readonly string[]): string => cells.map((cell, at) => pad(cell, wide[at]!)).join('  ')
  return [
    '',
    `  ${p.bold(`step ${step}`)}`,
    p.dim(plain(`    ${write(titles)}`, terminal).trimEnd()),
    ...rows.map(row => {
      const text = plain(`    ${write(row.cells)}  ${row.mark}`, terminal).trimEnd()
      return row.wrong ? p.red(text) : text
    }),
  ]
}

const shows = {
  replay: (o: ReplayOptions) => o.meaning !== 'exact',
  exact: (o: ReplayOptions) => o.meaning !== 'replay',
}

const titlesOf = ({ subject }: ReplayPage, options: ReplayOptions): string[] => [
  'element',
  'gradient',
  'variable',
  ...(shows.replay(options) ? ['formula', 'bits'] : []),
  ...(shows.exact(options) ? ['exact ± bound'] : []),
  ...(subject === undefined ? [] : [subject]),
]

function rowOf(
  line: ReplayLine,
  { name, gradient }: ReplayParameter,
  step: number,
  page: ReplayPage,
  options: ReplayOptions,
): Row {
  const { scenario, subject, finding } = page
  const { variable, index, replay, exact, error, got } = line
  const { format } = scenario
  const wrong =
    finding?.step === step && finding.parameter === name && finding.index === index && finding.variable === variable
  const differs = got !== undefined && !sameBits(got, replay)
  const mark = !subject || got === undefined ? '' : differs ? ulps(ulpsBetween(got, replay, format)) : '✓'
  return {
    wrong,
    mark: wrong ? `✗ ${mark} ← first outside what is allowed` : mark,
    cells: [
      `${name}[${index}]`,
      gradient ? shortest(gradient[index]!, format) : 'none',
      variable,
      ...(shows.replay(options) ? [shortest(replay, format), toBits(replay, format)] : []),
      ...(shows.exact(options) ? [`${Number(exact.toPrecision(12))} ± ${error.toExponential(1)}`] : []),
      ...(subject === undefined ? [] : [got === undefined ? 'not shown' : shortest(got, format)]),
    ],
  }
}

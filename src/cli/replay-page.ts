import type { Rule } from '../language/rule.ts'
import { sameBits, toBits, ulpsBetween } from '../numbers/bits.ts'
import { sentence } from '../report/findings.ts'
import { plural, shortest, ulps } from '../report/numbers.ts'
import { describeScenario } from '../report/scenario-text.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Finding } from '../subject/verdict.ts'
import type { ReplayOptions } from './questions.ts'
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
  /** Hyper-parameters of the scenario that the formula does not have. */
  readonly leftOut: readonly string[]
}

const mostSteps = 24

/** A replay for people: the scenario, a table a step, and where the subject parts from the formula. */
export function replayPage(page: ReplayPage, options: ReplayOptions, terminal: Terminal): string {
  const p = paint(terminal)
  const { rule, subject, scenario, arithmetic, finding } = page
  const [from, to] = options.steps ?? window(page)
  const head = `${subject === undefined ? rule.id : `${subject} beside ${rule.id}`}, ${scenario.format}, arithmetic '${arithmetic}', ${plural(scenario.steps, 'step')}`
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
    ...(page.leftOut.length > 0
      ? [p.dim(`  left out   ${page.leftOut.join(', ')}: ${rule.id} does not have them`)]
      : []),
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

/** A column of the table: how to fill it, and how early it gives way where the terminal is narrow (0: never). */
interface Column {
  readonly title: string
  readonly yields: number
  readonly cell: (line: ReplayLine, parameter: ReplayParameter) => string
}

function columnsOf({ subject, scenario: { format } }: ReplayPage, { meaning }: ReplayOptions): Column[] {
  const all: (Column | false)[] = [
    { title: 'element', yields: 0, cell: ({ index }, { name }) => `${name}[${index}]` },
    {
      title: 'gradient',
      yields: 3,
      cell: ({ index }, { gradient }) => (gradient ? shortest(gradient[index]!, format) : 'none'),
    },
    { title: 'variable', yields: 0, cell: ({ variable }) => variable },
    meaning !== 'exact' && { title: 'formula', yields: 0, cell: ({ replay }) => shortest(replay, format) },
    meaning !== 'exact' && { title: 'bits', yields: 1, cell: ({ replay }) => toBits(replay, format) },
    meaning !== 'replay' && {
      title: 'exact ± bound',
      yields: meaning === 'exact' ? 0 : 2,
      cell: ({ exact, error }) => `${Number(exact.toPrecision(12))} ± ${error.toExponential(1)}`,
    },
    subject !== undefined && {
      title: subject,
      yields: 0,
      cell: ({ got }) => (got === undefined ? 'not shown' : shortest(got, format)),
    },
  ]
  return all.filter(column => column !== false)
}

function stepLines(
  parameters: readonly ReplayParameter[],
  step: number,
  page: ReplayPage,
  options: ReplayOptions,
  terminal: Terminal,
): string[] {
  const p = paint(terminal)
  const rows = parameters.flatMap(parameter =>
    parameter.lines.map(line => ({ line, parameter, ...markOf(line, parameter, step, page) })),
  )
  const text = (column: Column): string[] => [
    column.title,
    ...rows.map(({ line, parameter }) => column.cell(line, parameter)),
  ]
  const room = terminal.width - 4 - Math.max(...rows.map(({ mark }) => columns(mark)))
  let shown = columnsOf(page, options).map(column => ({ ...column, texts: text(column) }))
  const width = (texts: readonly string[]): number => Math.max(...texts.map(columns))
  const total = (): number => shown.reduce((sum, { texts }) => sum + width(texts) + 2, 0)
  for (const yields of [1, 2, 3]) if (total() > room) shown = shown.filter(column => column.yields !== yields)
  const title = `step ${step}`
  const given = shown.some(column => column.title === 'gradient') ? '' : gradientText(parameters, page.scenario)
  const heading = wrap(plain(`${title}  ${given}`.trimEnd(), terminal), terminal.width, '  ', '          ')
  const line = (k: number): string => `    ${shown.map(({ texts }) => pad(texts[k]!, width(texts))).join('  ')}`
  return [
    '',
    ...heading.map((line, at) => (at === 0 ? line.replace(title, p.bold(title)) : line)),
    p.dim(plain(line(0), terminal).trimEnd()),
    ...rows.map(({ mark, wrong }, k) => {
      const written = plain(`${line(k + 1)}  ${mark}`, terminal).trimEnd()
      return wrong ? p.red(written) : written
    }),
  ]
}

/** How far the subject is from the formula's bits; a cross where it first left what is allowed. */
function markOf(
  { variable, index, replay, got }: ReplayLine,
  { name }: ReplayParameter,
  step: number,
  page: ReplayPage,
): { mark: string; wrong: boolean } {
  const { finding, subject, scenario } = page
  const wrong =
    finding?.step === step && finding.parameter === name && finding.index === index && finding.variable === variable
  if (subject === undefined || got === undefined) return { mark: '', wrong }
  const distance = sameBits(got, replay) ? '✓' : `≈ ${ulps(ulpsBetween(got, replay, scenario.format))}`
  return { mark: wrong ? distance.replace('≈', '✗') : distance, wrong }
}

/** The gradients of a step, where the table is too narrow for them. */
const gradientText = (parameters: readonly ReplayParameter[], { format }: Scenario): string =>
  `gradient ${parameters.map(({ name, gradient }) => `${name} = ${gradient ? `[${[...gradient].map(g => shortest(g, format)).join(', ')}]` : 'none'}`).join(', ')}`

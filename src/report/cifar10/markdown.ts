import { block, shown, table } from '../markdown-text.ts'
import type { Analysis } from './analysis.ts'
import type { Origin } from './html.ts'
import type { Drawing } from './plots/svg.ts'
import { protocolOf } from './protocol.ts'
import { dataOf, machinesOf, noticesOf, type Table, tablesOf } from './tables.ts'
import { summaryOf } from './words.ts'

/** The same report for the folder that holds it: summary, plots and tables. */
export function markdown(analysis: Analysis, drawings: readonly Drawing[], { command, beside = [] }: Origin): string {
  const { title, question, caution } = analysis.study
  const lines = [
    `# ${shown(title)}`,
    ...(question === '' ? [] : ['', shown(question)]),
    ...noticesOf(analysis).flatMap(notice => ['', `**${shown(notice)}**`]),
    '',
    ...summaryOf(analysis).flatMap(({ text, list = [] }) => [
      `- ${shown(text)}`,
      ...list.map(each => `  - ${shown(each)}`),
    ]),
    ...beside.map(text => `- ${shown(text)}`),
    ...(caution === '' ? [] : ['', `**What this does not show.** ${shown(caution)}`]),
    ...drawings.flatMap(({ name, title: heading, caption }) => [
      '',
      `## ${shown(heading)}`,
      '',
      `![${shown(heading)}](${name}.svg)`,
      '',
      shown(caption),
    ]),
    ...tablesOf(analysis).flatMap(section),
    '',
    '## How this was made',
    '',
    ...block([command]),
    '',
    'The same as a page: [index.html](index.html). All measurements: [results.csv](results.csv), one a row.',
    ...protocolOf(analysis).flatMap(text => ['', shown(text)]),
    '',
    `Data: ${shown(dataOf(analysis))}.`,
    '',
    ...cells(machinesOf(analysis)),
  ]
  return `${lines.join('\n')}\n`
}

const section = (each: Table): string[] => [
  '',
  `## ${shown(each.title)}`,
  '',
  ...cells(each),
  ...(each.note === undefined ? [] : ['', shown(each.note)]),
]

const cells = ({ head, rows }: Table): string[] =>
  table(
    head.map(shown),
    rows.map(row => row.map(shown)),
  )

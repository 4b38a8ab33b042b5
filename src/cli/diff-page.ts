import type { Fact } from '../derive/compare/facts.ts'
import { plural, shortest } from '../report/numbers.ts'
import { describeScenario } from '../report/scenario-text.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Witness } from '../score/diff/apart.ts'
import type { Comparison, RuleDiff } from '../score/diff/diff.ts'
import { isSilent, ratioOf } from '../score/diff/distance.ts'
import { formulaLines } from './diff-formula.ts'
import { descentWords, distanceWords, hyperWords, type Labels, times } from './diff-words.ts'

/** Two rules compared, for people: formulas, all else that differs, a scenario that tells them apart, and how far they come apart. */
export function diffPage(diff: RuleDiff, labels: Labels, terminal: Terminal): string {
  const p = paint(terminal)
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', p.bold(`  ${title}`), ...lines] : []
  const text = (words: string): string[] => wrap(plain(words, terminal), terminal.width, '    ', '      ')
  const lines = [
    '',
    `  ${p.bold(labels.a)} and ${p.bold(labels.b)}`,
    ...text(summary(diff, labels)).map(line => line.slice(2)),
    ...part('Formula', formulaLines(diff.alignment.rows, labels, terminal)),
    ...part('Beside the statements', factLines(diff.facts, labels, terminal)),
    ...part('With the hyper-parameters equal that both have', comparison(diff.shared, diff, labels, terminal)),
    ...(diff.own ? part('With their own defaults', comparison(diff.own, diff, labels, terminal)) : []),
    '',
    ...text(`Seed ${diff.seed}. Every number: ${labels.command}`).map(line => p.dim(line.slice(2))),
  ]
  return `${lines.join('\n')}\n\n`
}

/** The answer in a sentence or two. */
function summary({ sameFormula, shared, own }: RuleDiff, labels: Labels): string {
  if (sameFormula) {
    const names = labels.a === labels.b ? '' : ', but for names'
    return `They are the same formula${names}${own ? '; their defaults differ' : ''}.`
  }
  if (shared.witness) return 'They are different formulas: what is below tells them apart.'
  return `They are the same for all that was tried: ${plural(shared.tried, 'scenario')}${own ? '; their defaults differ' : ''}.`
}

/** What a side that lacks something is shown as. */
const absent = '–'

const titles: Readonly<Record<Fact['kind'], (what: string) => string>> = {
  default: what => `default of ${what}`,
  domain: what => `domain of ${what}`,
  'hyper-parameter': what => `hyper-parameter ${what}`,
  state: what => `state ${what}`,
  gradient: what => what,
  clock: what => what,
  condition: what => what,
}

/** Facts in three columns, or one below the other where they are too wide. */
function factLines(facts: readonly Fact[], labels: Labels, terminal: Terminal): string[] {
  if (facts.length === 0) return []
  const rows = [
    ['', labels.a, labels.b],
    ...facts.map(({ kind, what, a = absent, b = absent }) => [titles[kind](what), a, b]),
  ].map(row => row.map(cell => plain(cell, terminal)))
  const wide = [0, 1, 2].map(at => Math.max(...rows.map(row => columns(row[at]!))))
  const dim = paint(terminal).dim
  if (wide[0]! + wide[1]! + wide[2]! + 8 <= terminal.width) {
    const lines = rows.map(row => `    ${row.map((cell, at) => pad(cell, wide[at]!)).join('  ')}`.trimEnd())
    return lines.map((line, at) => (at === 0 ? dim(line) : line))
  }
  const name = Math.max(columns(labels.a), columns(labels.b))
  return rows.slice(1).flatMap(([what, a, b]) => [
    `    ${what}`,
    ...[
      [labels.a, a],
      [labels.b, b],
    ].flatMap(([label, cell]) =>
      wrap(cell!, terminal.width, `      ${dim(pad(label!, name))}  `, ' '.repeat(8 + name)),
    ),
  ])
}

function comparison(found: Comparison, diff: RuleDiff, labels: Labels, terminal: Terminal): string[] {
  const text = (words: string): string[] => wrap(plain(words, terminal), terminal.width, '    ', '      ')
  const { witness, tried, distance } = found
  return [
    ...(witness
      ? witnessLines(witness, diff, labels, terminal)
      : text(`The same for all that was tried: ${plural(tried, 'scenario')}.`)),
    ...(distance
      ? [
          '',
          ...text(
            `${labels.a} and ${labels.b}${distance.at === 'scenario' ? ', with these values' : ''}: ${distanceWords(distance)}.`,
          ),
        ]
      : text('No values of the hyper-parameters are legal for both, so that no run was measured.')),
    ...(distance && witness && isSilent(distance)
      ? text('Such a run, at constant values and with every gradient present, shows nothing of it but rounding.')
      : []),
    ...(distance?.descent ? text(descentWords(distance.descent)) : []),
  ]
}

/** The smallest scenario, what each rule makes of it, and the ratio of the steps. */
function witnessLines(witness: Witness, diff: RuleDiff, labels: Labels, terminal: Terminal): string[] {
  const { scenario, parting } = witness
  const { both, only } = hyperWords(witness, diff)
  const rows = [
    ['with', both || 'no hyper-parameters in common'],
    ...(only ? [['and', only]] : []),
    ...describeScenario(scenario, parting.step).filter(([label]) => label !== 'with'),
  ] as [string, string][]
  const label = Math.max(...rows.map(([each]) => columns(each)))
  const steps = { a: parting.a[1] - parting.a[0], b: parting.b[1] - parting.b[0] }
  const name = Math.max(columns(labels.a), columns(labels.b))
  const after = (['a', 'b'] as const).map(side => shortest(Number(parting[side][1].toPrecision(7))))
  const wide = Math.max(...after.map(each => each.length))
  const ratio = ratioOf(Math.abs(steps.a), Math.abs(steps.b))
  const apart = Number.isNaN(ratio) ? '' : `  (${times(ratio)})`
  return [
    paint(terminal).dim('    The smallest scenario that tells them apart (float64):'),
    ...rows.flatMap(([each, words]) =>
      wrap(plain(words, terminal), terminal.width, `      ${pad(each, label)}  `, ' '.repeat(8 + label)),
    ),
    '',
    `      after step ${parting.step}, ${parting.parameter}[${parting.index}]`,
    ...(['a', 'b'] as const).map(
      (side, at) =>
        `      ${pad(labels[side], name)}  ${pad(after[at]!, wide)}  step ${shortest(Number(steps[side].toPrecision(4)))}${side === 'b' ? apart : ''}`,
    ),
  ]
}

import type { Failing, FailingVariable } from '../checks/recorded/failing.ts'
import { sameBits, ulpsBetween } from '../numbers/bits.ts'
import { looks, type Outcome } from '../report/cells.ts'
import { sentence } from '../report/findings.ts'
import { apart, count, fraction, inWords, percent, plural, shortest, ulps } from '../report/numbers.ts'
import { pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { CheckReport } from './check-document.ts'

const glyphs = { 'bit-exact': 'bit-exact', 'within the bound': 'within bound' } as const

const outcomeOf = ({ outcome: { verdict, grade } }: CheckReport): Outcome =>
  verdict === 'fail' ? 'deviates' : verdict === 'unknown' ? 'undecided' : glyphs[grade!]

/** A check for people: the verdict, what it rests on, what was not checked, and the first wrong step in full. */
export function checkPage(report: CheckReport, terminal: Terminal): string {
  const p = paint(terminal)
  const { rule, path, judgement } = report
  const told = outcomeOf(report)
  const { glyph, colour } = looks[told]
  const shown = plain(glyph, terminal)
  const [first = '', ...rest] = wrap(plain(verdictWords(report, told), terminal), terminal.width, `  ${shown} `, '    ')
  const facts = factsOf(report).flatMap(([label, words]) =>
    wrap(plain(words, terminal), terminal.width, `    ${pad(label, 11)}  `, ' '.repeat(17)),
  )
  const lines = [
    '',
    p.bold(plain(`  ${path} against ${rule.id}`, terminal)),
    '',
    first.replace(shown, colour(p)(shown)),
    ...rest,
    '',
    ...facts,
    ...(judgement.failing ? failure(report, judgement.failing, terminal) : []),
  ]
  return `${lines.join('\n')}\n\n`
}

function verdictWords({ judgement, outcome }: CheckReport, told: Outcome): string {
  const { steps, observed, worst, proving, finding, carried } = judgement
  if (told === 'undecided') return `undecided: ${outcome.reason}`
  if (finding) {
    const later = carried.length === 0 && steps.wrong > 1 ? `, and in ${plural(steps.wrong - 1, 'later step')}` : ''
    return `deviates at step ${finding.step}${later}; ${plural(steps.checked, 'step')} checked${outcome.reason === undefined ? '' : `, until ${outcome.reason}`}`
  }
  return [
    told,
    ...(told === 'within bound' ? [`${fraction(worst)} of the bound at worst`] : []),
    `${plural(steps.checked, 'step')} checked`,
    `${percent(proving / observed)} proving`,
  ].join(', ')
}

/** What the verdict rests on, and what it does not cover: labels and words. */
function factsOf({ judgement, arithmetic, why, header, names, state, rule }: CheckReport): [string, string][] {
  const { observed, exact, steps, unchecked, carried, moved, undecided } = judgement
  const numbers = header.params.reduce((sum, { length }) => sum + length, 0)
  const formats = [...new Set(header.params.map(({ format }) => format))].join(' and ')
  const made = Object.entries(header.made).map(([name, word]) => `${name} ${word}`)
  const list = (label: string, words: readonly string[], sum: string): [string, string][] =>
    words.length === 0 ? [] : [[label, `${words.join(', ')}: ${sum}`]]
  return [
    [
      'observed',
      `${plural(observed, 'value')} in ${plural(steps.recorded, 'recorded step')}; ${plural(header.params.length, 'parameter')}, ${plural(numbers, 'element')}, ${formats}`,
    ],
    ...(observed > 0 ? [['bit-exact', `${percent(exact / observed)} of them`] as [string, string]] : []),
    ...(undecided.undecided > 0
      ? [
          [
            'near a tie',
            `${count(undecided.undecided)} of ${count(undecided.asked)} choices; both outcomes are allowed`,
          ] as [string, string],
        ]
      : []),
    ['arithmetic', `${arithmetic.name} (${why})`],
    ...(made.length > 0 ? [['made by', made.join(', ')] as [string, string]] : []),
    ...list(
      'names',
      [...state].map(([as, own]) => `${as} is ${own}`),
      'both formulas give them the same values',
    ),
    ...list(
      'carried',
      carried,
      'not shown at every step: carried along from where last known, with a bound that grows on the way',
    ),
    ...list(
      'defaults',
      [...names.defaults].map(name => `${name} = ${rule.hyper[name]!.text}`),
      'not in the trace, taken as the rule has them',
    ),
    ...list(
      'not checked',
      [...names.leftOut].map(([name, value]) => `${name} = ${value}`),
      `${rule.id} does not have ${names.leftOut.size === 1 ? 'it' : 'them'}`,
    ),
    ...judgement.strange.map(([variable, of]): [string, string] => [
      'not checked',
      `state ${variable} of ${of}: ${rule.id} has none of that name`,
    ]),
    ...unchecked.map(({ why: reason, times, first }): [string, string] => [
      'not checked',
      `${plural(times, 'time')}, first at step ${first}: ${reason}`,
    ]),
    ...(moved
      ? [
          [
            'moved',
            `${plural(moved.elements, 'value')} changed between steps, first before step ${moved.first}: not by the optimizer's step, and not checked`,
          ] as [string, string],
        ]
      : []),
  ]
}

/** The first wrong step of one element: all that goes in, and what came out, in decimals that are read back as the same numbers. */
function failure({ rule, judgement: { finding } }: CheckReport, failing: Failing, terminal: Terminal): string[] {
  const p = paint(terminal)
  const { hyper, t, gradient, format, place, variables } = failing
  const inputs: [string, string][] = [
    [
      'with',
      Object.entries(hyper)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    ],
    ['t', String(t)],
    ['gradient', gradient === null ? 'none' : shortest(gradient, format)],
  ]
  const wide = Math.max(8, ...variables.map(({ variable }) => variable.length))
  const row = (label: string, words: string): string[] =>
    wrap(plain(words, terminal), terminal.width, `    ${pad(label, wide)}  `, ' '.repeat(wide + 6))
  return [
    '',
    ...wrap(plain(sentence(rule.id, finding!), terminal), terminal.width, '  ', '    ').map(line => p.red(line)),
    '',
    p.dim(plain(`  That step of that element (${place}, ${format}):`, terminal)),
    ...inputs.flatMap(([label, words]) => row(label, words)),
    ...variables.flatMap(variable => variableLines(variable, failing).flatMap(([label, words]) => row(label, words))),
  ]
}

const nowhere = { step: 0, parameter: '', variable: '', index: 0, ulps: 0 }

const since: Readonly<Record<FailingVariable['known'], string>> = {
  recorded: '',
  carried: ' (by the formula, since it was last shown)',
  initial: ' (initial value)',
}

function variableLines(variable: FailingVariable, { format }: Failing): [string, string][] {
  const { before, known, expected, low, high, got } = variable
  const number = (value: number): string => shortest(value, format)
  const outside = got !== undefined && !(got >= low && got <= high) && !sameBits(got, expected)
  const allowed = outside ? inWords({ ...nowhere, got, low, high, expected }).allowed : apart(low, high).join('..')
  const distance =
    got === undefined || sameBits(got, expected) ? '' : `, ${ulps(ulpsBetween(got, expected, format))} away`
  return [
    [variable.variable, `before   ${number(before)}${since[known]}`],
    ['', `formula  ${number(expected)}, allowed ${allowed}`],
    ['', `got      ${got === undefined ? 'not shown' : `${number(got)}${distance} ${outside ? '✗' : '✓'}`}`],
  ]
}

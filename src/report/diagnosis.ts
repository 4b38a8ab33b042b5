import type { Clue, Diagnosis, Edit, Finding, Report, Result, Share } from '../subject/verdict.ts'
import { sentence } from './findings.ts'
import { count, percent, plural } from './numbers.ts'
import { pad, paint, plain, type Terminal, wrap } from './terminal-style.ts'

/** What is said of a subject under a rule. */
export const diagnosisFor = ({ diagnoses }: Report, { subject, rule }: Result): Diagnosis | undefined =>
  diagnoses.find(each => each.subject === subject && each.rule === rule)

/** A diagnosis in a sentence, with what it rests on. */
export const brief = (diagnosis: Diagnosis): string => sentences(diagnosis)[0]!

/** The same in all its sentences, the most important first. */
function sentences(diagnosis: Diagnosis): string[] {
  const { kind, clues = [], sound = [] } = diagnosis
  if (kind !== 'none') return [explanationOf(diagnosis)]
  if (clues.length === 0) return [`No explanation was found: ${nothing(diagnosis)}.`]
  const right = sound.length > 0 ? [`Of its own values it makes the right ${sound.join(', ')}.`] : []
  return [...clues.map(clueText), ...right, `No formula was found that does so: ${nothing(diagnosis)}.`]
}

function clueText({ variable, seen, where, instead }: Clue): string {
  const is = instead ? `: it is ${instead}` : ''
  if (!where) return `${variable} goes wrong in ${of(seen)} elements that were seen${is}.`
  return `${variable} goes wrong ${where.says} (in ${of(where.there)} elements there, and in ${of(where.elsewhere)} elsewhere)${is}.`
}

const of = ({ strays, of: all }: Share): string => `${count(strays)} of ${count(all)}`

function explanationOf(diagnosis: Diagnosis): string {
  const { explanation, rule, checks } = diagnosis
  const ground = checks
    ? `${checks.map(name => `'${name}'`).join(', ')} ${checks.length === 1 ? 'fails' : 'fail'}; otherwise its steps are those of ${rule}`
    : `this reproduces all ${plural(diagnosis.observed, 'element')} of ${plural(diagnosis.scenarios, 'scenario')}, ${rule} does not`
  return `It looks like this: ${explanation} (${ground}).`
}

const nothing = ({ tried, scenarios, incomplete }: Diagnosis): string =>
  `none of the ${count(tried)} variants that were tried reproduces what was observed in ${plural(scenarios, 'scenario')}${incomplete ? ', and time ran out before all were tried' : ''}`

/** The same at length: the lines of the formula, where it shows first unless that was told, what it cannot be told from. */
export function atLength(diagnosis: Diagnosis, terminal: Terminal, told?: Finding): string[] {
  const p = paint(terminal)
  const text = (line: string, first = '  ', rest = '    '): string[] =>
    wrap(plain(line, terminal), terminal.width, first, rest)
  const [head, ...more] = sentences(diagnosis)
  return [
    ...text(head!).map(line => p.bold(line)),
    ...more.flatMap(line => text(line)),
    ...diagnosis.edits.flatMap(edit => lines(edit, terminal)),
    ...shows(diagnosis, told).flatMap(line => text(line)),
    ...others(diagnosis)
      .flatMap(line => text(line))
      .map(line => p.dim(line)),
  ]
}

function lines({ was, now }: Edit, terminal: Terminal): string[] {
  const p = paint(terminal)
  const row = (label: string, line: string): string[] =>
    wrap(plain(line, terminal), terminal.width, `    ${pad(label, 3)}  `, '           ')
  return [...row('was', was).map(line => p.green(line)), ...row('now', now).map(line => p.red(line))]
}

const shows = ({ first, rule }: Diagnosis, told: Finding | undefined): string[] =>
  first && !(told && sentence(rule, told) === sentence(rule, first))
    ? [`It shows first here: ${sentence(rule, first)}`]
    : []

/** So many alternatives are told in words; all of them stand in the document. */
const most = 3

function others({ alternatives, partial, candidate, rule, beside = [] }: Diagnosis): string[] {
  const told = alternatives.slice(0, most).map(({ explanation }) => explanation)
  const more = alternatives.length > most ? `; and ${plural(alternatives.length - most, 'more', 'more')}` : ''
  return [
    ...(beside.length > 0
      ? [
          `That is not all: it does not explain why ${beside.map(name => `'${name}'`).join(', ')} ${beside.length === 1 ? 'fails' : 'fail'}.`,
        ]
      : []),
    ...(alternatives.length > 0
      ? [`Equally possible, nothing that was tried tells them apart: ${told.join('; ')}${more}.`]
      : []),
    ...(candidate !== rule ? [`See: lockstep rules ${candidate}`] : []),
    ...(partial
      ? [`Closest, but no explanation: ${partial.explanation} (${percent(partial.share)} of the elements).`]
      : []),
  ]
}

import type { Report, Result } from '../subject/verdict.ts'
import { looks, type Outcome, outcome } from './cells.ts'
import { percent } from './numbers.ts'
import { firstLine, paint, plain, type Terminal, wrap } from './terminal-style.ts'

/** One thing that a reader should know beside the matrix. */
export interface Note {
  readonly outcome: Outcome
  /** Empty where it concerns the whole run. */
  readonly about: string
  readonly text: string
}

/** What a reader should know beside the matrix: what is on record, what stayed open, why bits differ, what is missing. */
export const notesOf = (report: Report): Note[] => [
  ...known(report),
  ...undecided(report),
  ...arithmetic(report),
  ...ties(report),
  ...remarks(report),
  ...names(report),
  ...missing(report),
  ...general(report),
]

/** The notes as the terminal shows them. */
export function notes(report: Report, terminal: Terminal, all = notesOf(report)): string[] {
  const p = paint(terminal)
  if (all.length === 0) return []
  const lines = all.flatMap(note => {
    const { glyph, colour } = looks[note.outcome]
    const [head = '', ...rest] = wrap(plain(noteText(note), terminal), terminal.width, '    ', '    ')
    return [`  ${plain(colour(p)(glyph), terminal)} ${head.slice(4)}`, ...rest]
  })
  return [p.bold('Notes'), ...lines]
}

/** A note as one sentence. */
export const noteText = ({ about, text }: Note): string => (about === '' ? text : `${about}: ${text}`)

/** Results with the same words are said once, for all rules and checks they are about. */
function grouped(
  results: readonly Result[],
  kind: Outcome,
  words: (result: Result) => string,
  more: (result: Result) => string = () => '',
): Note[] {
  const found = new Map<string, Result[]>()
  for (const result of results) {
    const key = `${result.subject}\n${words(result)}`
    found.set(key, [...(found.get(key) ?? []), result])
  }
  return [...found.values()].map(same => {
    const rules = list(
      same.map(({ rule }) => rule),
      'rules',
    )
    const told = kind === 'not offered' || kind === 'known deviation'
    const checks = told
      ? ''
      : `, ${list(
          same.map(({ check }) => check),
          'checks',
        )}`
    return { outcome: kind, about: `${same[0]!.subject}, ${rules}${checks}`, text: words(same[0]!) + more(same[0]!) }
  })
}

function list(names: readonly string[], what: string): string {
  const unique = [...new Set(names)]
  return unique.length > 3 ? `${unique.length} ${what}` : unique.join(', ')
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const known = ({ results }: Report): Note[] =>
  grouped(
    results.filter(result => result.known),
    'known deviation',
    ({ known }) => `${sentence(known!.reason)}${known!.link ? ` Source: ${sentence(known!.link)}` : ''}`,
    ({ subject, rule }) => ` See: lockstep verify ${subject} --rule ${rule}`,
  )

const undecided = ({ results }: Report): Note[] =>
  grouped(
    results.filter(({ verdict }) => verdict === 'unknown'),
    'undecided',
    ({ reason }) => sentence(firstLine(reason ?? 'nothing was observed')),
  )

/** Why a subject is within the bound and not bit-exact: its arithmetic, once a subject. */
function arithmetic({ subjects, results }: Report): Note[] {
  const within = subjects.filter(
    ({ name }) => outcome(results.filter(r => r.subject === name && r.verdict === 'pass')) === 'within bound',
  )
  return within.map(({ name, arithmetic }) => ({
    outcome: 'within bound',
    about: name,
    text: sentence(`not bit for bit, because of its arithmetic: ${arithmetic}`),
  }))
}

const ties = ({ results }: Report): Note[] =>
  grouped(
    results.filter(({ undecided = 0 }) => undecided > 0),
    'within bound',
    ({ undecided }) =>
      `${percent(undecided!)} of conditions, signs and maxima were within rounding of a tie; either outcome was allowed.`,
  )

const remarks = ({ results }: Report): Note[] =>
  grouped(
    results.filter(({ note, verdict }) => note !== undefined && verdict !== 'skip'),
    'holds',
    ({ note }) => sentence(note!),
  )

const names = ({ remarks: said = [] }: Report): Note[] =>
  said.map(({ subject, rule, text }) => ({ outcome: 'holds', about: `${subject}, ${rule}`, text }))

/** Rules that a subject does not have at all; single checks that it skips are shown with one subject and one rule. */
function missing({ results, subjects }: Report): Note[] {
  return subjects.flatMap(({ name }) => {
    const own = results.filter(({ subject }) => subject === name)
    const rules = [...new Set(own.map(({ rule }) => rule))].filter(
      rule => outcome(own.filter(r => r.rule === rule)) === 'not offered',
    )
    return grouped(
      rules.map(rule => own.find(r => r.rule === rule)!),
      'not offered',
      ({ reason }) => `not offered: ${sentence(reason ?? 'no reason given')}`,
    )
  })
}

/** What concerns the whole run. */
export const general = ({ notes = [] }: Report): Note[] =>
  notes.map(text => ({ outcome: 'not offered', about: '', text }))

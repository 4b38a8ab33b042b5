import { latexRule } from '../derive/latex.ts'
import { print as printExpr, printStatement } from '../language/print.ts'
import type { Rule } from '../language/rule.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import { families } from '../rules/table.ts'
import { print } from './output.ts'
import { isRuleFile, readRule } from './rule-source.ts'
import { screen } from './screen.ts'

/** Prints one rule: as a page, as JSON, or as its LaTeX formula alone. */
export async function printRule(id: string, options: { json?: boolean; latex?: boolean }): Promise<void> {
  const rule = await readRule(id)
  if (options.latex) return print(`${latexRule(rule)}\n`)
  if (options.json) return print(`${JSON.stringify(asJson(rule), null, 2)}\n`)
  const family = families.find(candidate => candidate.id === id && !isRuleFile(id))
  const others = family ? Object.keys(family.dialects).map(dialect => `${family.id}/${dialect}`) : []
  return print(rulePage(rule, screen(), others))
}

function asJson(rule: Rule) {
  const { at, step, require, state, hyper, closedForms, ...rest } = rule
  return {
    ...rest,
    hyper: Object.fromEntries(
      Object.values(hyper).map(h => [h.name, { default: h.default, domain: h.domain?.text, meaning: h.meaning }]),
    ),
    state: Object.fromEntries(
      Object.values(state).map(s => [
        s.name,
        { as: s.as, init: printExpr(s.init), when: s.when && printExpr(s.when), meaning: s.meaning },
      ]),
    ),
    at: printExpr(at),
    require: require.map(({ text }) => text),
    step: step.map(printStatement),
    closedForms: closedForms.map(({ name, gradient, where, require: needs, text, derivation }) => ({
      name,
      gradient,
      where,
      require: needs.map(r => r.text),
      x: text,
      derivation,
    })),
    latex: latexRule(rule),
  }
}

/** A rule as people read it: source, formula, hyper-parameters, state, closed forms, and what is wrong with it. */
export function rulePage(rule: Rule, terminal: Terminal, dialects: readonly string[] = []): string {
  const p = paint(terminal)
  const text = (words: string, indent = '  '): string[] => wrap(plain(words, terminal), terminal.width, indent)
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', p.bold(`  ${title}`), ...lines] : []
  const lines = [
    '',
    `  ${p.bold(rule.id)}  ${plain(rule.title, terminal)}`,
    ...text(rule.source).map(line => p.dim(line)),
    ...(rule.url ? [p.dim(`  ${rule.url}`)] : []),
    ...(rule.erratum
      ? part(p.red('Wrong as printed: nothing is held to this formula'), erratum(rule.erratum, text))
      : []),
    ...part('Formula', [
      ...formula(rule),
      ...remarks(rule)
        .flatMap(words => text(words, '    '))
        .map(line => p.dim(line)),
    ]),
    ...part('Hyper-parameters', hyperTable(rule, terminal)),
    ...part('State', stateTable(rule, terminal)),
    ...part(
      'Legal only when',
      rule.require.map(({ text: condition }) => `    ${condition}`),
    ),
    ...part('Closed forms', closedForms(rule, terminal)),
    ...(rule.note ? part('Note', text(rule.note, '    ')) : []),
    ...(dialects.length > 0 ? part('Dialects of this family', text(dialects.join(', '), '    ')) : []),
  ]
  return `${lines.join('\n')}\n\n`
}

/** The statements with their equals signs in one column. */
function formula({ step }: Rule): string[] {
  const wide = Math.max(...step.map(({ target }) => target.length))
  return step.map(statement => `    ${pad(statement.target, wide)} = ${printExpr(statement.value)}`)
}

function remarks({ at, clock }: Rule): string[] {
  const point = printExpr(at)
  return [
    ...(point === 'x' ? [] : [`g is the gradient at ${point}.`]),
    clock === 'optimizer'
      ? 't counts the steps of the optimizer, from 1.'
      : 't counts the updates of each parameter, from 1.',
  ]
}

/** Rows in columns; the last is wrapped where it is too long. */
function table(rows: readonly (readonly string[])[], terminal: Terminal): string[] {
  const wide = rows[0]?.slice(0, -1).map((_, at) => Math.max(...rows.map(row => columns(row[at]!)))) ?? []
  return rows.flatMap(row => {
    const head = `    ${wide.map((width, at) => pad(row[at]!, width)).join('  ')}  `
    return wrap(plain(row.at(-1)!, terminal), terminal.width, head, ' '.repeat(head.length)).map(line => line.trimEnd())
  })
}

const hyperTable = ({ hyper }: Rule, terminal: Terminal): string[] =>
  table(
    Object.values(hyper).map(h => [
      h.name,
      h.text,
      h.domain?.text ?? (typeof h.default === 'boolean' ? 'true or false' : 'any number'),
      h.meaning,
    ]),
    terminal,
  )

const stateTable = ({ state }: Rule, terminal: Terminal): string[] =>
  table(
    Object.values(state).map(s => [
      s.name,
      s.as === s.name ? '' : s.as,
      `starts at ${printExpr(s.init)}${s.when ? `, exists when ${printExpr(s.when)}` : ''}`,
      s.meaning,
    ]),
    terminal,
  )

function closedForms(rule: Rule, terminal: Terminal): string[] {
  return rule.closedForms.flatMap(({ name, gradient, where, require, text }) => {
    const fixed = Object.entries(where).map(([id, value]) => `${id} = ${value}`)
    const conditions = [...fixed, ...require.map(needs => needs.text)].join(', ')
    const title = `${name}: gradient ${gradient}${conditions ? `, where ${conditions}` : ''}; after n steps`
    return [
      ...wrap(title, terminal.width, '    '),
      ...wrap(`x = ${text.trim().replace(/\s+/g, ' ')}`, terminal.width, '      ', '        '),
    ]
  })
}

function erratum(
  { printed, correct, why, see }: NonNullable<Rule['erratum']>,
  text: (words: string, indent?: string) => string[],
): string[] {
  return [
    ...text(`printed: ${printed}`, '    '),
    ...text(`correct: ${correct}`, '    '),
    ...text(why, '    '),
    ...text(`See ${see}`, '    '),
  ]
}

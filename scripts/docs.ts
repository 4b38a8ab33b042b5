/** Writes docs/rules/ from the rules, and the table of refusals in docs/adding-a-rule.md; spec/docs.spec.ts says that what is committed agrees. Run by `npm run docs`. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { latex, latexRule, latexTest, symbol } from '../src/derive/latex.ts'
import { print } from '../src/language/print.ts'
import type { ClosedForm, DialectSource, Rule } from '../src/language/rule.ts'
import { families } from '../src/rules/index.ts'
import { findRule } from '../src/rules/lookup.ts'
import { schemas } from './json-schema.ts'
import { withRefusals } from './refusals.ts'

type Family = (typeof families)[number]

/** Longer formulas are unreadable as one line of mathematics; their text is shown instead. */
const longestFormula = 420

const generated = (from: string): string => `<!-- Written by \`npm run docs\` from ${from}. Do not edit. -->`
const link = (family: Family): string => `[${family.id}](${family.id}.md)`
const math = (text: string): string => `\`\`\`math\n${text}\n\`\`\``
/** Inline mathematics in the form that Markdown leaves alone. */
const inline = (text: string): string => text.replace(/\$([^$]+)\$/g, (_, tex: string) => `$\`${tex}\`$`)
const symbolOf = (name: string): string => `$\`${symbol(name)}\`$`
const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Rule text without the indentation that it has in its source file. */
function dedent(step: string | string[]): string {
  const lines = (Array.isArray(step) ? step : step.split('\n')).filter(line => line.trim() !== '')
  const indent = Math.min(...lines.map(line => line.length - line.trimStart().length))
  return lines.map(line => line.slice(indent).trimEnd()).join('\n')
}

const hyperTable = (rule: Rule): string =>
  table(
    ['hyper-parameter', 'symbol', 'default', 'domain', 'meaning'],
    Object.values(rule.hyper).map(hyper => [
      `\`${hyper.name}\``,
      symbolOf(hyper.name),
      `\`${hyper.text}\``,
      hyper.domain ? `\`${hyper.domain.text}\`` : 'true or false',
      inline(hyper.meaning),
    ]),
  )

function stateTable(rule: Rule): string {
  const states = Object.values(rule.state)
  if (states.length === 0) return 'No state.'
  return table(
    ['state', 'symbol', 'called', 'starts at', 'exists', 'meaning'],
    states.map(state => [
      `\`${state.name}\``,
      symbolOf(state.name),
      `\`${state.as}\``,
      `\`${print(state.init)}\``,
      state.when ? `if \`${print(state.when)}\`` : 'always',
      inline(state.meaning),
    ]),
  )
}

/** What a closed form is written for, in words. */
const shapes: Readonly<Record<ClosedForm['gradient'], string>> = {
  constant: 'a constant gradient $`g = c`$',
  impulse: 'one gradient $`g_1 = c`$, then zeros',
  geometric: 'a geometric gradient $`g_k = c\\,r^{k-1}`$',
  quadratic: 'a quadratic, $`g = a x`$ at the point of the gradient',
}

function closedForm(form: ClosedForm): string {
  const fixed = Object.entries(form.where).map(([name, value]) => `\`${name} = ${value}\``)
  const required = form.require.map(({ text }) => `\`${text}\``)
  const conditions = [...fixed, ...required]
  const formula = `x_n = ${latex(form.x)}`
  const text = dedent(form.text.split('\n').map(line => line.trim()))
  return [
    `**${form.name}**: for ${shapes[form.gradient]}${conditions.length > 0 ? `, with ${conditions.join(', ')}` : ''}`,
    ...(formula.length <= longestFormula
      ? [math(formula)]
      : [details('the n-th iterate', `\`\`\`text\n${text}\n\`\`\``)]),
    inline(form.derivation),
  ].join('\n\n')
}

const clocks: Readonly<Record<Rule['clock'], string>> = {
  parameter: 'the updates of each parameter',
  optimizer: 'the steps of the optimizer, whether or not the parameter had a gradient',
}

function erratum({ erratum: found }: Rule): string[] {
  if (!found) return []
  return [
    [
      '> [!WARNING]',
      '> This formula is wrong as it is printed. It is shown here, and is never a reference.',
      `> Printed: ${inline(found.printed)}. Correct: ${inline(found.correct)}.`,
      `> ${inline(found.why)} See ${inline(found.see)}.`,
    ].join('\n'),
  ]
}

function dialect(family: Family, name: string, source: DialectSource): string {
  const rule = findRule(`${family.id}/${name}`)
  const meant =
    family.paper === name
      ? ` This is what \`--rule ${family.id}\` means where the subject's framework has no dialect of its own.`
      : ''
  const requirements = rule.require.map(({ text, test }) => `\`${text}\` ($\`${latexTest(test)}\`$)`)
  return [
    `## ${rule.id}`,
    `Source: ${rule.url ? `[${rule.source}](${rule.url})` : rule.source}.${meant}`,
    ...erratum(rule),
    math(latexRule(rule)),
    `\`\`\`text\n${dedent(source.step)}\n\`\`\``,
    ...(Object.keys(rule.hyper).length > 0 ? [hyperTable(rule)] : []),
    ...(requirements.length > 0 ? [`Legal only with ${requirements.join(', ')}.`] : []),
    stateTable(rule),
    `\`t\` counts ${clocks[rule.clock]}.${rule.note ? ` ${inline(rule.note)}` : ''}`,
    ...(rule.closedForms.length > 0 ? [details('Closed forms', rule.closedForms.map(closedForm).join('\n\n'))] : []),
  ].join('\n\n')
}

function familyPage(family: Family): string {
  const parents = families.filter(other => family.parents.includes(other.id))
  const children = families.filter(other => other.parents.includes(family.id))
  const ids = Object.keys(family.dialects)
  const kin = [
    ...(parents.length > 0 ? [`grows out of ${parents.map(link).join(' and ')}`] : []),
    ...(children.length > 0 ? [`leads to ${children.map(link).join(', ')}`] : []),
  ]
  return `${[
    generated(`src/rules/${family.id}.ts`),
    `# ${family.title} (\`${family.id}\`)`,
    `[All rules](README.md)${kin.length > 0 ? `. It ${kin.join(', and ')}.` : '.'}`,
    `Dialects: ${ids.map(id => `[${id}](#${family.id}${id})`).join(', ')}.`,
    ...Object.entries(family.dialects).map(([name, source]) => dialect(family, name, source)),
  ].join('\n\n')}\n`
}

function indexPage(): string {
  const edges = families.flatMap(family => family.parents.map(parent => `  ${parent} --> ${family.id}`))
  const nodes = families.map(family => `  ${family.id}["${family.title}"]`)
  return `${[
    generated('src/rules/'),
    '# The rules',
    'A rule is one published formula of an optimizer; a dialect is that formula as one paper, framework or lecture states it. The tree says which family grew out of which.',
    `\`\`\`mermaid\nflowchart TD\n${[...nodes, ...edges].join('\n')}\n\`\`\``,
    table(
      ['family', 'name', 'dialects'],
      families.map(family => [
        link(family),
        family.title,
        Object.keys(family.dialects)
          .map(id => `[${id}](${family.id}.md#${family.id}${id})`)
          .join(', '),
      ]),
    ),
    'How a rule is written: [adding a rule](../adding-a-rule.md). How its numbers are judged: [numerics](../numerics.md). Where a framework does something else than its formula: [findings](../findings.md).',
  ].join('\n\n')}\n`
}

/** Every generated page by its file name in docs/rules. */
export const pages = (): Map<string, string> =>
  new Map([
    ['README.md', indexPage()],
    ...families.map((family): [string, string] => [`${family.id}.md`, familyPage(family)]),
  ])

/** Where the schemas are kept. */
export const schemaFolder = fileURLToPath(new URL('../docs/schemas/', import.meta.url))

/** Where the pages are kept. */
export const folder = fileURLToPath(new URL('../docs/rules/', import.meta.url))

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(folder, { recursive: true })
  const wanted = pages()
  for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(folder + name)
  for (const [name, text] of wanted) writeFileSync(folder + name, text)
  mkdirSync(schemaFolder, { recursive: true })
  for (const [name, text] of schemas()) writeFileSync(schemaFolder + name, text)
  const page = fileURLToPath(new URL('../docs/adding-a-rule.md', import.meta.url))
  writeFileSync(page, withRefusals(readFileSync(page, 'utf8')))
  console.log(
    `${wanted.size} pages in docs/rules, the schemas in docs/schemas, and the refusals in docs/adding-a-rule.md`,
  )
}

import type { RuleScore } from '../score/score.ts'
import { missed, tally } from '../score/tally.ts'
import { share } from './mutants-page.ts'
import { version } from './package.ts'

/** The score as files, by name: a page, every mutant, and those that are equivalent with their arguments. */
export function scoreFiles(scores: readonly RuleScore[]): Readonly<Record<string, string>> {
  return { 'README.md': page(scores), 'mutants.csv': everyMutant(scores), 'equivalent.csv': equivalent(scores) }
}

const quoted = (value: string | number): string => {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const table = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map(row => `${row.map(quoted).join(',')}\r\n`).join('')

function everyMutant(scores: readonly RuleScore[]): string {
  const seeds = scores[0]?.seeds ?? []
  return table([
    ['rule', 'mutant', 'written', ...seeds.map(seed => `rejected by, seed ${seed}`), 'by vectors', 'equivalent'],
    ...scores.flatMap(({ rule, fates }) =>
      fates.map(({ says, now, caught, byVectors, equivalent }) => [
        rule,
        says,
        now,
        ...caught.map(check => check ?? ''),
        String(byVectors),
        equivalent ?? '',
      ]),
    ),
  ])
}

const equivalent = (scores: readonly RuleScore[]): string =>
  table([
    ['rule', 'mutant', 'written', 'why it gives what the rule gives'],
    ...scores.flatMap(({ rule, fates }) =>
      fates.flatMap(({ says, now, equivalent: why }) => (why === undefined ? [] : [[rule, says, now, why]])),
    ),
  ])

function page(scores: readonly RuleScore[]): string {
  const row = (name: string, some: readonly RuleScore[]): string => {
    const { mutants, equivalent: same, caught, byVectors } = tally(some)
    const real = mutants - same
    return `| ${name} | ${mutants} | ${same} | ${share(caught, real)} | ${share(caught, mutants)} | ${share(byVectors, real)} |`
  }
  const { by } = tally(scores)
  const misses = scores.flatMap(score =>
    missed(score).map(fate => `- \`${score.rule}\`: ${fate.says} (\`${fate.now}\`)`),
  )
  const seeds = scores[0]?.seeds ?? []
  return `# How many wrong optimizers the checks reject

Written by \`lockstep mutants --out\`, Lockstep ${version}, Node ${process.versions.node}, seeds ${seeds.join(', ')}.
Every variant of a rule that differs by one edit is run through the default checks of \`verify\`. *Rejected* is the share of
those that are not equivalent, with the seed that rejects fewest; *of all* counts the equivalent ones too; *by vectors* is
what \`golden/vectors/\` alone rejects. [mutants.csv](mutants.csv) has every variant, [equivalent.csv](equivalent.csv) the
equivalent ones, each with its argument.

| rule | variants | equivalent | rejected | of all | by vectors |
|---|--:|--:|--:|--:|--:|
${scores.map(score => row(`\`${score.rule}\``, [score])).join('\n')}
${row('**all**', scores)}

## First rejected by

| check | variants |
|---|--:|
${[...by].map(([check, count]) => `| ${check} | ${count} |`).join('\n')}

## Missed

${misses.length > 0 ? misses.join('\n') : 'Nothing: every variant that is not equivalent is rejected under every seed.'}
`
}

import { csvText } from '../report/csv-text.ts'
import { historyLines } from '../score/history-tally.ts'
import { projects } from '../score/published/index.ts'
import type { ReportFate } from '../score/reports.ts'
import type { RuleScore } from '../score/score.ts'
import { missed, tally } from '../score/tally.ts'
import { type Found, share } from './mutants-page.ts'
import { version } from './package.ts'

/** The score as files, by name: a page, every mutant, and those that are equivalent with their arguments. */
export function scoreFiles({ rules, reports }: Found): Readonly<Record<string, string>> {
  return {
    'README.md': page(rules, reports),
    'mutants.csv': everyMutant(rules),
    'equivalent.csv': equivalent(rules),
    ...(reports.length > 0 && { 'history.csv': everyReport(reports) }),
  }
}

function everyMutant(scores: readonly RuleScore[]): string {
  const seeds = scores[0]?.seeds ?? []
  return csvText([
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
  csvText([
    ['rule', 'mutant', 'written', 'why it gives what the rule gives'],
    ...scores.flatMap(({ rule, fates }) =>
      fates.flatMap(({ says, now, equivalent: why }) => (why === undefined ? [] : [[rule, says, now, why]])),
    ),
  ])

const everyReport = (reports: readonly ReportFate[]): string =>
  csvText([
    [
      'id',
      'kind',
      'rule',
      'what is wrong',
      'source',
      ...(reports[0]?.caught ?? []).map((_, at) => `rejected by, seed ${at + 1}`),
      'by vectors',
      'diagnosis',
      'what it says',
      ...projects.map(project => `accepted by ${project}`),
    ],
    ...reports.map(({ id, kind, rule, what, source, caught, byVectors, diagnosed, accepted }) => [
      id,
      kind,
      rule,
      what,
      source,
      ...caught.map(check => check ?? ''),
      String(byVectors),
      diagnosed?.accuracy ?? '',
      diagnosed?.explanation ?? '',
      ...projects.map(project => String(accepted[project] ?? '')),
    ]),
  ])

/** What the published tests of each project accept of the wrong variants of its own Adam. */
function publishedRows(scores: readonly RuleScore[]): string[] {
  return scores.flatMap(({ rule, fates }) => {
    const real = fates.filter(({ equivalent }) => equivalent === undefined)
    return projects.flatMap(project => {
      const judged = real.filter(({ accepted }) => accepted[project] !== undefined)
      if (judged.length === 0) return []
      const accepted = judged.filter(fate => fate.accepted[project]).length
      return [`| ${project} | \`${rule}\` | ${judged.length} | ${accepted} | ${share(accepted, judged.length)} |`]
    })
  })
}

function historyPart(reports: readonly ReportFate[]): string {
  if (reports.length === 0) return ''
  return `
## The history of real libraries

${historyLines(reports)
  .map(line => `- ${line}`)
  .join('\n')}

[history.csv](history.csv) has each with the link to its report.
`
}

function page(scores: readonly RuleScore[], reports: readonly ReportFate[]): string {
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

## Published tests on the wrong variants of their own Adam

| tests of | rule | variants | accepted | share |
|---|---|--:|--:|--:|
${publishedRows(scores).join('\n')}
${historyPart(reports)}
## Missed

${misses.length > 0 ? misses.join('\n') : 'Nothing: every variant that is not equivalent is rejected under every seed.'}
`
}

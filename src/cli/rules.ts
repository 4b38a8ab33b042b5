import type { Command } from 'commander'
import { families } from '../rules/table.ts'
import type { Finish } from './questions.ts'

interface Options {
  json?: boolean
  latex?: boolean
}

const examples = `
Examples:
  $ lockstep rules                       all families and their dialects
  $ lockstep rules adam/pytorch          source, formula, hyper-parameters, state, closed forms
  $ lockstep rules adam/lecture --latex  the formula for a paper
  $ lockstep rules ./adan.rule.yaml      checks and prints your own rule`

/** `lockstep rules`: the table of rules, or one of them in full; for a file, it is the linter. */
export function rules(program: Command, finish: Finish): void {
  program
    .command('rules')
    .summary('list the rules, show one, or check a rule file')
    .description(
      'Lists the optimizers that Lockstep knows with their dialects, shows one formula in full, or checks a rule file of your own.',
    )
    .argument('[id|file]', 'adam, adam/pytorch, or a .rule.yaml or TypeScript file')
    .option('--json', 'one JSON document')
    .option('--latex', 'the formula in LaTeX, nothing else (needs an id or a file)')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, options: Options) => {
      const { printRule } = id === undefined ? { printRule: undefined } : await import('./rule-page.ts')
      if (id !== undefined && printRule) await printRule(id, options)
      else await printTable(options)
      finish(0)
    })
}

async function printTable(options: Options): Promise<void> {
  const { UsageError } = await import('./failures.ts')
  if (options.latex)
    throw new UsageError('--latex prints one formula; which?', 'For example: lockstep rules adam/pytorch --latex')
  const [{ print }, { ruleTable }, { screen }] = await Promise.all([
    import('./output.ts'),
    import('./rule-table.ts'),
    import('./screen.ts'),
  ])
  await print(options.json ? `${JSON.stringify(families.map(summary), null, 2)}\n` : ruleTable(families, screen()))
}

const summary = ({ id, title, parents, paper, dialects }: (typeof families)[number]) => ({
  id,
  title,
  parents,
  paper: `${id}/${paper}`,
  dialects: Object.entries(dialects).map(([name, { source, erratum }]) => ({
    id: `${id}/${name}`,
    source,
    erratum: erratum !== undefined,
  })),
})

import type { Command } from 'commander'
import { seedValue } from './options.ts'
import type { Finish } from './questions.ts'

/** What `mutants` is asked. */
export interface MutantsOptions {
  seed: number[]
  list?: boolean
  history?: boolean
  json?: boolean
  out?: string
}

const examples = `
Examples:
  $ lockstep mutants adam/pytorch                    how many wrong variants of one rule verify rejects, and by which check
  $ lockstep mutants adam/pytorch --list             every variant in a sentence, without running anything
  $ lockstep mutants ./adan.rule.yaml                the same for a rule of your own
  $ lockstep mutants --history                       also what real libraries got wrong, and how well it is diagnosed
  $ lockstep mutants --out reports/mutation          the score of every rule, as pages and tables; takes minutes`

/** `lockstep mutants`: how many wrong optimizers the checks see. */
export function mutants(program: Command, finish: Finish): void {
  program
    .command('mutants')
    .summary('measure the checks: how many wrong variants of a rule they reject')
    .description(
      'Derives every variant of a rule that differs by one edit, runs the default checks of `verify` on each, and tells how many are rejected, by which check, and which are not.',
    )
    .argument('[rule...]', 'ids or files; default: all built-in rules')
    .option('--seed <n>', 'seed of the scenarios; may be repeated (default: three)', collectSeeds, [])
    .option('--list', 'only list the mutants')
    .option('--history', 'also implementations with the faults that real libraries had')
    .option('--json', 'one JSON document')
    .option('--out <directory>', 'also write the tables there')
    .addHelpText('after', examples)
    .action(async (rules: string[], options: MutantsOptions) =>
      finish(await (await import('./mutants-run.ts')).runMutants(rules, options)),
    )
}

const collectSeeds = (text: string, before: number[]): number[] => [...before, seedValue(text)]

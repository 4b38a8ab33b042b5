import type { Command } from 'commander'
import { seedValue } from './options.ts'
import type { Finish } from './questions.ts'

/** What `diff` is asked. */
export interface DiffOptions {
  seed?: number
  json?: boolean
}

const examples = `
Examples:
  $ lockstep diff adam/pytorch adam/keras             what changes when a model is ported
  $ lockstep diff adam/pytorch adamw/pytorch          two rules of one framework
  $ lockstep diff ./adan.rule.yaml adam/kingma-ba     a rule of your own beside a built-in one

The exit code is 0 whether they differ or not: this is information, no verdict. 2 is wrong usage.`

/** `lockstep diff`: two formulas beside each other, and how far they come apart. */
export function diff(program: Command, finish: Finish): void {
  program
    .command('diff')
    .summary('compare two rules: formulas, the smallest input on which they differ, and by how much')
    .description(
      'Shows two formulas side by side with the terms marked that differ, looks for the smallest scenario that tells them apart, with what both have equal and with their own defaults, and measures the first step and a run of 1,000 steps.',
    )
    .argument('<a>', 'an id such as adam/pytorch, or a rule file')
    .argument('<b>', 'the other one')
    .option('--seed <n>', 'seed of the scenarios and of the training run', seedValue)
    .option('--json', 'one JSON document (docs/schemas/diff-1.schema.json)')
    .addHelpText('after', examples)
    .action(async (a: string, b: string, options: DiffOptions) =>
      finish(await (await import('./diff-run.ts')).runDiff(a, b, options)),
    )
}

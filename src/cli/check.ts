import { type Command, Option } from 'commander'
import { hyperValue } from './options.ts'
import type { CheckOptions, Finish } from './questions.ts'

const examples = `
A trace is what an optimizer did, step by step: JSON lines, .npz or .safetensors,
as docs/traces.md specifies. For PyTorch, a recorder ships with Lockstep.

Examples:
  $ lockstep check --write-recorder recorder.py         the recorder, one Python file
  $ lockstep check trace.jsonl --rule adamw/pytorch     every step from what was observed before it
  $ lockstep check trace.npz --rule ./adan.rule.yaml    your own formula
  $ gunzip -c trace.jsonl.gz | lockstep check -         as it arrives, no more than a line in memory
  $ lockstep check trace.jsonl --rule adam/pytorch --hyper eps=1e-8 --json

Exit codes: 0 conforms, 1 deviates, 2 wrong usage, 3 could not be decided.`

/** `lockstep check`: a recorded trace against a rule, step by step. */
export function check(program: Command, finish: Finish): void {
  program
    .command('check')
    .summary('hold a recorded trace against a formula, step by step')
    .description(
      'Holds a recorded training run against a formula. Each step is checked from the state observed before it, so that the bound is as sharp at step 100,000 as at step 1, and the first wrong step and variable are named.',
    )
    .argument('[trace]', 'a file of JSON lines, .npz or .safetensors, or a pipe of JSON lines (-: standard input)')
    .option('--rule <id|file>', 'the formula; default: the one that the trace names')
    .option('--hyper <name=value>', 'in place of what the trace says; repeat for more', hyperValue, {})
    .addOption(
      new Option('--arithmetic <name>', 'how the library rounds; default: as the trace names its library').choices([
        'ieee',
        'pytorch',
        'pytorch-ieee',
        'keras',
        'optax',
        'tfjs',
      ]),
    )
    .option('--json', 'one JSON document')
    .option('--write-recorder <file>', 'write the recorder for PyTorch, and nothing else')
    .addHelpText('after', examples)
    .action(async (path: string | undefined, options: CheckOptions) =>
      finish(await (await import('./check-run.ts')).runCheck(path, options)),
    )
}

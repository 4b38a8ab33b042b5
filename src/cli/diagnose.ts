import { type Command, Option } from 'commander'
import { hyperValue, secondsValue } from './options.ts'
import type { DiagnoseOptions, Finish } from './questions.ts'

const examples = `
Examples:
  $ lockstep diagnose ./my-adam.ts --rule adam/pytorch
  $ lockstep diagnose my_opt.py:MyAdam --rule adam/pytorch --hyper weight_decay=0
  $ lockstep diagnose tfjs --rule adam --json

Exit codes: 0 conforms, there is nothing to diagnose; 1 deviates, explained or not; 2 wrong usage, 3 could not be decided.`

/** `lockstep diagnose`: what is wrong with one subject under one rule. */
export function diagnose(program: Command, finish: Finish): void {
  program
    .command('diagnose')
    .summary('say what is wrong with an optimizer')
    .description(
      'Looks for the smallest change of a formula that reproduces everything that a deviating optimizer does: another dialect, another hyper-parameter, one edit or two, or a fault beside the formula. Where several do, the optimizer is asked for more until one is left.',
    )
    .argument('<subject>', 'a name or a module, as for verify')
    .requiredOption('--rule <id|file>', 'the formula that it should follow')
    .option('--hyper <name=value>', 'hold a hyper-parameter at a value; repeat for more', hyperValue, {})
    .addOption(
      new Option('--limit <seconds>', 'how long to look for an explanation, once the checks are done')
        .argParser(secondsValue)
        .default(60_000, '60'),
    )
    .option('--python <path>', 'the Python to use for live frameworks and Python files')
    .option('--timeout <seconds>', 'how long a module or a framework may take for a step', secondsValue)
    .option('--json', 'one JSON document')
    .addHelpText('after', examples)
    .action(async (subject: string, options: DiagnoseOptions) =>
      finish(await (await import('./diagnose-run.ts')).runDiagnose(subject, options)),
    )
}

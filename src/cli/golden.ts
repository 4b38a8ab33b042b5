import type { Command } from 'commander'
import type { Finish, GoldenOptions } from './questions.ts'

const checkExamples = `
Example:
  $ lockstep golden check --python .venv/bin/python`

const generateExamples = `
Examples:
  $ lockstep golden generate --python .venv/bin/python
  $ lockstep golden generate --only pytorch-ieee --out /tmp/golden`

/** `lockstep golden`: the recorded traces, checked or made anew. */
export function golden(program: Command, finish: Finish): void {
  const group = program
    .command('golden')
    .summary('check or rewrite the recorded traces')
    .description(
      'The recorded traces and the conformance vectors that ship with Lockstep: check them, or record the traces anew.',
    )
    .helpCommand(false)
  group
    .command('check')
    .description(
      'Holds every recorded file and every conformance vector against its hash and its formula; where a Python with the same torch is found on the same kind of machine, records pytorch-ieee anew and compares its bytes.',
    )
    .option('--python <path>', 'the Python to record with')
    .option('--json', 'one JSON document')
    .addHelpText('after', checkExamples)
    .action(async (options: GoldenOptions) => finish(await (await import('./golden-check.ts')).runGoldenCheck(options)))
  group
    .command('generate')
    .description('Records the traces anew from the installed frameworks.')
    .option('--only <names>', 'recordings, separated by commas; default: all')
    .option('--python <path>', 'the Python to record with')
    .option('--out <dir>', 'where to write; default: the golden/ directory of Lockstep itself')
    .addHelpText('after', generateExamples)
    .action(async (options: GoldenOptions) =>
      finish(await (await import('./golden-generate.ts')).runGoldenGenerate(options)),
    )
}

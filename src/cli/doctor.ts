import type { Command } from 'commander'
import type { Finish } from './questions.ts'

const examples = `
Example:
  $ lockstep doctor --python .venv/bin/python`

/** `lockstep doctor`: what is here, and what each missing thing would add. */
export function doctor(program: Command, finish: Finish): void {
  program
    .command('doctor')
    .summary('what is installed, and what more there could be')
    .description(
      'Tells what Lockstep finds on this machine, what each missing thing would add, and the command that gets it.',
    )
    .option('--json', 'one JSON document')
    .option('--python <path>', 'the Python to look at')
    .addHelpText('after', examples)
    .action(async (options: { json?: boolean; python?: string }) =>
      finish(await (await import('./doctor-run.ts')).runDoctor(options)),
    )
}

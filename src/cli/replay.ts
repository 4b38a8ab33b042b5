import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { Finish, ReplayOptions } from './questions.ts'

const examples = `
Examples:
  $ lockstep replay .lockstep/scenarios/3f2a9c01d4e7.json                   the formula beside the subject that failed
  $ lockstep replay scenario.json --subject ./my-adam.ts --steps 1..3       another subject, three steps
  $ lockstep replay scenario.json --rule adam/kingma-ba --subject adam/keras  one formula beside another`

/** `lockstep replay`: a scenario step by step, the formula beside what a subject gave. */
export function replay(program: Command, finish: Finish): void {
  program
    .command('replay')
    .summary('play one scenario step by step, beside the formula')
    .description(
      'Prints each step of a scenario: gradients, then the iterate and state that the formula gives (its bits, and how far a correct implementation may be from the exact value) and what the subject gave, up to where they part.',
    )
    .argument('<scenario>', 'a file that verify kept in .lockstep/scenarios/')
    .option('--subject <name|path|rule>', 'whom to play it with; default: the subject it was kept for')
    .option('--rule <id|file>', 'the formula; default: the one it was kept for')
    .addOption(new Option('--meaning <which>', 'of the formula').choices(['replay', 'exact', 'both']).default('both'))
    .option('--steps <from..to>', 'only these steps; default: up to 24, ending where they part', range)
    .option('--python <path>', 'the Python to use')
    .option('--json', 'one JSON document, all steps')
    .addHelpText('after', examples)
    .action(async (path: string, options: ReplayOptions) =>
      finish(await (await import('./replay-run.ts')).runReplay(path, options)),
    )
}

function range(text: string): [number, number] {
  const [, from, to = from] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? []
  if (from === undefined || Number(from) < 1 || Number(to) < Number(from))
    throw new InvalidArgumentError('Expected from..to, for example 1..3.')
  return [Number(from), Number(to)]
}

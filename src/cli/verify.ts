import { type Command, Option } from 'commander'
import { collect, hyperValue, secondsValue, seedValue } from './options.ts'
import { commandName } from './own-subjects.ts'
import type { Finish, VerifyCommandOptions } from './questions.ts'
import { reporterNames, reporterValue } from './reporter-choice.ts'

const examples = `
Subjects:
  pytorch:ieee, pytorch, keras, optax   recorded traces that ship with Lockstep; no Python needed
  tfjs                                  TensorFlow.js, live
  pytorch:live                          PyTorch, live, where a Python with torch is found
  pytorch:foreach, pytorch:fused        its other paths
  keras:tensorflow, keras:jax,          Keras, live, on each of its backends
  keras:torch, optax:live, tfjs:wasm    the others, live; lockstep doctor says what is there
  ./my-adam.ts                          your module: export default (hyper, x0) => ({ step(gradient) { ... } })
  my_opt.py:MyAdam                      your torch.optim.Optimizer, Keras class, Optax factory, or NumPy class
  --command "./my-optimizer --flag"     your program in any language (docs/protocol.md)

Examples:
  $ lockstep verify                                                  everything, each against its own formula
  $ lockstep verify tfjs --rule adam                                 one subject, one family
  $ lockstep verify ./my-adam.ts --rule adam/pytorch                 your optimizer against a formula
  $ lockstep verify ./my-muon.ts --contracts                         what needs no formula: resume, aliasing, groups, ...
  $ lockstep verify my_opt.py:MyAdam --rule adam/pytorch             the same in PyTorch, Keras, Optax or NumPy
  $ lockstep verify ./my-adam.ts --rule adam/pytorch --hyper amsgrad=false --json --output report.json
  $ lockstep verify --reporter terminal --reporter junit=report.xml  several reports at once
  $ lockstep verify --write-deviations                               start with a gate

Exit codes: 0 conforms (known deviations included), 1 deviates, 2 wrong usage, 3 could not be decided.`

/** `lockstep verify`: subjects against rules, as a matrix, in detail, or as a document. */
export function verify(program: Command, finish: Finish): void {
  program
    .command('verify')
    .summary('hold optimizers against their formulas')
    .description(
      'Holds optimizers against their formulas: bit for bit where the arithmetic allows it, else within a bound derived from the formula.',
    )
    .argument('[subject...]', 'names or modules; default: those of lockstep.yaml, else everything that is here')
    .option(
      '--rule <id|file>',
      'a family, a dialect or a rule file; repeat for more; default: all families',
      collect,
      [],
    )
    .option('--contracts', 'only the contracts, which need no formula; without --rule, under no rule at all')
    .option(
      '--command <line>',
      'a program that speaks the line protocol, as a subject; repeat for more',
      (line: string, before: readonly string[]) => collect(commandName(line), before),
      [],
    )
    .option('--check <name>', 'only checks of this name or group; repeat for more', collect, [])
    .option('--hyper <name=value>', 'hold a hyper-parameter at a value; repeat for more', hyperValue, {})
    .addOption(
      new Option('--depth <how>', 'quick (the default) takes seconds, full runs more and longer scenarios').choices([
        'quick',
        'full',
      ]),
    )
    .option('--strict', 'also overflow and subnormal numbers, on which correct implementations may differ')
    .option('--seed <n>', 'of the scenarios; the default never changes', seedValue)
    .option('--explore', 'a fresh seed (it is printed)')
    .option(
      '--reporter <name[=file]>',
      `how the report is written, and where; repeat for more: ${reporterNames}`,
      reporterValue,
      [],
    )
    .option('--json', 'the same as --reporter json')
    .option('--output <file>', 'the file of the one reporter that has none')
    .option('--python <path>', 'the Python to use for live frameworks and Python files')
    .option(
      '--timeout <seconds>',
      'how long a subject may take for a step, and to load (never less than 30)',
      secondsValue,
    )
    .option('--deviations <file>', 'your own known deviations, a JSON list of { subject, rule, checks, reason, ... }')
    .option(
      '--write-deviations [file]',
      'put the failures of this run on record in lockstep.yaml, so that the next one conforms',
    )
    .option('--config <file>', 'what to do where the arguments say nothing; default: lockstep.yaml, where there is one')
    .option('--no-config', 'do not read lockstep.yaml')
    .option('--no-diagnose', 'do not look for what is wrong where something deviates')
    .option('--no-save', 'do not keep failing scenarios in .lockstep/scenarios/')
    .addHelpText('after', examples)
    .action(async (names: string[], options: VerifyCommandOptions) =>
      finish(await (await import('./verify-run.ts')).runVerify([...names, ...options.command], options)),
    )
}

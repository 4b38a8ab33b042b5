import { Command, CommanderError } from 'commander'
import { bench } from './bench.ts'
import { check } from './check.ts'
import { diagnose } from './diagnose.ts'
import { diff } from './diff.ts'
import { doctor } from './doctor.ts'
import { exitCode, tellFailure } from './failures.ts'
import { golden } from './golden.ts'
import { mutants } from './mutants.ts'
import { tell } from './output.ts'
import { version } from './package.ts'
import type { Finish } from './questions.ts'
import { replay } from './replay.ts'
import { report } from './report.ts'
import { rules } from './rules.ts'
import { setup } from './setup.ts'
import { verify } from './verify.ts'

/** Every command adds itself: a new one is one file and one name here. What it runs is loaded when it is called. */
const commands: readonly ((program: Command, finish: Finish) => void)[] = [
  verify,
  check,
  diagnose,
  replay,
  rules,
  diff,
  golden,
  mutants,
  bench,
  report,
  doctor,
  setup,
]

const examples = `
Examples:
  $ lockstep verify                                         every subject against its own formula
  $ lockstep verify ./my-adam.ts --rule adam/pytorch        your optimizer against a formula
  $ lockstep rules adam/pytorch                             what that formula is

Exit codes: 0 conforms, 1 deviates, 2 wrong usage, 3 could not be decided.`

/** Runs the command line and gives the exit code; every error is told here. */
export async function run(argv: readonly string[]): Promise<number> {
  let code: number = exitCode.conforms
  const program = new Command('lockstep')
    .description(
      'Proves that an optimizer does what its formula says, bit for bit or within a bound derived from the formula.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(add --help for options and examples)')
    .addHelpText('after', examples)
    .exitOverride()
  for (const add of commands) add(program, given => (code = given))
  if (argv.length <= 2) {
    program.outputHelp()
    return exitCode.usage
  }
  try {
    await program.parseAsync(argv)
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.conforms : exitCode.usage
    const failure = tellFailure(error)
    tell(failure.text)
    return failure.code
  }
}

import type { Command } from 'commander'
import type { Finish, SetupOptions } from './questions.ts'

const examples = `
Examples:
  $ lockstep setup frameworks                          all of them, once for all projects
  $ lockstep setup frameworks --only torch,numpy       some
  $ lockstep setup frameworks --dir .lockstep/python   for this project alone

It goes on where it stopped, and a second call is done at once. Remove the directory to undo it.`

/** `lockstep setup frameworks`: a private Python environment with the frameworks at known versions. */
export function setup(program: Command, finish: Finish): void {
  program
    .command('setup')
    .summary('get what Lockstep can use beside itself')
    .description('Gets what Lockstep can use beside itself, into a place of its own.')
    .command('frameworks')
    .summary('PyTorch, Keras, TensorFlow, JAX and Optax in a private Python environment')
    .description(
      'Makes a virtual environment with NumPy, PyTorch, Keras, TensorFlow, JAX and Optax at the versions that the recordings were made with. Nothing outside of its directory is changed.',
    )
    .option('--dir <path>', 'where; default: one for all projects, in the cache directory of the user')
    .option('--only <names>', 'these alone, separated by commas')
    .option('--python <path>', 'the Python to make it with; default: python3')
    .addHelpText('after', examples)
    .action(async (options: SetupOptions) => finish(await (await import('./setup-run.ts')).runSetup(options)))
}

import type { Command } from 'commander'
import type { Finish, SetupOptions } from './questions.ts'

const frameworksExamples = `
Examples:
  $ lockstep setup frameworks                          all of them, once for all projects
  $ lockstep setup frameworks --only torch,numpy       some
  $ lockstep setup frameworks --dir .lockstep/python   for this project alone

It goes on where it stopped, and a second call is done at once. Remove the directory to undo it.`

const tensorflowExamples = `
Examples:
  $ lockstep setup tensorflow                               once for all projects
  $ lockstep setup tensorflow --dir .lockstep/tensorflow    for this project alone
  $ lockstep setup tensorflow --python .venv/bin/python     against the TensorFlow of this Python

It takes the TensorFlow of \`setup frameworks\` where that is there, else fetches it. Linux, and a C++ compiler (g++, or $CXX).
It goes on where it stopped, and a second call only tries it. Remove the directory to undo it.`

/** `lockstep setup`: a private Python environment with the frameworks at known versions; the native engine. */
export function setup(program: Command, finish: Finish): void {
  const command = program
    .command('setup')
    .summary('get what Lockstep can use beside itself')
    .description('Gets what Lockstep can use beside itself, into a place of its own.')
  command
    .command('frameworks')
    .summary('PyTorch, Keras, TensorFlow, JAX and Optax in a private Python environment')
    .description(
      'Makes a virtual environment with NumPy, PyTorch, Keras, TensorFlow, JAX and Optax at the versions that the recordings were made with. Nothing outside of its directory is changed.',
    )
    .option('--dir <path>', 'where; default: one for all projects, in the cache directory of the user')
    .option('--only <names>', 'these alone, separated by commas')
    .option('--python <path>', 'the Python to make it with; default: python3')
    .addHelpText('after', frameworksExamples)
    .action(async (options: SetupOptions) =>
      finish(await (await import('./setup-frameworks.ts')).setupFrameworks(options)),
    )
  command
    .command('tensorflow')
    .summary('the native engine: TensorFlow.js on the library of TensorFlow')
    .description(
      'Fetches @tensorflow/tfjs-node without running its install script, builds its binding against the library of a TensorFlow for Python, and tries it. Nothing outside of its directory is changed.',
    )
    .option('--dir <path>', 'where; default: one for all projects, in the cache directory of the user')
    .option('--python <path>', 'a Python that has TensorFlow, or the one to make an environment with; default: python3')
    .addHelpText('after', tensorflowExamples)
    .action(async (options: SetupOptions) =>
      finish(await (await import('./setup-tensorflow.ts')).setupTensorflow(options)),
    )
}

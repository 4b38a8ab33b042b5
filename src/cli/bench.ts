import { type Command, InvalidArgumentError, Option } from 'commander'
import { engineIds } from '../train/engines/engine.ts'
import type { BenchOptions, MergeOptions } from './bench/questions.ts'
import { collect, hyperValue } from './options.ts'
import type { Finish } from './questions.ts'

const examples = `
Examples:
  $ lockstep bench cifar10 --quick                                   a first look, in a minute or two
  $ lockstep bench cifar10 --rule adam/pytorch --rule sgd/pytorch --data cifar-10-batches-bin
  $ lockstep bench cifar10 --rule ./adan.rule.yaml --rule adam       your own rule beside a known one
  $ lockstep bench cifar10 --study optimizers --data cifar-10-batches-bin
  $ lockstep bench cifar10 --subject my_opt.py:MyOpt --against adam/pytorch --hyper lr=0.001
  $ lockstep bench cifar10 --study pytorch --reference pytorch       the same runs in Lockstep and in PyTorch
  $ lockstep bench cifar10 --study ./my.study.yaml --shard 1/4       a quarter of a sweep; bench merge puts them together

An interrupted study goes on where it stopped: call the same command again.`

/** `lockstep bench`: what the choice of an optimizer does to convergence. */
export function bench(program: Command, finish: Finish): void {
  const command = program
    .command('bench')
    .summary('measure what an optimizer does to convergence')
    .description('Measures what the choice of an optimizer does to convergence, on real data and real networks.')
  cifar10(command, finish)
  merge(command, finish)
}

function cifar10(bench: Command, finish: Finish): void {
  bench
    .command('cifar10')
    .summary('train networks on CIFAR-10')
    .description(
      'Trains a network on CIFAR-10 with each rule of a study, under equal budgets and common seeds, and writes a report: curves, final accuracies with intervals, what differs beyond chance, and all figures as CSV.',
    )
    .option('--quick', 'one small network, two rules, few images: a first look')
    .option('--study <name|file>', 'optimizers, remedies, gradients, batch, or a study file')
    .option('--rule <id|file>', 'compare these rules at their defaults; repeat for more', collect, [])
    .option('--hyper <name=value>', 'hold a hyper-parameter of those rules at a value; repeat for more', hyperValue, {})
    .option('--data <directory>', 'the six .bin files of CIFAR-10; default: downloaded ones, else synthetic images')
    .option('--download', 'download CIFAR-10 (170 MB) where it is not here yet')
    .addOption(new Option('--engine <name>', 'default: the fastest that is here').choices([...engineIds]))
    .addOption(
      new Option('--reference <framework>', 'make the same runs in PyTorch too, and compare the first steps').choices([
        'pytorch',
      ]),
    )
    .option('--subject <file.py:Class>', 'train your torch.optim.Optimizer, in PyTorch; needs --against')
    .option('--against <id>', 'the rule that --subject is compared with, in PyTorch')
    .option('--python <path>', 'the Python that has PyTorch')
    .option('--seeds <n>', 'so many of the seeds of the study', wholeValue)
    .option('--epochs <n>', 'other than the study has it', wholeValue)
    .option('--shard <i/n>', 'of every n runs the i-th', shardValue)
    .option('--estimate', 'say how long it would take, and end')
    .option('--out <directory>', 'where the runs and the report go; default: bench/ and the name of the study')
    .addHelpText('after', examples)
    .action(async (options: BenchOptions) => finish(await (await import('./bench/run.ts')).runBench(options)))
}

function merge(bench: Command, finish: Finish): void {
  bench
    .command('merge')
    .summary('put the runs of several directories together')
    .description('Puts the runs of several directories of one study together, each once, and writes their report.')
    .argument('<directory...>', 'what --out of lockstep bench cifar10 was')
    .requiredOption('--out <directory>', 'where the runs and the report go')
    .action(async (directories: string[], options: MergeOptions) =>
      finish(await (await import('./bench/merge.ts')).runMerge(directories, options)),
    )
}

function wholeValue(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.')
  return value
}

function shardValue(text: string): { index: number; of: number } {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index < 1 || index > of) throw new InvalidArgumentError('Expected i/n with i from 1 to n, for example 1/4.')
  return { index, of }
}

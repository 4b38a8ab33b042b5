import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { testFile, trainFiles } from '../data/cifar-layout.ts'
import type { DataSet } from '../data/images.ts'
import { type Plan, planRun } from '../loop/plan.ts'
import type { Measurement, RunSpec } from '../loop/run.ts'
import { type TrainOptions, trainDefaults } from '../loop/train.ts'
import { parametersOf } from '../models/weights.ts'
import type { Machine } from '../study/record.ts'
import type { Trainer } from '../study/sweep.ts'
import { child, type Message } from './child.ts'
import { handOver, nextEpoch, recordFiles } from './hand-over.ts'
import { type OptimizerChoice, type PytorchSettings, type PytorchSubject, planFile } from './plan-file.ts'
import { torchOptimizer } from './torch-rules.ts'

export interface PytorchOptions {
  /** A Python that has torch and numpy. */
  readonly python: string
  readonly data: DataSet
  /** Where the six files are that `data` was read from; without it the images are written to a file for each run. */
  readonly directory?: string
  /** Trains a user's class instead of torch's own optimizer of the rule. */
  readonly subject?: PytorchSubject
  /** Default: as many as there are cores. */
  readonly threads?: number
  /** Default: cpu. */
  readonly device?: 'cpu' | 'cuda'
}

/** What is watched of a run, as `TrainOptions` has it, and what only PyTorch is asked for. */
export interface PytorchRunOptions
  extends Pick<
    TrainOptions,
    'signal' | 'onStep' | 'window' | 'everyLoss' | 'gradientNorms' | 'gradientNoise' | 'chunk'
  > {
  /** Default: float32. A float64 run starts at the same weights, on the same batches. */
  readonly precision?: 'float32' | 'float64'
  /** Whether epochs end with measurements; default: true. */
  readonly measure?: boolean
  /** Called before the first step; each window of steps then waits for a call of the function that it is given. */
  readonly onPace?: (proceed: () => void) => void
  /** Called with the trained parameters, in Lockstep's layout. */
  readonly onEnd?: (weights: ReadonlyMap<string, Float64Array>) => void
}

/** PyTorch as a trainer of sweeps, and of single runs. */
export interface PytorchTrainer extends Trainer {
  train(run: RunSpec, options?: PytorchRunOptions): AsyncGenerator<Measurement, void, void>
}

/**
 * PyTorch as a trainer: the same initial weights, batches, shifts and masks as Lockstep's own engines have for a run, with
 * torch's own optimizer of its rule or a user's class. Throws a PytorchError where Python, torch or the class is not there.
 */
export async function pytorchTrainer(options: PytorchOptions): Promise<PytorchTrainer> {
  const { python, threads = availableParallelism(), device = 'cpu' } = options
  const subject = options.subject && { ...options.subject, file: resolve(options.subject.file) }
  const given = { ...options, threads, device, ...(subject && { subject }) }
  const machine = machineOf(await describe(python, subject), given, await versionOf(subject))
  return {
    machine,
    run: ({ run, watch }, rest) => train(given, run, { ...watch, ...rest }),
    train: (run, rest = {}) => train(given, run, rest),
  }
}

type Given = PytorchOptions & Required<Pick<PytorchOptions, 'threads' | 'device'>>
type Here = Extract<Message, { kind: 'here' }>

async function describe(python: string, subject?: PytorchSubject): Promise<Here> {
  const asked = subject ? [subject.file, ...(subject.object === undefined ? [] : [subject.object])] : []
  let here: Here | undefined
  for await (const message of child(python, ['--describe', ...asked])) if (message.kind === 'here') here = message
  return here!
}

/** A user's class is known by its text: a changed file is another optimizer. */
async function versionOf(subject?: PytorchSubject): Promise<Record<string, string>> {
  if (!subject) return {}
  const digest = createHash('sha256')
    .update(await readFile(subject.file))
    .digest('hex')
    .slice(0, 12)
  return { [basename(subject.file)]: `sha256:${digest}` }
}

function machineOf(
  { versions, capability, gpu }: Here,
  { threads, device }: Given,
  own: Record<string, string>,
): Machine {
  const cores = threads === 1 ? 'one thread' : `${threads} threads`
  return {
    engine: 'pytorch',
    device:
      device === 'cuda'
        ? `${gpu ?? 'no GPU'}, PyTorch ${versions.torch}`
        : `CPU (${capability}), PyTorch ${versions.torch}, ${cores}`,
    versions: { ...versions, ...own },
  }
}

async function* train(given: Given, run: RunSpec, options: PytorchRunOptions): AsyncGenerator<Measurement, void, void> {
  const { python, data, directory } = given
  const plan = planRun(data, run)
  const filesIn = (names: readonly string[]): string[] => names.map(name => join(resolve(directory!), name))
  const file = planFile(plan, settingsOf(given, run, options), {
    optimizer: optimizerOf(plan, given.subject),
    train: directory === undefined ? [recordFiles.train] : filesIn(trainFiles),
    test: directory === undefined ? [recordFiles.test] : filesIn([testFile]),
  })
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pytorch-'))
  try {
    await handOver(folder, data, plan, file)
    const { signal, onPace, onStep } = options
    let send: (line: 'epoch' | 'window') => void = () => undefined
    const onStart = (given: typeof send): void => {
      send = given
      onPace?.(() => send('window'))
    }
    for await (const line of child(python, [join(folder, 'plan.json')], { ...(signal && { signal }), onStart })) {
      if (line.kind === 'step') onStep?.(line.step, plan.steps)
      if (line.kind === 'epoch') {
        send('epoch')
        await nextEpoch(folder, line.epoch, plan, file)
      }
      if (line.kind === 'figure') {
        const { epoch, step, metric, value } = line
        yield { seed: run.seed, epoch, step, metric, value: Number(value) }
      }
    }
    if (options.onEnd) options.onEnd(await trained(folder, plan))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function settingsOf({ threads, device }: Given, run: RunSpec, options: PytorchRunOptions): PytorchSettings {
  const { window = trainDefaults.window, chunk = trainDefaults.chunk, gradientNoise } = options
  return {
    threads,
    device,
    window,
    chunk,
    precision: options.precision ?? 'float32',
    everyLoss: options.everyLoss ?? false,
    gradientNorms: options.gradientNorms ?? null,
    // A full batch has no noise.
    gradientNoise: run.batch === 'full' ? null : (gradientNoise ?? null),
    paced: options.onPace !== undefined,
    measure: options.measure ?? true,
    save: options.onEnd !== undefined,
  }
}

/** What a user's class is given: what the run says itself, for the defaults of a rule are not those of the class. */
const optimizerOf = ({ rule, hyper, run }: Plan, subject?: PytorchSubject): OptimizerChoice =>
  subject ? { ...subject, hyper: { ...run.hyper, ...subject.hyper } } : torchOptimizer(rule, hyper)

async function trained(folder: string, { network }: Plan): Promise<Map<string, Float64Array>> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, 'trained'))
  const numbers = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength))
  let at = 0
  return new Map(
    parametersOf(network).map(({ name, shape }) => {
      const size = shape.reduce((n, each) => n * each, 1)
      at += size
      return [name, numbers.slice(at - size, at)]
    }),
  )
}

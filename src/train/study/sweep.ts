import type { DataSet } from '../data/images.ts'
import type { Engine } from '../engines/engine.ts'
import type { Measurement } from '../loop/run.ts'
import { type TrainOptions, train } from '../loop/train.ts'
import type { Ledger } from './ledger.ts'
import { type DataName, type Figure, idOf, type Machine, type RunRecord, type Task } from './record.ts'

/** Makes the run of a task, and gives its figures as they come: an engine, or PyTorch. */
export interface Trainer {
  readonly machine: Machine
  /** What runs of it are known by, where its engine alone does not say it: a user's class, whose text may change. */
  readonly key?: string
  run(task: Task, options: Pick<TrainOptions, 'signal' | 'onStep'>): AsyncIterable<Measurement>
}

/** By what a ledger tells the runs of trainers apart. */
export const keyOf = ({ key, machine }: Trainer): string => key ?? machine.engine

/** Training on one of Lockstep's engines. */
export const engineTrainer = (engine: Engine, data: DataSet): Trainer => ({
  machine: engine.description,
  run: ({ run, watch }, options) => train(engine, data, run, { ...watch, ...options }),
})

/** What is said of a sweep while it runs. */
export interface Watching {
  /** Before a run: which, and how many there are of it and in all. */
  onTask?(task: Task, at: number, of: number): void
  onStep?(step: number, steps: number): void
  onRecord?(record: RunRecord): void
}

export interface SweepOptions extends Watching {
  readonly ledger: Ledger
  readonly trainer: Trainer
  readonly data: DataName
  /** The version of Lockstep. */
  readonly lockstep: string
  readonly signal?: AbortSignal
  /** Of every so many runs this one: 2 of 3 makes the second, the fifth, ... */
  readonly shard?: { readonly index: number; readonly of: number }
}

/** Makes the runs that are not in the ledger yet, one after the other, and gives those of all its tasks that it then holds. */
export async function sweep(tasks: readonly Task[], options: SweepOptions): Promise<RunRecord[]> {
  const { ledger, shard, trainer, data } = options
  const id = (task: Task): string => idOf(task, keyOf(trainer), data)
  const own = shard ? tasks.filter((_, at) => at % shard.of === shard.index - 1) : tasks
  const open = own.filter(task => !ledger.get(id(task)))
  for (const [at, task] of open.entries()) {
    options.onTask?.(task, at + 1, open.length)
    const record = await made(task, id(task), options)
    ledger.append(record)
    options.onRecord?.(record)
  }
  return tasks.flatMap(task => ledger.get(id(task)) ?? [])
}

async function made(task: Task, id: string, options: SweepOptions): Promise<RunRecord> {
  const { trainer, data, lockstep, signal, onStep } = options
  const started = performance.now()
  const figures: Figure[] = []
  for await (const { epoch, step, metric, value } of trainer.run(task, {
    ...(signal && { signal }),
    ...(onStep && { onStep }),
  }))
    figures.push({ epoch, step, metric, value })
  return {
    record: 'lockstep-run-1',
    id,
    ...task,
    outcome: figures.some(({ metric }) => metric === 'diverged') ? 'diverged' : 'finished',
    machine: trainer.machine,
    data: { name: data.name, fingerprint: data.fingerprint, ...(data.notice !== undefined && { notice: data.notice }) },
    lockstep,
    ended: new Date().toISOString(),
    seconds: (performance.now() - started) / 1000,
    figures,
  }
}

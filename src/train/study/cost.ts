import type { DataSet } from '../data/images.ts'
import { planRun } from '../loop/plan.ts'
import type { RunSpec } from '../loop/run.ts'
import type { Task } from './record.ts'
import type { Trainer } from './sweep.ts'

/** So many steps are made of each kind of run; the first ones allocate and compile, and do not count. */
const tried = { warm: 2, timed: 3 } as const

/** What runs of one kind cost: seconds a step, and for measuring after an epoch. */
interface Cost {
  readonly step: number
  readonly epoch: number
}

/** What decides how long a step takes: everything else changes figures, not time. */
const kindOf = ({ model, remedies, batch, subset }: RunSpec): string =>
  JSON.stringify([model, Boolean(remedies?.batchNorm), remedies?.dropout ?? 0, batch, batch === 'full' ? subset : 0])

/** How long these runs will take, in seconds, from a few steps of every kind of run among them. */
export async function estimate(
  tasks: readonly Task[],
  trainer: Trainer,
  data: DataSet,
  signal?: AbortSignal,
): Promise<number> {
  const costs = new Map<string, Cost>()
  let seconds = 0
  for (const task of tasks) {
    const kind = kindOf(task.run)
    const cost = costs.get(kind) ?? (await costOf(task, trainer, signal))
    costs.set(kind, cost)
    const { steps, stepsPerEpoch } = planRun(data, task.run)
    seconds += steps * cost.step + Math.ceil(steps / stepsPerEpoch) * cost.epoch
  }
  return seconds
}

async function costOf(task: Task, trainer: Trainer, signal: AbortSignal | undefined): Promise<Cost> {
  const ends: number[] = [performance.now()]
  // A full batch is one step, which is long enough to need no second one.
  const steps = task.run.batch === 'full' ? 1 : tried.warm + tried.timed
  const few: Task = { ...task, run: { ...task.run, steps }, watch: { window: 1 } }
  for await (const _ of trainer.run(few, { ...(signal && { signal }), onStep: () => ends.push(performance.now()) })) {
    // Its figures are of no interest.
  }
  const timed = Math.min(ends.length - 1, tried.timed)
  const step = (ends.at(-1)! - ends.at(-1 - timed)!) / timed / 1000
  return { step, epoch: (performance.now() - ends.at(-1)!) / 1000 }
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSet } from '../../train/data/images.ts'
import { estimate } from '../../train/study/cost.ts'
import { Ledger } from '../../train/study/ledger.ts'
import { idOf, type RunRecord, type Task } from '../../train/study/record.ts'
import { keyOf, sweep } from '../../train/study/sweep.ts'
import { choose, finalTasks, searchTasks } from '../../train/study/tasks.ts'
import { exitCode } from '../failures.ts'
import { interruptible } from '../interrupt.ts'
import { print, tell, writeWhole } from '../output.ts'
import { version } from '../package.ts'
import { dataFor } from './data.ts'
import { inStep } from './in-step.ts'
import { type Lane, type Lanes, lanesFor } from './lanes.ts'
import { Progressing } from './progressing.ts'
import type { BenchOptions } from './questions.ts'
import { report } from './report.ts'
import { type GivenStudy, studyFor } from './study.ts'
import { commandOf, hours } from './words.ts'

/** The files of a study, beside its report: all its runs, a line each, and the study itself. */
export const files = { ledger: 'runs.jsonl', study: 'study.yaml' } as const

/** Makes the runs of a study that were not made yet, and writes its report. */
export async function runBench(options: BenchOptions): Promise<number> {
  const given = await studyFor(options)
  const out = options.out ?? join('bench', given.study.id)
  let ledger: Ledger | undefined
  const before = (): number => ledger?.records.length ?? 0
  return interruptible(
    async signal => {
      const data = await dataFor(options, signal)
      const bench: Bench = { options, given, data, out, ...(await lanesFor(options, data)), signal }
      if (options.estimate) return tellCost(bench)
      mkdirSync(out, { recursive: true })
      writeWhole(join(out, files.study), given.text)
      ledger = await Ledger.open(join(out, files.ledger))
      try {
        const beside = await runs(bench, ledger)
        if (!beside) return exitCode.conforms
        await print(await report(out, { ...given, records: ledger.records, command: commandOf(options), beside }))
        return exitCode.conforms
      } finally {
        await ledger.close()
      }
    },
    async () => ledger?.close(),
    () => `${before()} runs are kept in ${join(out, files.ledger)}: the same command goes on behind them.`,
  )
}

/** All that runs are made with. */
interface Bench extends Lanes {
  readonly options: BenchOptions
  readonly given: GivenStudy
  readonly data: DataSet
  readonly out: string
  readonly signal: AbortSignal
}

/**
 * The search, what it chose, the runs that count, and what is said beside them; undefined where other shards have to be made
 * first.
 */
async function runs(bench: Bench, ledger: Ledger): Promise<string[] | undefined> {
  const { study } = bench.given
  const { shard } = bench.options
  const { lanes, data, signal } = bench
  const searching = searchTasks(study)
  await announce(bench, ledger)
  const searched = await made('search', lanes[0], searching, ledger, bench)
  if (searched.length < searching.length) {
    tell(
      `This shard of the search is made: ${searched.length} of ${searching.length} runs are in ${ledger.path}. Next: make the other shards, put them together with lockstep bench merge, and call this command with --out on what comes of it.`,
    )
    return undefined
  }
  const counting = finalTasks(study, choose(study, searched))
  for (const lane of lanes) {
    const own = tasksOf(lane, counting)
    const final = await made(lane.trainer.machine.engine, lane, own, ledger, bench)
    if (shard && final.length < own.length)
      tell(`This shard is made: ${final.length} of ${own.length} runs are there. Next: lockstep bench merge.`)
  }
  return inStep(bench.out, bench, { study, tasks: counting, data, signal })
}

const tasksOf = ({ arm }: Lane, tasks: readonly Task[]): readonly Task[] =>
  arm === undefined ? tasks : tasks.filter(task => task.arm === arm)

async function made(
  what: string,
  { trainer }: Lane,
  tasks: readonly Task[],
  ledger: Ledger,
  { data, signal, options: { shard } }: Bench,
): Promise<RunRecord[]> {
  const progressing = new Progressing(what)
  const known = { ledger, trainer, data, lockstep: version, signal }
  try {
    return await sweep(tasks, { ...known, ...progressing.watching, ...(shard && { shard }) })
  } finally {
    progressing.stop()
  }
}

/** What an earlier search chose, where it is complete; nothing is known of the runs that count before. */
function chosenBefore({ given: { study }, lanes, data }: Bench, ledger: Ledger | undefined): ReturnType<typeof choose> {
  const searching = searchTasks(study)
  const made = searching.flatMap(task => ledger?.get(idOf(task, keyOf(lanes[0].trainer), data)) ?? [])
  return searching.length > 0 && made.length === searching.length ? choose(study, made) : new Map()
}

/** All runs of a study, by who makes them. */
function tasksByLane(bench: Bench, ledger?: Ledger): (readonly [Lane, readonly Task[]])[] {
  const { study } = bench.given
  const { lanes } = bench
  const counting = finalTasks(study, chosenBefore(bench, ledger))
  return lanes.map((lane, at) => [lane, [...(at === 0 ? searchTasks(study) : []), ...tasksOf(lane, counting)]] as const)
}

/** How much there is to do, before it is begun. */
async function announce(bench: Bench, ledger: Ledger): Promise<void> {
  let [open, there, seconds] = [0, 0, 0]
  for (const [{ trainer }, tasks] of tasksByLane(bench, ledger)) {
    const left = tasks.filter(task => !ledger.get(idOf(task, keyOf(trainer), bench.data)))
    open += left.length
    there += tasks.length - left.length
    seconds += await estimate(left, trainer, bench.data, bench.signal)
  }
  if (open === 0) return
  tell(
    `${open} runs${there > 0 ? ` (${there} were made before)` : ''}, about ${hours(seconds)} from a few steps of each kind. Ctrl-C keeps what is done; the same command goes on.`,
  )
}

async function tellCost(bench: Bench): Promise<number> {
  let [runs, seconds] = [0, 0]
  for (const [{ trainer }, tasks] of tasksByLane(bench)) {
    runs += tasks.length
    seconds += await estimate(tasks, trainer, bench.data, bench.signal)
  }
  await print(`${runs} runs, about ${hours(seconds)}; they would go to ${bench.out}.\n`)
  return exitCode.conforms
}

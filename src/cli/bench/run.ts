import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSet } from '../../train/data/images.ts'
import { chooseEngine, type NotTaken } from '../../train/engines/choose.ts'
import { estimate } from '../../train/study/cost.ts'
import { Ledger } from '../../train/study/ledger.ts'
import { idOf, type RunRecord, type Task } from '../../train/study/record.ts'
import { engineTrainer, type SweepOptions, sweep, type Trainer } from '../../train/study/sweep.ts'
import { choose, finalTasks, searchTasks } from '../../train/study/tasks.ts'
import { exitCode } from '../failures.ts'
import { interruptible } from '../interrupt.ts'
import { print, tell, writeWhole } from '../output.ts'
import { version } from '../package.ts'
import { dataFor } from './data.ts'
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
      const engine = await chooseEngine(options.engine)
      const bench: Bench = { options, given, data, trainer: engineTrainer(engine, data), signal }
      tellEngine(bench.trainer, engine.notTaken)
      if (options.estimate) return tellCost(bench, out)
      mkdirSync(out, { recursive: true })
      writeWhole(join(out, files.study), given.text)
      ledger = await Ledger.open(join(out, files.ledger))
      try {
        const records = await runs(bench, ledger)
        if (!records) return exitCode.conforms
        await print(await report(out, { ...given, records: ledger.records, command: commandOf(options) }))
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
interface Bench {
  readonly options: BenchOptions
  readonly given: GivenStudy
  readonly data: DataSet
  readonly trainer: Trainer
  readonly signal: AbortSignal
}

/** The search, what it chose, and the runs that count; undefined where other shards have to be made first. */
async function runs(bench: Bench, ledger: Ledger): Promise<RunRecord[] | undefined> {
  const { study } = bench.given
  const { shard } = bench.options
  const searching = searchTasks(study)
  const known = { ledger, trainer: bench.trainer, data: bench.data, lockstep: version }
  await announce(bench, [...searching, ...finalTasks(study, new Map())], ledger)
  const searched = await made('search', searching, known, bench)
  if (searched.length < searching.length) {
    tell(
      `This shard of the search is made: ${searched.length} of ${searching.length} runs are in ${ledger.path}. Next: make the other shards, put them together with lockstep bench merge, and call this command with --out on what comes of it.`,
    )
    return undefined
  }
  const counting = finalTasks(study, choose(study, searched))
  const final = await made('final', counting, known, bench)
  if (shard && final.length < counting.length)
    tell(`This shard is made: ${final.length} of ${counting.length} runs are there. Next: lockstep bench merge.`)
  return final
}

type Known = Pick<SweepOptions, 'ledger' | 'trainer' | 'data' | 'lockstep'>

async function made(phase: string, tasks: readonly Task[], known: Known, bench: Bench): Promise<RunRecord[]> {
  const progressing = new Progressing(phase)
  const { shard } = bench.options
  try {
    return await sweep(tasks, { ...known, ...progressing.watching, signal: bench.signal, ...(shard && { shard }) })
  } finally {
    progressing.stop()
  }
}

/** How much there is to do, before it is begun. */
async function announce({ trainer, data, signal }: Bench, tasks: readonly Task[], ledger: Ledger): Promise<void> {
  const open = tasks.filter(task => !ledger.get(idOf(task, trainer.machine.engine, data)))
  if (open.length === 0) return
  const there = tasks.length - open.length
  const seconds = await estimate(open, trainer, data, signal)
  tell(
    `${open.length} runs${there > 0 ? ` (${there} were made before)` : ''}, about ${hours(seconds)} from a few steps of each kind. Ctrl-C keeps what is done; the same command goes on.`,
  )
}

async function tellCost({ given, trainer, data, signal }: Bench, out: string): Promise<number> {
  const tasks = [...searchTasks(given.study), ...finalTasks(given.study, new Map())]
  const seconds = await estimate(tasks, trainer, data, signal)
  await print(`${tasks.length} runs, about ${hours(seconds)}; they would go to ${out}.\n`)
  return exitCode.conforms
}

function tellEngine({ machine }: Trainer, notTaken: readonly NotTaken[]): void {
  tell(`Engine: ${machine.engine}, ${machine.device}.${machine.notice ? ` ${machine.notice}` : ''}`)
  const [faster] = notTaken
  if (faster?.engine === 'native') tell(`  Faster: ${faster.engine}. ${faster.hint}`)
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPython } from '../src/guests/find-python.ts'
import { csvText } from '../src/report/csv-text.ts'
import { type PytorchTrainer, pytorchTrainer } from '../src/train/pytorch/trainer.ts'
import { median } from '../src/train/study/statistics.ts'
import { imagesFrom, runOf, toNextLoss } from './train-run.ts'

/**
 * Images per second of Lockstep's engines and of PyTorch, loading them included. All take turns within every round, in
 * alternating order, so that what else the machine does hits all of them.
 *
 *   npm run bench:train -- --data cifar-10-batches-bin --out reports/cifar10
 */
const { values: asked } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    out: { type: 'string' },
  },
})
const rounds = Number(asked.rounds)
const batch = Number(runOf(false).batch)
/** Steps of a window: about as long on each. */
const steps = { pytorch: 10, native: 10, wasm: 3 } as const

/** What takes turns. */
interface Lane {
  readonly name: string
  readonly device: string
  readonly steps: number
  /** Makes one window of steps. */
  step(): Promise<void>
  close(): void
}

/** The least share of PyTorch's throughput, with the same threads but for wasm, which has one. */
const targets = [
  { lane: 'native', of: 'pytorch', least: 0.95 },
  { lane: 'native, batch norm', of: 'pytorch, batch norm', least: 0.75 },
  { lane: 'wasm', of: 'pytorch', least: 0.15 },
  { lane: 'wasm, batch norm', of: 'pytorch, batch norm', least: 0.15 },
] as const

const named = (name: string, batchNorm: boolean): string => (batchNorm ? `${name}, batch norm` : name)

async function engineLanes(id: 'native' | 'wasm'): Promise<Lane[]> {
  const args = [id, String(steps[id]), ...(asked.data === undefined ? [] : [asked.data])]
  const program = fileURLToPath(new URL('train-engine.ts', import.meta.url))
  const child = fork(program, args, { execArgv: ['--import', 'tsx'] })
  child.on('exit', code => {
    if (code) throw new Error(`${id} ended with code ${code}; what it said is above.`)
  })
  const [device] = (await once(child, 'message')) as [string]
  return [false, true].map(batchNorm => ({
    name: named(id, batchNorm),
    device,
    steps: steps[id],
    step: async () => {
      child.send(batchNorm)
      await once(child, 'message')
    },
    close: () => child.kill(),
  }))
}

function pytorchLane(trainer: PytorchTrainer, batchNorm: boolean): Lane {
  let proceed: (() => void) | undefined
  const onPace = (next: () => void): void => {
    // The first window: the process was not there when it was asked for.
    next()
    proceed = next
  }
  const run = trainer.train(runOf(batchNorm), { window: steps.pytorch, onPace })
  return {
    name: named('pytorch', batchNorm),
    device: trainer.machine.device,
    steps: steps.pytorch,
    step: () => {
      proceed?.()
      return toNextLoss(run)
    },
    close: () => void run.return(),
  }
}

interface Row {
  round: number
  lane: string
  device: string
  batch: number
  steps: number
  images_per_second: number
  /** The share of all cores that others had while none of this bench ran: the larger one of before and after the round. */
  others: number
}

/** Others slow those more that wait for all their threads at every layer: with more than this, no ratio means anything. */
const quiet = 0.1
const leastRounds = 5

/** The share of all cores that is in use, over a moment in which every lane stands still. */
async function others(): Promise<number> {
  const before = cpus()
  await sleep(400)
  const spent = cpus().map(({ times }, core) => {
    const was = before[core]!.times
    const busy = (['user', 'nice', 'sys', 'irq'] as const).reduce((sum, kind) => sum + times[kind] - was[kind], 0)
    return { busy, idle: times.idle - was.idle }
  })
  const busy = spent.reduce((sum, core) => sum + core.busy, 0)
  return busy / (busy + spent.reduce((sum, core) => sum + core.idle, 0))
}

/** A round before those that count allocates and compiles. */
async function measured(all: readonly Lane[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const each of all) await each.step()
  let before = await others()
  for (let round = 1; round <= rounds; round++) {
    const own: Omit<Row, 'others'>[] = []
    for (const { name, device, steps: window, step } of round % 2 ? all : all.toReversed()) {
      const started = performance.now()
      await step()
      const seconds = (performance.now() - started) / 1000
      const speed = Number(((window * batch) / seconds).toFixed(1))
      own.push({ round, lane: name, device, batch, steps: window, images_per_second: speed })
    }
    const after = await others()
    const busy = Number(Math.max(before, after).toFixed(3))
    rows.push(...own.map(row => ({ ...row, others: busy })))
    before = after
  }
  return rows
}

/** The median of the distances from the median. */
function deviation(values: readonly number[]): number {
  const middle = median(values)
  return median(values.map(value => Math.abs(value - middle)))
}

/** Quiet rounds alone count, where there are enough of them; else all are shown, and nothing is judged. */
function show(all: readonly Lane[], every: readonly Row[]): void {
  const calm = every.filter(row => row.others <= quiet)
  const judging = calm.length >= leastRounds * all.length
  const rows = judging ? calm : every
  const speeds = (name: string): number[] => rows.filter(({ lane }) => lane === name).map(row => row.images_per_second)
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  console.log(
    `conv4, Adam, batches of ${batch}, ${rows.length / all.length} of ${rounds} rounds; ${cpus().length} cores: ${model}`,
  )
  console.log('\nimages per second       median     MAD  device')
  for (const { name, device } of all) {
    const [middle, spread] = [median(speeds(name)), deviation(speeds(name))]
    console.log(`  ${name.padEnd(20)}${middle.toFixed(0).padStart(8)}${spread.toFixed(0).padStart(8)}  ${device}`)
  }
  judge(speeds, judging)
  const share = `${100 * quiet} % of the cores`
  console.log(
    judging
      ? `\nRounds in which others had more than ${share} are left out.`
      : `\nOthers had more than ${share} in all but ${calm.length / all.length} rounds, so that these shares say nothing: PyTorch suffers most from it. Run this on a machine that does nothing else.`,
  )
}

/** Holds the shares against their targets, where the machine was quiet enough for that. */
function judge(speeds: (name: string) => number[], judging: boolean): void {
  console.log('\nshare of PyTorch        median     MAD  by round')
  for (const { lane, of, least } of targets) {
    const shares = speeds(lane).map((speed, round) => speed / speeds(of)[round]!)
    const reached = median(shares) >= least
    if (!reached && judging) process.exitCode = 1
    const figures = [median(shares), deviation(shares)].map(value => value.toFixed(2).padStart(8)).join('')
    const verdict = judging ? (reached ? 'reached' : 'missed') : 'not judged'
    console.log(`  ${lane.padEnd(20)}${figures}  target ${least} ${verdict}`)
  }
}

function write(directory: string, rows: readonly Row[]): void {
  mkdirSync(directory, { recursive: true })
  const header = Object.keys(rows[0]!)
  const path = `${directory}/throughput.csv`
  writeFileSync(path, csvText([header, ...rows.map(row => Object.values(row))]))
  console.log(`Rounds: ${path}`)
}

const { python } = await findPython(asked.python === undefined ? {} : { python: asked.python })
const trainer = await pytorchTrainer({
  python,
  data: await imagesFrom(asked.data),
  ...(asked.data !== undefined && { directory: asked.data }),
})
const all = [
  ...[false, true].map(batchNorm => pytorchLane(trainer, batchNorm)),
  ...(await engineLanes('native')),
  ...(await engineLanes('wasm')),
]
const rows = await measured(all)
for (const each of all) each.close()
show(all, rows)
if (asked.out !== undefined) write(asked.out, rows)

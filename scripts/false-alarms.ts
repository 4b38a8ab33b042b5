/**
 * Measures how often a correct optimizer is rejected: the arrangements of spec/kit/gallery that are right, in both formats,
 * under many seeds, on all cores. Writes reports/mutation/false-alarms.csv, a line an arrangement and format, as each is
 * done. Usage: npm run false-alarms [-- seeds [check...]]   (default: 1000 seeds, the check `formula`; `all` runs every check)
 */
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { rightFormulas } from '../spec/kit/gallery/right.ts'
import { rightArranged } from '../spec/kit/gallery/right-arranged.ts'
import { verify } from '../src/kit/index.ts'
import { csvText } from '../src/report/csv-text.ts'

const [count = '1000', ...checks] = process.argv.slice(2)
const seeds = Number(count)
if (!(Number.isInteger(seeds) && seeds > 0)) throw new Error(`Expected a number of seeds, got ${count}.`)
const asked = checks.includes('all') ? undefined : checks.length > 0 ? checks : ['formula']

const jobs = [...rightFormulas, ...rightArranged].flatMap(right =>
  (['float32', 'float64'] as const).map(format => ({ right, format })),
)

interface Outcome {
  readonly job: number
  readonly checks: number
  readonly rejected: number
  readonly undecided: number
  /** The first seed under which it was rejected. */
  readonly first: number | null
}

/** One arrangement in one format under all seeds. */
async function measured(job: number): Promise<Outcome> {
  const { right, format } = jobs[job]!
  const { rule, hyper, create } = right
  let [run, rejected, undecided] = [0, 0, 0]
  let first: number | null = null
  for (let seed = 1; seed <= seeds; seed++) {
    const { summary } = await verify({
      subjects: [create(format)],
      format,
      rules: [rule],
      ...(hyper && { hyper }),
      ...(asked && { checks: asked }),
      seed,
    })
    run += summary.pass + summary.fail + summary.unknown
    rejected += summary.fail
    undecided += summary.unknown
    if (summary.fail > 0) first ??= seed
  }
  return { job, checks: run, rejected, undecided, first }
}

/** Does every so-manieth job, and tells the parent of each. */
async function work(from: number, stride: number): Promise<void> {
  for (let job = from; job < jobs.length; job += stride) process.send!(await measured(job))
  process.disconnect()
}

function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes
    .toSorted((a, b) => a.job - b.job)
    .map(({ job, checks: run, rejected, undecided, first }) => {
      const { right, format } = jobs[job]!
      return [right.rule, right.name, format, seeds, run, rejected, undecided, first]
    })
  const head = ['rule', 'arrangement', 'format', 'seeds', 'checks run', 'rejected', 'undecided', 'first seed rejected']
  return csvText([head, ...rows])
}

async function lead(): Promise<void> {
  const directory = new URL('../reports/mutation/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  const outcomes: Outcome[] = []
  const workers = availableParallelism()
  const ended = Array.from({ length: workers }, (_, k) => {
    const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      env: { ...process.env, LOCKSTEP_SHARE: `${k}/${workers}` },
    })
    child.on('message', outcome => {
      outcomes.push(outcome as Outcome)
      writeFileSync(new URL('false-alarms.csv', directory), table(outcomes))
      const { job, rejected, checks: run } = outcomes.at(-1)!
      const { right, format } = jobs[job]!
      console.log(`${right.rule}, ${right.name}, ${format}: rejected in ${rejected} of ${run} checks`)
    })
    return new Promise<void>((resolve, reject) =>
      child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)))),
    )
  })
  await Promise.all(ended)
  const sum = (of: 'checks' | 'rejected'): number => outcomes.reduce((n, each) => n + each[of], 0)
  console.log(`${sum('rejected')} false alarms in ${sum('checks')} checks of ${jobs.length / 2} correct arrangements.`)
}

const [share, of] = (process.env.LOCKSTEP_SHARE ?? '').split('/').map(Number)
if (share !== undefined && of !== undefined) await work(share, of)
else await lead()

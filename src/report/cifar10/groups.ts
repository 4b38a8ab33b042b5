import type { RunRecord } from '../../train/study/record.ts'
import type { Arm, Study } from '../../train/study/study.ts'
import { plural } from '../numbers.ts'

/** What a report is made from. */
export interface StudyRecords {
  readonly study: Study
  readonly records: readonly RunRecord[]
}

/** The runs that count of one arm on one engine: one a seed, alike but for it. */
export interface Group {
  /** The arm's name, with the engine where the study was made on several. */
  readonly name: string
  readonly arm: Arm
  readonly engine: string
  /** In the order of the study's seeds. */
  readonly runs: readonly RunRecord[]
}

/** The runs of a study that belong together, and in sentences what was left out. */
export interface Selection {
  readonly groups: readonly Group[]
  /** Runs that chose hyper-parameters, by arm. */
  readonly searches: ReadonlyMap<string, readonly RunRecord[]>
  readonly left: readonly string[]
}

const engineNames: Readonly<Record<string, string>> = { pytorch: 'PyTorch' }

export const engineName = (engine: string): string => engineNames[engine] ?? engine

/** Keeps what can be compared: runs of this study's arms, on the data of the latest run, the latest settings of each arm. */
export function select({ study, records }: StudyRecords): Selection {
  const left: string[] = []
  const keep = (kept: RunRecord[], from: RunRecord[], why: string): RunRecord[] => {
    const less = from.length - kept.length
    if (less > 0) left.push(`${plural(less, 'run')} left out: ${why}.`)
    return kept
  }
  const known = new Set(study.arms.map(({ name }) => name))
  const own = byTime(records.filter(record => record.study === study.id))
  const ofArms = keep(
    own.filter(({ arm }) => known.has(arm)),
    own,
    'of arms that the study file no longer has',
  )
  const data = ofArms.at(-1)?.data.fingerprint
  const onData = keep(
    ofArms.filter(record => record.data.fingerprint === data),
    ofArms,
    'made on other data than the latest run',
  )
  const phase = (wanted: string, arm: string): RunRecord[] =>
    onData.filter(record => record.phase === wanted && record.arm === arm)
  const engines = [...new Set(onData.filter(record => record.phase === 'final').map(({ machine }) => machine.engine))]
  const groups = engines.sort(ownFirst).flatMap(engine =>
    study.arms.flatMap((arm): Group[] => {
      const all = phase('final', arm.name).filter(({ machine }) => machine.engine === engine)
      const name = engines.length > 1 ? `${arm.name} (${engineName(engine)})` : arm.name
      const runs = keep(alike(all), all, `${name} was run again since, or with other settings`)
      return runs.length > 0 ? [{ name, arm, engine, runs: bySeeds(runs, study.seeds) }] : []
    }),
  )
  const searches = new Map(
    study.arms.flatMap(({ name }) => {
      const runs = latest(phase('search', name), ({ run }) => JSON.stringify(run))
      return runs.length > 0 ? [[name, runs] as const] : []
    }),
  )
  return { groups, searches, left }
}

/** Lockstep's own engines before others that they are compared with. */
const ownFirst = (a: string, b: string): number => Number(a === 'pytorch') - Number(b === 'pytorch')

const byTime = (records: readonly RunRecord[]): RunRecord[] =>
  [...records].sort((a, b) => (a.ended < b.ended ? -1 : a.ended > b.ended ? 1 : 0))

/** The last of each key. */
const latest = (records: readonly RunRecord[], keyOf: (record: RunRecord) => unknown): RunRecord[] => [
  ...new Map(records.map(record => [keyOf(record), record])).values(),
]

/** One run a seed, all with the settings of the latest. */
function alike(runs: readonly RunRecord[]): RunRecord[] {
  const settings = ({ run }: RunRecord): string => JSON.stringify({ ...run, seed: 0 })
  const last = runs.at(-1)
  return latest(
    runs.filter(record => settings(record) === settings(last!)),
    ({ run }) => run.seed,
  )
}

function bySeeds(runs: readonly RunRecord[], seeds: readonly number[]): RunRecord[] {
  const place = ({ run }: RunRecord): number => (seeds.includes(run.seed) ? seeds.indexOf(run.seed) : seeds.length)
  return [...runs].sort((a, b) => place(a) - place(b) || a.run.seed - b.run.seed)
}

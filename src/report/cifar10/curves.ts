import type { Figure, RunRecord } from '../../train/study/record.ts'
import { type Interval, notNegative, type Spread, shares, spreadOf } from '../../train/study/statistics.ts'
import { grouped } from './grouped.ts'
import type { Group } from './groups.ts'
import { examplesAt } from './measures.ts'

/** The mean of a metric over seeds at one place of the runs. */
export interface CurvePoint {
  readonly step: number
  /** Counted from 0, within an epoch a fraction. */
  readonly epoch: number
  readonly examples?: number
  readonly n: number
  readonly mean: number
  /** The 95 % interval; absent with one seed. */
  readonly low?: number
  readonly high?: number
}

export interface Curve {
  readonly group: string
  readonly metric: string
  readonly points: readonly CurvePoint[]
}

/** More points than this are not told apart in a plot of the report; neighbours are averaged. */
const most = 80

interface Row {
  readonly group: string
  readonly metric: string
  readonly seed: number
  readonly place: number
  readonly step: number
  readonly value: number
}

/** The curves of some metrics: mean and 95 % interval over the seeds that got so far. Groups without a figure have none. */
export async function curvesOf(groups: readonly Group[], wanted: (metric: string) => boolean): Promise<Curve[]> {
  const rows = groups.flatMap(group => rowsOf(group, wanted))
  if (rows.length === 0) return []
  const { from, op } = await import('arquero')
  const points = from(rows)
    .groupby('group', 'metric', 'place', 'seed')
    .rollup({ value: op.mean('value'), step: op.max('step') })
    .groupby('group', 'metric', 'place')
    .rollup({ values: op.array_agg('value'), step: op.max('step') })
    .objects() as { group: string; metric: string; step: number; values: number[] }[]
  return groups.flatMap(group => {
    const own = points.filter(point => point.group === group.name)
    const metrics = [...new Set(rows.flatMap(row => (row.group === group.name ? [row.metric] : [])))]
    return metrics.map(metric => ({
      group: group.name,
      metric,
      points: own
        .filter(point => point.metric === metric)
        .sort((a, b) => a.step - b.step)
        .map(({ step, values }) => pointOf(longestOf(group), step, spreadOf(values, possibleOf(metric))!)),
    }))
  })
}

/** The measurements of a group, with the place at which they are averaged. */
function rowsOf({ name, runs }: Group, wanted: (metric: string) => boolean): Row[] {
  const figures = runs.flatMap(({ run, figures: all }) =>
    all.filter(({ metric }) => wanted(metric)).map(figure => ({ ...figure, seed: run.seed })),
  )
  return [...grouped(figures, ({ metric }) => metric)].flatMap(([metric, own]) => {
    const width = widthOf(own)
    return own.map(({ seed, step, value }) => ({
      group: name,
      metric,
      seed,
      place: Math.ceil(step / width),
      step,
      value,
    }))
  })
}

/** Steps that share a place: 1 where all places can be told apart. */
function widthOf(figures: readonly Figure[]): number {
  const places = new Set(figures.map(({ step }) => step))
  return places.size <= most ? 1 : Math.max(...places) / most
}

const longestOf = ({ runs }: Group): RunRecord =>
  runs.reduce((a, b) => ((a.figures.at(-1)?.step ?? 0) >= (b.figures.at(-1)?.step ?? 0) ? a : b))

/** Of accuracies the shares; all else that is measured over a run is not negative, but for the estimate of a square. */
const possibleOf = (metric: string): Interval | undefined =>
  metric.endsWith('_accuracy') ? shares : metric === 'gradient_square' ? undefined : notNegative

function pointOf(record: RunRecord, step: number, { n, mean, interval }: Spread): CurvePoint {
  const examples = examplesAt(record, step)
  return {
    step,
    epoch: step / stepsOfEpoch(record),
    n,
    mean,
    ...(examples !== undefined && { examples }),
    ...interval,
  }
}

/** Steps that an epoch of a run takes, from the last measurement after one; its end may be within an epoch. */
function stepsOfEpoch({ figures }: RunRecord): number {
  const whole = figures.find(({ metric }) => metric === 'train_loss') ?? figures.at(-1)
  return whole ? whole.step / whole.epoch : 1
}

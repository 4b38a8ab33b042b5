import type { RunRecord } from '../../../train/study/record.ts'
import { type Interval, notNegative, spreadOf } from '../../../train/study/statistics.ts'
import type { Analysis } from '../analysis.ts'
import { bySeed, gapOf, last, speedOf } from '../measures.ts'
import { type DotPlot, dotPlot } from './dots.ts'
import { looksOf } from './looks.ts'
import type { Plot } from './svg.ts'

type Kind = Pick<DotPlot, 'name' | 'title' | 'caption' | 'x'> & {
  readonly of: (record: RunRecord) => number | undefined
  readonly unit?: number
  /** In the unit of the axis. */
  readonly possible?: Interval
}

const dotNote = 'Dots are means over seeds, bars their 95 % t-intervals, rings single seeds.'

const kinds: readonly Kind[] = [
  {
    name: 'final-accuracy',
    title: 'Test accuracy at the end',
    caption: `${dotNote} Bars that overlap do not show that two do not differ: comparisons are made seed by seed, in the table.`,
    x: 'test accuracy at the end (%)',
    of: last('test_accuracy'),
    unit: 100,
    possible: { low: 0, high: 100 },
  },
  {
    name: 'overfitting',
    title: 'Overfitting',
    caption: `${dotNote} Both accuracies are measured in evaluation, after the last epoch.`,
    x: 'training minus test accuracy (percentage points)',
    of: gapOf,
    unit: 100,
  },
  {
    name: 'speed',
    title: 'Speed of training',
    caption: `${dotNote} Of each run, the median over its epochs. For information: other work on the machine slows a run down, and runs were not made in turn for this.`,
    x: 'images per second',
    of: speedOf,
    possible: notNegative,
  },
]

/** Figures of whole runs, by arm. */
export function resultPlots({ study, groups }: Analysis): Plot[] {
  const all = groups.map(({ group }) => group)
  const looks = looksOf(study, all)
  return kinds.flatMap(({ of, unit = 1, possible, ...kind }) => {
    const rows = all.flatMap(({ name, runs }) => {
      const values = [...bySeed(runs, of).values()].map(value => unit * value)
      const spread = spreadOf(values, possible)
      return spread ? [{ name, spread, values }] : []
    })
    return rows.length > 0 ? [dotPlot({ ...kind, rows, looks })] : []
  })
}

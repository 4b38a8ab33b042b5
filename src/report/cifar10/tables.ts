import type { Comparison } from '../../train/study/compare.ts'
import type { RunRecord } from '../../train/study/record.ts'
import { count } from '../numbers.ts'
import type { Analysis, GroupFigures, SearchFigures } from './analysis.ts'
import { shortened } from './csv.ts'
import { grouped } from './grouped.ts'
import { engineName } from './groups.ts'
import { rateOf, ruleName } from './measures.ts'
import { inColumn, inPercent, inPoints, inRange, inTime, percentage, settings } from './units.ts'

/** A table as text, for any writer. */
export interface Table {
  readonly title: string
  readonly note?: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

type Column<T> = readonly [head: string, of: (from: T) => string | undefined]

/** Columns that have something in some row. */
function tableOf<T>(title: string, columns: readonly Column<T>[], from: readonly T[], note?: string): Table {
  const used = columns.filter(([, of]) => from.some(each => of(each) !== undefined))
  return {
    title,
    head: used.map(([head]) => head),
    rows: from.map(each => used.map(([, of]) => of(each) ?? '–')),
    ...(note !== undefined && { note }),
  }
}

/** The hyper-parameters that a run was given, its rate among them. */
function given({ run }: RunRecord): string {
  const lr = rateOf(run)
  const { lr: _, ...others } = run.hyper ?? {}
  return settings({ ...(lr !== undefined && { lr }), ...others }) || 'defaults'
}

const armColumns = ({ study, groups }: Analysis): Column<GroupFigures>[] => [
  ['arm', ({ group }) => group.name],
  ['rule', ({ group }) => ruleName(group.runs[0]!.run)],
  ['hyper-parameters', ({ group }) => given(group.runs[0]!)],
  ['runs', ({ group }) => count(group.runs.length)],
  ['diverged', ({ diverged }) => (diverged > 0 ? count(diverged) : undefined)],
  ['test accuracy, %', ({ accuracy }) => accuracy && percentage(accuracy.mean)],
  [
    'deviation, points',
    ({ accuracy }) => (accuracy?.deviation === undefined ? undefined : (100 * accuracy.deviation).toFixed(2)),
  ],
  ['95 % interval, %', ({ accuracy }) => accuracy?.interval && inRange(accuracy.interval)],
  ['test loss, nats', ({ loss }) => loss?.mean.toFixed(3)],
  ['overfitting, points', ({ gap }) => gap && inPoints(gap.mean)],
  ...(study.target === undefined ? [] : targetColumns(study.target, groups)),
  ['images per second', ({ imagesPerSecond }) => imagesPerSecond && count(Math.round(imagesPerSecond.mean))],
]

/** The way to the target; images say something of their own where batches differ. */
function targetColumns(target: number, groups: readonly GroupFigures[]): Column<GroupFigures>[] {
  const whole = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : count(Math.round(value))
  const batches = new Set(groups.map(({ group }) => group.runs[0]!.run.batch))
  return [
    [`steps to ${inPercent(target)}, median`, ({ toTarget }) => whole(toTarget?.step)],
    [
      `images seen to ${inPercent(target)}, median`,
      ({ toTarget }) => (batches.size > 1 ? whole(toTarget?.examples) : undefined),
    ],
    ['runs that came there', ({ toTarget, group }) => toTarget && `${toTarget.reached} of ${group.runs.length}`],
  ]
}

/** What the columns of arms are, in words. */
const armNote =
  'Means over seeds at the end of the runs, on the test images; runs that diverged are in no mean. Deviation: the standard deviation over seeds, with n − 1. Overfitting: training minus test accuracy.'

const comparisonColumns: readonly Column<Comparison>[] = [
  ['the higher', ({ a }) => a],
  ['the lower', ({ b }) => b],
  ['difference, points', ({ mean }) => inPoints(mean)],
  ['95 % interval, points', ({ interval }) => interval && inRange(interval)],
  ['p, corrected', ({ adjusted }) => (adjusted === undefined ? undefined : inColumn(adjusted))],
  ['seeds', ({ n }) => count(n)],
  ['found', ({ found, adjusted }) => (found ? 'a difference' : adjusted === undefined ? 'not tested' : 'none')],
  ['detectable, points', ({ detectable }) => (detectable === undefined ? undefined : inPoints(detectable))],
]

const comparisonNote = (of: number): string =>
  `Two-sided paired t-tests over common seeds; p after Holm’s correction for ${count(of)} ${of === 1 ? 'comparison' : 'comparisons'}, while each interval is for its comparison alone. Detectable: the smallest true difference that is found with 80 % probability, at 5 % divided by the number of comparisons, given the scatter that was seen.`

const searchColumns: readonly Column<SearchFigures>[] = [
  ['arm', ({ arm }) => arm],
  ['runs', ({ tried }) => count(tried.length)],
  ['diverged', ({ tried }) => count(tried.filter(({ diverged }) => diverged).length)],
  ['best validation accuracy, %', ({ tried }) => percentage(Math.max(...tried.map(({ accuracy }) => accuracy)))],
  [
    'expected best of half of them, %',
    ({ bestOf }) => percentage(bestOf[Math.ceil(bestOf.length / 2) - 1] ?? Number.NaN),
  ],
]

/** Everything that a study has figures for. */
export function tablesOf(analysis: Analysis): Table[] {
  const { groups, comparisons, gaps, searches } = analysis
  const byMean = [...groups].sort((a, b) => (b.accuracy?.mean ?? -1) - (a.accuracy?.mean ?? -1))
  return [
    ...(groups.length > 0 ? [tableOf('Arms', armColumns(analysis), byMean, armNote)] : []),
    ...comparisonTable('Comparisons of test accuracy', comparisons),
    ...comparisonTable('Comparisons of the gap between training and test accuracy', gaps),
    ...(searches.length > 0
      ? [
          tableOf(
            'Search',
            searchColumns,
            searches,
            'On images set aside from the training images; no test image was looked at.',
          ),
        ]
      : []),
  ]
}

const comparisonTable = (title: string, comparisons: readonly Comparison[]): Table[] =>
  comparisons.length === 0 ? [] : [tableOf(title, comparisonColumns, comparisons, comparisonNote(comparisons[0]!.of))]

/** How the runs were made: a row an engine, device and set of versions. */
export function machinesOf({ records }: Analysis): Table {
  const versions = ({ machine, lockstep }: RunRecord): string =>
    Object.entries({ lockstep, ...machine.versions })
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')
  const sets = grouped(records, record =>
    JSON.stringify([record.machine.engine, record.machine.device, versions(record)]),
  )
  return tableOf(
    'Machines',
    [
      ['engine', ([first]) => engineName(first!.machine.engine)],
      ['device', ([first]) => first!.machine.device],
      ['versions', ([first]) => versions(first!)],
      ['runs', runs => count(runs.length)],
      ['time', runs => inTime(runs.reduce((sum, { seconds }) => sum + seconds, 0))],
    ],
    [...sets.values()],
  )
}

/** The data sets that runs were made on. */
export function dataOf({ records }: Analysis): string {
  const sets = new Map(records.map(({ data }) => [data.fingerprint, data]))
  return [...sets.values()].map(({ name, fingerprint }) => `${name} (SHA-256 ${shortened(fingerprint)}…)`).join('; ')
}

/** What readers have to know of data and machines before they read a figure. */
export function noticesOf({ records }: Analysis): string[] {
  const notices = records.flatMap(({ data, machine }) => [
    data.notice === undefined ? '' : `The data: ${data.notice}.`,
    machine.notice === undefined ? '' : `${engineName(machine.engine)}: ${machine.notice}.`,
  ])
  return [...new Set(notices)].filter(notice => notice !== '').map(notice => notice.replace(/\.\.$/, '.'))
}

import type { Spread } from '../../../train/study/statistics.ts'
import { labelAt, widestOf } from './labels.ts'
import type { Look } from './looks.ts'
import { ink } from './palette.ts'
import { extentOf, scaled } from './scale.ts'
import type { Plot } from './svg.ts'

export interface DotRow {
  readonly name: string
  readonly spread: Spread
  /** Of each seed. */
  readonly values: readonly number[]
}

export interface DotPlot extends Pick<Plot, 'name' | 'title' | 'caption'> {
  readonly x: string
  readonly rows: readonly DotRow[]
  readonly looks: ReadonlyMap<string, Look>
}

const frame = { width: 320, row: 30, gap: 8 } as const
/** An interval of two seeds is so wide that it would leave no room for anything else. */
const mostInterval = 1

/** Means with their intervals, the highest on top, and the value of each seed as a small ring. */
export function dotPlot({ name, title, caption, x, rows: given, looks }: DotPlot): Plot {
  const rows = [...given].sort((a, b) => b.spread.mean - a.spread.mean)
  const values = rows.flatMap(({ values: own }) => own)
  const reach = Math.max(...values) - Math.min(...values)
  const ends = rows.flatMap(({ spread: { mean, interval } }) => [
    Math.max(interval?.low ?? mean, Math.min(...values) - mostInterval * reach),
    Math.min(interval?.high ?? mean, Math.max(...values) + mostInterval * reach),
  ])
  const scale = scaled(extentOf([...values, ...ends]))
  const names = rows.map(row => row.name)
  const across = { type: 'quantitative', scale, axis: { title: x, tickCount: 5 } }
  const y = {
    field: 'name',
    type: 'nominal',
    sort: names,
    axis: { title: null, grid: true, labels: false },
  }
  const color = {
    field: 'name',
    type: 'nominal',
    legend: null,
    scale: { domain: names, range: names.map(each => looks.get(each)?.colour ?? ink.light) },
  }
  const means = rows.map(({ name: each, spread }) => ({ name: each, mean: spread.mean, ...spread.interval }))
  const seeds = rows.flatMap(row => row.values.map(value => ({ name: row.name, value })))
  return {
    name,
    title,
    caption,
    width: frame.width,
    height: rows.length * frame.row,
    padding: { left: frame.gap + 4 + widestOf(names), right: 16, top: 10, bottom: 44 },
    layer: [
      ...names.map((each, k) => labelAt(each, -frame.gap, (k + 0.5) * frame.row, 'right')),
      {
        data: { values: seeds },
        mark: { type: 'point', size: 22, strokeWidth: 1.2, opacity: 0.65, yOffset: 7 },
        encoding: { x: { field: 'value', ...across }, y, color },
      },
      {
        data: { values: means.filter(row => 'low' in row) },
        mark: { type: 'rule', strokeWidth: 2.5, clip: true },
        encoding: { x: { field: 'low', ...across }, x2: { field: 'high' }, y, color },
      },
      {
        data: { values: means },
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x: { field: 'mean', ...across }, y, color },
      },
    ],
  }
}

import { mean } from '../../train/study/statistics.ts'
import { lastOf } from '../../train/study/tasks.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../terminal-style.ts'
import type { Analysis, GroupFigures } from './analysis.ts'
import { grouped } from './grouped.ts'
import { noticesOf } from './tables.ts'
import { inRange, percentage } from './units.ts'
import { summaryOf } from './words.ts'

/** What marks are drawn with. */
const marks = { unicode: { line: '─', mean: '●' }, ascii: { line: '-', mean: 'o' } } as const
const levels = '▁▂▃▄▅▆▇█'
const gap = '  '
/** Columns of a plot, at most; of a curve; of a name, and of what is left of its beginning. */
const widths = { plot: 44, curve: 8, name: 30, head: 19 } as const

/** A report for the terminal: a row an arm with its accuracy drawn, and the summary in words. */
export function terminal(analysis: Analysis, screen: Terminal): string {
  const { bold, dim } = paint(screen)
  const { title, question, caution } = analysis.study
  const told = summaryOf(analysis).flatMap(({ text, list = [] }) => [
    ...wrap(plain(text, screen), screen.width, '  ', '  '),
    ...list.flatMap(each => wrap(plain(each, screen), screen.width, '    - ', '      ')),
  ])
  const quiet = (text: string): string[] => (text === '' ? [] : wrap(plain(text, screen), screen.width, '  ').map(dim))
  const parts = [
    [bold(plain(title, screen)), ...quiet(question), ...noticesOf(analysis).flatMap(quiet)],
    rows(analysis, screen),
    told,
    quiet(caution === '' ? '' : `What this does not show: ${caution}`),
  ]
  return `\n${parts
    .filter(part => part.length > 0)
    .map(part => part.join('\n'))
    .join('\n\n')}\n`
}

/** The table: names, means with their intervals as a plot and in figures, and the way there. */
function rows({ groups }: Analysis, screen: Terminal): string[] {
  const { dim } = paint(screen)
  const shown = groups.filter(({ accuracy }) => accuracy).sort((a, b) => b.accuracy!.mean - a.accuracy!.mean)
  if (shown.length === 0) return []
  const names = shown.map(({ group }) => plain(clipped(group.name), screen))
  const name = Math.max('arm'.length, ...names.map(columns))
  const ends = shown.map(({ accuracy }) => (accuracy!.interval ? inRange(accuracy!.interval) : '–'))
  const end = Math.max('95 % interval'.length, ...ends.map(columns))
  const withCurve = screen.unicode
  const rest = screen.width - 2 - name - 'mean %'.length - end - 3 * gap.length
  const plot = Math.max(10, Math.min(widths.plot, rest - (withCurve ? widths.curve + gap.length : 0)))
  const axis = axisOf(shown)
  const line = (cells: readonly string[]): string => plain(`  ${cells.join(gap)}`, screen).trimEnd()
  const head = [
    pad('arm', name),
    pad(ruler(axis, plot), plot),
    'mean %',
    pad('95 % interval', end),
    ...(withCurve ? ['by epoch'] : []),
  ]
  return [
    dim(line(head)),
    ...shown.map((each, k) =>
      line([
        pad(names[k]!, name),
        drawn(each, axis, plot, screen),
        percentage(each.accuracy!.mean).padStart('mean %'.length),
        pad(ends[k]!, end),
        ...(withCurve ? [curve(each)] : []),
      ]),
    ),
  ]
}

/** A long name without its middle: its end may tell the engine. */
function clipped(text: string): string {
  const signs = [...text]
  if (signs.length <= widths.name) return text
  const tail = widths.name - widths.head
  return `${signs.slice(0, widths.head - 1).join('')}…${signs.slice(-tail).join('')}`
}

type Axis = readonly [low: number, high: number]

/** From the lowest to the highest end of all intervals. */
function axisOf(shown: readonly GroupFigures[]): Axis {
  const ends = shown.flatMap(({ accuracy }) => {
    const { mean: middle, interval } = accuracy!
    return [Math.max(0, interval?.low ?? middle), Math.min(1, interval?.high ?? middle)]
  })
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  return high > low ? [low, high] : [low - 0.01, high + 0.01]
}

/** What the ends of the plot are. */
function ruler([low, high]: Axis, width: number): string {
  const [left, right] = [`${percentage(low)} %`, `${percentage(high)} %`]
  return pad(left, width - columns(right)) + right
}

function drawn({ accuracy }: GroupFigures, [low, high]: Axis, width: number, { unicode }: Terminal): string {
  const { line, mean: dot } = marks[unicode ? 'unicode' : 'ascii']
  const at = (value: number): number =>
    Math.max(0, Math.min(width - 1, Math.round(((value - low) / (high - low)) * (width - 1))))
  const { mean: middle, interval = { low: middle, high: middle } } = accuracy!
  const [from, to] = [at(interval.low), at(interval.high)]
  return Array.from({ length: width }, (_, k) => (k === at(middle) ? dot : k >= from && k <= to ? line : ' ')).join('')
}

/** The mean test accuracy after each epoch, or so many of them, from 0 to the highest. */
function curve({ group }: GroupFigures): string {
  const figures = group.runs.flatMap(({ figures: all }) => all.filter(({ metric }) => metric === 'test_accuracy'))
  const means = [...grouped(figures, ({ epoch }) => epoch).values()].map(own => mean(own.map(({ value }) => value)))
  const top = Math.max(...group.runs.map(run => lastOf(run, 'test_accuracy') ?? 0), ...means)
  const count = Math.min(widths.curve, means.length)
  return Array.from({ length: count }, (_, k) => {
    const value = means[Math.round(((k + 1) * means.length) / count) - 1]!
    return levels[Math.min(levels.length - 1, Math.floor((value / top) * levels.length))]
  }).join('')
}

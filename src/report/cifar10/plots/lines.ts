import { endLabels, endRoom, frame, heightOf } from './end-labels.ts'
import { widthOf } from './labels.ts'
import type { Look } from './looks.ts'
import { ink } from './palette.ts'
import { extentOf, logTicks, type Scale, scaled } from './scale.ts'
import type { Plot } from './svg.ts'

export interface LinePoint {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
  /** Drawn as a cross: the run behind it diverged. */
  readonly failed?: boolean
}

export interface Line {
  readonly name: string
  readonly points: readonly LinePoint[]
}

interface Axis {
  readonly title: string
  readonly log?: boolean
  readonly format?: string
  /** Ticks at whole numbers only. */
  readonly whole?: boolean
  /** Names of whole numbers from 0 on. */
  readonly names?: readonly string[]
}

export interface LinePlot extends Pick<Plot, 'name' | 'title' | 'caption'> {
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
  readonly looks: ReadonlyMap<string, Look>
  /** A dot at every point. */
  readonly dots?: boolean
}

/** Lines with bands, each named where it ends. */
export function linePlot({ name, title, caption, x, y, lines: given, looks, dots = false }: LinePlot): Plot {
  const lines = given
    .map(line => ({ ...line, points: line.points.filter(point => isShown(point, x, y)) }))
    .filter(({ points }) => points.length > 0)
  const points = lines.flatMap(line => line.points)
  const across = extentOf(
    points.map(point => point.x),
    x.log,
  )
  const up = upright(points, y.log)
  const rows = lines.flatMap(line => line.points.map(point => ({ ...point, line: line.name })))
  const rotated = widthOf(x.names?.join('  ') ?? '') > frame.width
  const encoding = {
    x: { field: 'x', type: 'quantitative', scale: scaled(across), axis: axisOf(x, across, rotated) },
    y: { field: 'y', type: 'quantitative', scale: scaled(up), axis: axisOf(y, up) },
    color: by(lines, line => looks.get(line.name)?.colour ?? ink.light),
    strokeDash: by(lines, line => [...(looks.get(line.name)?.dash ?? [])]),
  }
  return {
    name,
    title,
    caption,
    width: frame.width,
    height: heightOf(lines),
    padding: {
      left: 46,
      right: endRoom(lines),
      top: 30,
      bottom: rotated ? 86 : 44,
    },
    layer: [
      ...(rows.some(({ low }) => low !== undefined) ? [band(rows, encoding)] : []),
      {
        data: { values: rows.filter(({ failed }) => !failed) },
        mark: { type: 'line', strokeWidth: 2, clip: true },
        encoding,
      },
      ...(dots || lines.some(line => line.points.length === 1) ? [dot(rows, encoding)] : []),
      ...(rows.some(({ failed }) => failed) ? [cross(rows, encoding)] : []),
      ...endLabels(lines, across, up, looks),
    ],
  }
}

const isShown = (point: LinePoint, x: Axis, y: Axis): boolean =>
  Number.isFinite(point.x) && Number.isFinite(point.y) && (!x.log || point.x > 0) && (!y.log || point.y > 0)

/** How much of a plot's height bands may add: those of two seeds would leave no room for anything else. */
const mostBand = 0.25

function upright(points: readonly LinePoint[], log = false): Scale {
  const means = extentOf(
    points.map(({ y }) => y),
    log,
  )
  if (log) return means
  const room = mostBand * (means.domain[1] - means.domain[0])
  const [least, greatest] = [means.domain[0] - room, means.domain[1] + room]
  const ends = points.flatMap(({ y, low = y, high = y }) => [Math.max(low, least), Math.min(high, greatest)])
  return extentOf(ends)
}

const axisOf = ({ title, format, names, whole }: Axis, scale: Scale, rotated = false): object => ({
  title,
  ...(scale.log ? { labelExpr: powers(format) } : format && { format }),
  ...(names
    ? {
        values: names.map((_, k) => k),
        labelExpr: `${JSON.stringify(names)}[datum.value]`,
        labelAngle: rotated ? -50 : 0,
        labelOverlap: false,
        grid: false,
      }
    : {
        tickCount: 5,
        labelOverlap: true,
        ...(whole && { tickMinStep: 1 }),
        ...(scale.log && { values: logTicks(scale) }),
      }),
})

/** Small numbers as powers of ten; the others as the axis has them. */
const powers = (format = '~g'): string =>
  `datum.value < 0.001 ? format(datum.value, '.0e') : format(datum.value, '${format}')`

const by = <T>(lines: readonly Line[], of: (line: Line) => T): object => ({
  field: 'line',
  type: 'nominal',
  legend: null,
  sort: null,
  scale: { domain: lines.map(({ name }) => name), range: lines.map(of) },
})

type Encoding = Readonly<Record<'x' | 'y' | 'color' | 'strokeDash', object>>

const band = (rows: readonly object[], { x, y, color }: Encoding): object => ({
  data: { values: rows },
  mark: { type: 'area', opacity: 0.16, clip: true },
  encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
})

const dot = (rows: readonly { failed?: boolean }[], { x, y, color }: Encoding): object => ({
  data: { values: rows.filter(({ failed }) => !failed) },
  mark: { type: 'point', filled: true, size: 28, opacity: 1 },
  encoding: { x, y, color },
})

const cross = (rows: readonly { failed?: boolean }[], { x, y, color }: Encoding): object => ({
  data: { values: rows.filter(({ failed }) => failed) },
  mark: { type: 'point', shape: 'M-1,-1L1,1M-1,1L1,-1', size: 60, strokeWidth: 1.8, opacity: 1 },
  encoding: { x, y, color },
})

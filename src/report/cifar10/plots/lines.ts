import type { Look } from './looks.ts'
import { ink } from './palette.ts'
import { extentOf, logTicks, place, type Scale, scaled, spreadOut, widthOf } from './scale.ts'
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

const frame = { width: 320, height: 220, gap: 14, sample: 32, lineHeight: 15 } as const

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
  const longest = Math.max(...lines.map(line => widthOf(line.name)))
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
      right: frame.sample + 4 + longest,
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
      ...labels(lines, across, up, looks),
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
  ...(format && { format }),
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

/** The name of each line right of the plot, at its end where all end there; else in the order of their highest points. */
function labels(lines: readonly Line[], across: Scale, up: Scale, looks: ReadonlyMap<string, Look>): object[] {
  const height = heightOf(lines)
  const ends = lines.map(({ points }) => points.reduce((a, b) => (b.x >= a.x ? b : a)))
  const rights = ends.map(({ x }) => place(across, x, frame.width))
  const apart = Math.max(...rights) - Math.min(...rights) > frame.gap
  const tops = ends.map(({ y }) => place(up, y, height, true))
  const moved = apart
    ? ranks(lines).map(rank => (rank + 0.5) * frame.lineHeight)
    : spreadOut(tops, frame.lineHeight, height)
  return lines.flatMap(({ name }, k) => {
    const { colour, dash } = looks.get(name) ?? { colour: ink.light, dash: [] }
    const y = pixels(moved[k]!)
    const from = apart ? { x: pixels(frame.width + 4), y } : { x: pixels(rights[k]!), y: pixels(tops[k]!) }
    const line = apart ? { strokeWidth: 2, strokeDash: dash } : { strokeWidth: 1, opacity: 0.6 }
    const at = frame.width + (apart ? frame.sample : frame.gap)
    return [
      {
        data: { values: [{}] },
        mark: { type: 'rule', stroke: colour, ...line },
        encoding: { ...from, x2: pixels(at - 3), y2: y },
      },
      {
        data: { values: [{}] },
        mark: { type: 'text', text: name, align: 'left', baseline: 'middle' },
        encoding: { x: pixels(at), y },
      },
    ]
  })
}

/** The place of each line among all, by its highest point. */
function ranks(lines: readonly Line[]): number[] {
  const tops = lines.map(({ points }) => Math.max(...points.map(({ y }) => y)))
  const order = tops.map((_, k) => k).sort((a, b) => tops[b]! - tops[a]!)
  return tops.map((_, k) => order.indexOf(k))
}

const pixels = (value: number): object => ({ value })
const heightOf = (lines: readonly Line[]): number => Math.max(frame.height, lines.length * frame.lineHeight)

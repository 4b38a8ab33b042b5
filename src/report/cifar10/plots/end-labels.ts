import { labelAt, leading, linesOf, widestOf } from './labels.ts'
import type { Line } from './lines.ts'
import type { Look } from './looks.ts'
import { ink } from './palette.ts'
import { place, type Scale, spreadOut } from './scale.ts'

/** Sizes of a plot of lines, in pixels; `gap` and `sample` are left of names, for a thin line or for a sample of the line. */
export const frame = { width: 320, height: 220, gap: 14, sample: 32, lineHeight: 15 } as const

/** From one name to the next: names of several lines need more. */
const distanceOf = (lines: readonly Line[]): number =>
  frame.lineHeight + leading * (Math.max(1, ...lines.map(({ name }) => linesOf(name).length)) - 1)

/** As high as all names together, at least. */
export const heightOf = (lines: readonly Line[]): number => Math.max(frame.height, lines.length * distanceOf(lines))

/** What names need right of a plot. */
export const endRoom = (lines: readonly Line[]): number => frame.sample + 4 + widestOf(lines.map(({ name }) => name))

/** The name of each line right of the plot, at its end where all end there; else in the order of their highest points. */
export function endLabels(
  lines: readonly Line[],
  across: Scale,
  up: Scale,
  looks: ReadonlyMap<string, Look>,
): object[] {
  const [height, distance] = [heightOf(lines), distanceOf(lines)]
  const ends = lines.map(({ points }) => points.reduce((a, b) => (b.x >= a.x ? b : a)))
  const rights = ends.map(({ x }) => place(across, x, frame.width))
  const tops = ends.map(({ y }) => place(up, y, height, true))
  const apart = Math.max(...rights) - Math.min(...rights) > frame.gap
  const moved = apart ? ranks(lines).map(rank => (rank + 0.5) * distance) : spreadOut(tops, distance, height)
  return lines.flatMap(({ name }, k) => {
    const { colour, dash } = looks.get(name) ?? { colour: ink.light, dash: [] }
    const at = frame.width + (apart ? frame.sample : frame.gap)
    const from = apart ? { x: frame.width + 4, y: moved[k]! } : { x: rights[k]!, y: tops[k]! }
    const line = apart ? { strokeWidth: 2, strokeDash: dash } : { strokeWidth: 1, opacity: 0.6 }
    return [
      mark({ type: 'rule', stroke: colour, ...line }, { ...from, x2: at - 3, y2: moved[k]! }),
      labelAt(name, at, moved[k]!, 'left'),
    ]
  })
}

/** A single mark at places in pixels. */
const mark = (kind: object, places: Readonly<Record<string, number>>): object => ({
  data: { values: [{}] },
  mark: kind,
  encoding: Object.fromEntries(Object.entries(places).map(([channel, value]) => [channel, { value }])),
})

/** The place of each line among all, by its highest point. */
function ranks(lines: readonly Line[]): number[] {
  const tops = lines.map(({ points }) => Math.max(...points.map(({ y }) => y)))
  const order = tops.map((_, k) => k).sort((a, b) => tops[b]! - tops[a]!)
  return tops.map((_, k) => order.indexOf(k))
}

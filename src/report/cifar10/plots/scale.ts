/** Values to places: linear, or by their logarithm. Vega draws on the same domain, so that labels meet its lines. */
export interface Scale {
  readonly log: boolean
  readonly domain: readonly [number, number]
}

const share = ({ log, domain: [low, high] }: Scale, value: number): number =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)

/** Pixels from the left, or from the top where it is upright. */
export const place = (scale: Scale, value: number, length: number, upright = false): number =>
  length * (upright ? 1 - share(scale, value) : share(scale, value))

/** How a scale is written for vega-lite. */
export const scaled = ({ log, domain }: Scale): object => ({
  domain,
  type: log ? 'log' : 'linear',
  nice: false,
  ...(!log && { zero: false }),
})

const margin = 0.04
/** Values closer than this, relative to their size, differ by rounding alone. */
const sameness = 1e-9

/** At most so many ticks are named on a logarithmic axis. */
const mostTicks = 6

/** The powers of ten of a domain, or with few of them also 2 and 5 times; undefined on a linear scale. */
export function logTicks({ log, domain: [low, high] }: Scale): number[] | undefined {
  if (!log) return undefined
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const powers = Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k))
  const inside = (values: number[]): number[] => values.filter(value => value >= low && value <= high)
  const decades = inside(powers)
  if (decades.length < 3) return inside(powers.flatMap(power => [power, 2 * power, 5 * power]))
  const every = Math.ceil(decades.length / mostTicks)
  return decades.filter((_, k) => k % every === 0)
}

/** The extent of values with a little room around it. */
export function extentOf(values: readonly number[], log = false): Scale {
  const shown = values.filter(value => Number.isFinite(value) && (!log || value > 0))
  const [low, high] = [Math.min(...shown), Math.max(...shown)]
  if (shown.length === 0) return { log, domain: log ? [1, 10] : [0, 1] }
  const isPoint = high - low <= sameness * Math.max(Math.abs(low), Math.abs(high))
  if (log) {
    const room = !isPoint ? (high / low) ** margin : 2
    return { log, domain: [low / room, high * room] }
  }
  const room = !isPoint ? (high - low) * margin : Math.max(Math.abs(high) * margin, margin)
  return { log, domain: [low - room, high + room] }
}

/** Moves places apart until they are so many pixels from one another, all within 0 to length where that can be. */
export function spreadOut(places: readonly number[], distance: number, length: number): number[] {
  const order = places.map((_, k) => k).sort((a, b) => places[a]! - places[b]!)
  const moved: number[] = []
  let previous = Number.NEGATIVE_INFINITY
  for (const k of order) {
    moved[k] = Math.max(places[k]!, previous + distance)
    previous = moved[k]!
  }
  let next = Math.max(length, (order.length - 1) * distance) + distance
  for (const k of order.toReversed()) {
    moved[k] = Math.min(moved[k]!, next - distance)
    next = moved[k]!
  }
  return moved
}

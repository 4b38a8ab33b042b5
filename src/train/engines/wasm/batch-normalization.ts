import type { Info, Kernel, Tools } from './backend.ts'

/** How many rows are gone over at once: few enough that they are in the cache for the next channels. */
const block = 256

/** Sums over all rows, one a channel: of y less its centre, and of that times x less its centre. */
interface Sums {
  readonly plain: Float64Array
  readonly products: Float64Array
}

/** Sums of a block are float32, sums of blocks binary64: errors grow with the length of a block alone. */
function sumsOf(tools: Tools, x: Info, y: Info, xCentre: Info, yCentre: Info): Sums {
  const channels = xCentre.shape[0]!
  const out = tools.make([2, channels])
  const [plain, products] = [new Float64Array(channels), new Float64Array(channels)]
  const [part] = tools.values(out) as [Float32Array]
  const fixed = { xCentre: tools.at(xCentre), yCentre: tools.at(yCentre), out: tools.at(out) }
  inBlocks(x, channels, (offset, rows) => {
    tools.columns.sums({ x: tools.at(x) + offset, y: tools.at(y) + offset, ...fixed }, rows, channels)
    for (let c = 0; c < channels; c++) {
      plain[c]! += part[c]!
      products[c]! += part[channels + c]!
    }
  })
  tools.free(out)
  return { plain, products }
}

function inBlocks(x: Info, channels: number, work: (offset: number, rows: number) => void): void {
  const rows = rowsOf(x)
  for (let row = 0; row < rows; row += block) work(4 * row * channels, Math.min(block, rows - row))
}

const rowsOf = ({ shape }: Info) => shape.slice(0, -1).reduce((product, length) => product * length, 1)

function filled(tools: Tools, values: Float64Array): Info {
  const tensor = tools.make([values.length])
  tools.values(tensor)[0]!.set(values)
  return tensor
}

/**
 * Mean and variance of each channel: of all axes but the last, divided by the number of elements. In two passes, the second
 * of which mends what rounding did to the mean of the first (Chan, Golub & LeVeque 1983, the corrected two-pass algorithm).
 */
export const moments: Kernel = (tools, { x }) => {
  const count = rowsOf(x!)
  const zero = filled(tools, new Float64Array(x!.shape.at(-1)!))
  const near = filled(
    tools,
    sumsOf(tools, x!, x!, zero, zero).plain.map(total => total / count),
  )
  const { plain, products } = sumsOf(tools, x!, x!, near, near)
  const [nearest] = tools.values(near) as [Float32Array]
  const means = plain.map((total, c) => nearest[c]! + total / count)
  const variances = products.map((total, c) => (total - plain[c]! ** 2 / count) / count)
  tools.free(zero, near)
  return [filled(tools, means), filled(tools, variances)]
}

/** y = (x - mean) / sqrt(variance + epsilon) * scale + offset. */
export const normalised: Kernel = (tools, { x, mean, variance, scale, offset }, { epsilon }) => {
  const y = tools.make(x!.shape)
  const slope = filled(tools, factorsOf(tools, variance!, scale!, epsilon))
  const channels = mean!.shape[0]!
  const fixed = { centre: tools.at(mean!), slope: tools.at(slope), start: tools.at(offset!) }
  inBlocks(x!, channels, (from, rows) => {
    tools.columns.line({ x: tools.at(x!) + from, out: tools.at(y) + from, ...fixed }, undefined, rows, channels)
  })
  tools.free(slope)
  return y
}

function factorsOf(tools: Tools, variance: Info, scale: Info, epsilon: number): Float64Array {
  const [variances, scales] = tools.values(variance, scale) as [Float32Array, Float32Array]
  return Float64Array.from(scales, (value, c) => value / Math.sqrt(variances[c]! + epsilon))
}

/**
 * The gradients of `normalised` by x, scale and offset, where mean and variance are those of x (Ioffe & Szegedy 2015,
 * section 3): with n elements a channel, r = 1 / sqrt(variance + epsilon) and u = (x - mean) r, d_offset = sum dy,
 * d_scale = sum dy u, and dx = scale r (dy - d_offset / n - u d_scale / n).
 */
export const normalisedGradient: Kernel = (tools, { x, dy, mean, variance, scale }, { epsilon }) => {
  const count = rowsOf(x!)
  const [variances] = tools.values(variance!) as [Float32Array]
  const inverses = Float64Array.from(variances, value => 1 / Math.sqrt(value + epsilon))
  const zero = filled(tools, new Float64Array(inverses.length))
  const { plain, products } = sumsOf(tools, x!, dy!, mean!, zero)
  const dScale = products.map((total, c) => total * inverses[c]!)
  const factors = factorsOf(tools, variance!, scale!, epsilon)
  const lines = {
    slope: filled(
      tools,
      factors.map((value, c) => (-value * inverses[c]! * dScale[c]!) / count),
    ),
    start: filled(
      tools,
      factors.map((value, c) => (-value * plain[c]!) / count),
    ),
    factor: filled(tools, factors),
  }
  const dx = linesOf(tools, x!, dy!, mean!, lines)
  tools.free(zero, ...Object.values(lines))
  return [dx, filled(tools, dScale), filled(tools, plain)]
}

/** (x - mean) slope + start + dy factor. */
function linesOf(
  tools: Tools,
  x: Info,
  dy: Info,
  mean: Info,
  lines: Readonly<Record<'slope' | 'start' | 'factor', Info>>,
) {
  const dx = tools.make(x.shape)
  const channels = mean.shape[0]!
  const fixed = { centre: tools.at(mean), slope: tools.at(lines.slope), start: tools.at(lines.start) }
  inBlocks(x, channels, (offset, rows) => {
    const second = { y: tools.at(dy) + offset, factor: tools.at(lines.factor) }
    tools.columns.line({ x: tools.at(x) + offset, out: tools.at(dx) + offset, ...fixed }, second, rows, channels)
  })
  return dx
}

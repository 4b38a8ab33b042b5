import type { Info, Kernel } from './backend.ts'

/** Sums are taken in binary64, so that they err less than one rounding to float32. */
const perChannel = (channels: number) => new Float64Array(channels)

/** Mean and variance of each channel: of all axes but the last, divided by the number of elements. */
export const moments: Kernel = (tools, { x }) => {
  const channels = x!.shape.at(-1)!
  const [mean, variance] = [tools.make([channels]), tools.make([channels])]
  const [values, means, variances] = tools.values(x!, mean, variance) as [Float32Array, Float32Array, Float32Array]
  const count = values.length / channels
  const centre = sumOf(values, channels, (value, _) => value).map(total => total / count)
  const spread = sumOf(values, channels, (value, c) => (value - centre[c]!) ** 2)
  means.set(centre)
  variances.set(spread.map(total => total / count))
  return [mean, variance]
}

function sumOf(values: Float32Array, channels: number, term: (value: number, c: number) => number): Float64Array {
  const sums = perChannel(channels)
  for (let k = 0; k < values.length; k += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += term(values[k + c]!, c)
  }
  return sums
}

/** y = (x - mean) / sqrt(variance + epsilon) * scale + offset. */
export const normalised: Kernel = (tools, { x, mean, variance, scale, offset }, { epsilon }) => {
  const y = tools.make(x!.shape)
  const [to, from, means, variances, scales, offsets] = tools.values(y, x!, mean!, variance!, scale!, offset!) as Six
  const factors = scales.map((value, c) => value / Math.sqrt(variances[c]! + epsilon))
  const channels = means.length
  for (let k = 0; k < from.length; k += channels) {
    for (let c = 0; c < channels; c++) to[k + c] = (from[k + c]! - means[c]!) * factors[c]! + offsets[c]!
  }
  return y
}

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]

/**
 * The gradients of `normalised` by x, scale and offset, where mean and variance are those of x (Ioffe & Szegedy 2015,
 * section 3): with n elements a channel and u the normalised x, d_offset = sum dy, d_scale = sum dy u, and
 * dx = scale / sqrt(variance + epsilon) (dy - d_offset / n - u d_scale / n).
 */
export const normalisedGradient: Kernel = (tools, { x, dy, mean, variance, scale }, { epsilon }) => {
  const channels = mean!.shape[0]!
  const [dx, dScale, dOffset] = [tools.make(x!.shape), tools.make([channels]), tools.make([channels])]
  const [values, dValues, means, variances, scales, out] = tools.values(x!, dy!, mean!, variance!, scale!, dx) as Six
  const inverse = Float64Array.from(variances, value => 1 / Math.sqrt(value + epsilon))
  const sums = gradientSums(values, dValues, means, inverse)
  const count = values.length / channels
  const factors = inverse.map((value, c) => value * scales[c]!)
  const shares = sums.offset.map(total => total / count)
  const slopes = sums.scale.map((total, c) => (total / count) * inverse[c]!)
  for (let k = 0; k < values.length; k += channels) {
    for (let c = 0; c < channels; c++) {
      out[k + c] = factors[c]! * (dValues[k + c]! - shares[c]! - (values[k + c]! - means[c]!) * slopes[c]!)
    }
  }
  const [toScale, toOffset] = tools.values(dScale, dOffset) as [Float32Array, Float32Array]
  toScale.set(sums.scale)
  toOffset.set(sums.offset)
  return [dx, dScale, dOffset] satisfies Info[]
}

function gradientSums(x: Float32Array, dy: Float32Array, means: Float32Array, inverse: Float64Array) {
  const channels = means.length
  const [scale, offset] = [perChannel(channels), perChannel(channels)]
  for (let k = 0; k < x.length; k += channels) {
    for (let c = 0; c < channels; c++) {
      const d = dy[k + c]!
      offset[c]! += d
      scale[c]! += d * (x[k + c]! - means[c]!)
    }
  }
  return { offset, scale: scale.map((total, c) => total * inverse[c]!) }
}

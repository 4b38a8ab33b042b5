/** Batch normalization of [n, channels] and its gradient in binary64, with how far float32 may be from it. */
export interface Expected {
  readonly y: Bounded
  readonly mean: Bounded
  readonly variance: Bounded
  readonly dx: Bounded
  readonly dscale: Bounded
  readonly doffset: Bounded
}

/** Values, and the error that an evaluation in float32 may have in each. */
export interface Bounded {
  readonly value: Float64Array
  readonly bound: Float64Array
}

export interface Given {
  /** [n, channels], as are the gradients with respect to y. */
  readonly x: ArrayLike<number>
  readonly dy: ArrayLike<number>
  readonly scale: ArrayLike<number>
  readonly offset: ArrayLike<number>
  readonly epsilon: number
}

/** Half an ulp of 1 in float32. */
const u = 2 ** -24
/** The second order, which the bounds below leave out, is n * u of the first: less than a hundredth for n below 160,000. */
const secondOrder = 1.01

const sum = (n: number, f: (i: number) => number): number => {
  let s = 0
  for (let i = 0; i < n; i++) s += f(i)
  return s
}

/**
 * Expected values and bounds by the standard model: each operation rounds by u, a sum of n terms in any order by
 * (n - 1) * u of the sum of their magnitudes (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 4.2), a
 * reciprocal root by 4 u: it may come from a root and a division, or from an estimate with a Newton step.
 */
export function batchNorm(given: Given): Expected {
  const channels = given.scale.length
  const size = given.x.length
  const bounded = (length: number): Bounded => ({ value: new Float64Array(length), bound: new Float64Array(length) })
  const all = {
    y: bounded(size),
    mean: bounded(channels),
    variance: bounded(channels),
    dx: bounded(size),
    dscale: bounded(channels),
    doffset: bounded(channels),
  }
  for (let c = 0; c < channels; c++) channel(given, all, c)
  return all
}

function channel({ x: xs, dy: dys, scale, offset, epsilon }: Given, all: Expected, c: number): void {
  const channels = scale.length
  const n = xs.length / channels
  const x = (i: number) => xs[i * channels + c]!
  const dy = (i: number) => dys[i * channels + c]!
  const set = (to: Bounded, at: number, value: number, bound: number) => {
    to.value[at] = value
    to.bound[at] = secondOrder * bound
  }

  const mean = sum(n, x) / n
  const eMean = u * sum(n, i => Math.abs(x(i)))
  set(all.mean, c, mean, eMean)
  const d = (i: number) => x(i) - mean
  const eD = (i: number) => eMean + u * Math.abs(d(i))
  const variance = sum(n, i => d(i) ** 2) / n
  // The last term is for a kernel that gives it divided by n - 1, and one that takes it back.
  const eVariance = sum(n, i => 2 * Math.abs(d(i)) * eD(i) + eD(i) ** 2) / n + (n + 1) * u * variance + 4 * u * variance
  set(all.variance, c, variance, eVariance)

  const root = 1 / Math.sqrt(variance + epsilon)
  const eRoot = root * ((eVariance + u * (variance + epsilon) + u * epsilon) / (2 * (variance + epsilon)) + 4 * u)
  const xhat = (i: number) => d(i) * root
  const eXhat = (i: number) => eD(i) * root + Math.abs(d(i)) * eRoot + u * Math.abs(xhat(i))
  const gain = scale[c]!
  const sumDy = sum(n, dy)
  const eSumDy = n * u * sum(n, i => Math.abs(dy(i)))
  const dscale = sum(n, i => dy(i) * xhat(i))
  const eDscale = sum(n, i => Math.abs(dy(i)) * (eXhat(i) + (n + 1) * u * Math.abs(xhat(i))))
  set(all.dscale, c, dscale, eDscale)
  set(all.doffset, c, sumDy, eSumDy)
  for (let i = 0; i < n; i++) {
    const y = gain * xhat(i) + offset[c]!
    const at = i * channels + c
    set(
      all.y,
      at,
      y,
      Math.abs(gain) * (eXhat(i) + 3 * u * Math.abs(xhat(i))) + u * (Math.abs(y) + Math.abs(offset[c]!)),
    )
    const inner = dy(i) - sumDy / n - (xhat(i) * dscale) / n
    const magnitude = Math.abs(dy(i)) + (Math.abs(sumDy) + Math.abs(xhat(i) * dscale)) / n
    const eInner = (eSumDy + Math.abs(xhat(i)) * eDscale + eXhat(i) * Math.abs(dscale)) / n + 6 * u * magnitude
    const bound = Math.abs(gain) * (root * eInner + Math.abs(inner) * (eRoot + 3 * u * root))
    set(all.dx, at, gain * root * inner, bound)
  }
}

/** The largest error, in units of what is allowed. */
export const worst = (got: ArrayLike<number>, { value, bound }: Bounded): number =>
  value.reduce((most, expected, i) => Math.max(most, Math.abs(got[i]! - expected) / bound[i]!), 0)

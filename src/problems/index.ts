/** A function whose gradient drives a run: values of one parameter in, gradient out, in binary64. */
export interface Problem {
  readonly name: string
  readonly formula: string
  readonly source: string
  /** The gradient at a point; `coefficients` are the problem's numbers for this parameter, where it takes any. */
  gradient(point: Float64Array, coefficients: Float64Array): Float64Array
}

/** A gradient of functions of two variables, applied to consecutive pairs; an odd last element has gradient 0. */
const pairwise =
  (gradient: (a: number, b: number) => [number, number]): Problem['gradient'] =>
  point => {
    const out = new Float64Array(point.length)
    for (let i = 0; i + 1 < point.length; i += 2) [out[i], out[i + 1]] = gradient(point[i]!, point[i + 1]!)
    return out
  }

export const problems: readonly Problem[] = [
  {
    name: 'quadratic',
    formula: 'f(x) = sum a_i x_i^2 / 2',
    source: 'its gradient is a_i x_i',
    gradient: (point, coefficients) => point.map((x, i) => (coefficients[i] ?? 1) * x),
  },
  {
    name: 'rosenbrock',
    formula: 'f(a, b) = (1 - a)^2 + 100 (b - a^2)^2',
    source: 'H. H. Rosenbrock, The Computer Journal 3 (1960), 175-184',
    gradient: pairwise((a, b) => [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]),
  },
  {
    name: 'beale',
    formula: 'f(a, b) = (1.5 - a + a b)^2 + (2.25 - a + a b^2)^2 + (2.625 - a + a b^3)^2',
    source: 'E. M. L. Beale, On an iterative method for finding a local minimum, Princeton (1958)',
    gradient: pairwise((a, b) => {
      const [p, q, r] = [1.5 - a + a * b, 2.25 - a + a * b * b, 2.625 - a + a * b ** 3]
      return [2 * (p * (b - 1) + q * (b * b - 1) + r * (b ** 3 - 1)), 2 * a * (p + 2 * q * b + 3 * r * b * b)]
    }),
  },
  {
    name: 'saddle',
    formula: 'f(a, b) = a^2 - b^2',
    source: 'the hyperbolic paraboloid',
    gradient: pairwise((a, b) => [2 * a, -2 * b]),
  },
]

/** A problem by name. */
export function findProblem(name: string): Problem {
  const problem = problems.find(candidate => candidate.name === name)
  if (!problem)
    throw new RangeError(`There is no problem '${name}'. Problems: ${problems.map(p => p.name).join(', ')}.`)
  return problem
}

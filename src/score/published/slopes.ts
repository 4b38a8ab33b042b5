import { findProblem } from '../../problems/index.ts'

/** A function that a published test minimizes, with its gradient in binary64. */
export interface Slope {
  readonly formula: string
  /** The gradient that is handed over in this step; 1 is the first. */
  gradient(x: Float64Array, step: number): Float64Array
  /** The function itself, where a test asserts its value. */
  cost?(x: Float64Array): number
}

const quadratic = findProblem('quadratic')
const steep = findProblem('rosenbrock')

export const sumOfSquares: Slope = {
  formula: 'f(x) = sum x_i^2',
  gradient: x => quadratic.gradient(x, new Float64Array(x.length).fill(2)),
  cost: x => x.reduce((sum, value) => sum + value * value, 0),
}

/** Squared distance from a point. */
export const parabola = (center: readonly number[]): Slope => ({
  formula: `f(x) = |x - (${center.join(', ')})|^2`,
  gradient: x => x.map((value, i) => 2 * (value - center[i]!)),
})

export const rosenbrock: Slope = {
  formula: steep.formula,
  gradient: x => steep.gradient(x, new Float64Array()),
}

/** One coordinate of the gradient at a time, the other 0: the second in odd steps, the first in even ones. */
export const rosenbrockByTurns: Slope = {
  formula: `${steep.formula}, one coordinate a step`,
  gradient: (x, step) => rosenbrock.gradient(x, step).map((value, i) => (i === step % 2 ? value : 0)),
}

const inputs = [
  [0.1, 0.2],
  [0.3, 0.4],
  [0.5, 0.6],
] as const
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/** Sum of the outputs of a net 2-3-1 of sigmoids over three inputs; x is the weights and biases, layer by layer. */
export const net: Slope = {
  formula: 'f(W, b, w, c) = sum over inputs of s(w . s(W input + b) + c), s the logistic function',
  gradient: x => {
    const slope = new Float64Array(13)
    for (const input of inputs) addSlope(slope, x, input)
    return slope
  },
}

function addSlope(slope: Float64Array, x: Float64Array, [p, q]: readonly [number, number]): void {
  const hidden = [0, 1, 2].map(k => sigmoid(x[2 * k]! * p + x[2 * k + 1]! * q + x[6 + k]!))
  const output = sigmoid(hidden.reduce((sum, value, k) => sum + x[9 + k]! * value, x[12]!))
  const last = output * (1 - output)
  slope[12]! += last
  for (const [k, value] of hidden.entries()) {
    const inner = last * x[9 + k]! * value * (1 - value)
    slope[2 * k]! += inner * p
    slope[2 * k + 1]! += inner * q
    slope[6 + k]! += inner
    slope[9 + k]! += last * value
  }
}

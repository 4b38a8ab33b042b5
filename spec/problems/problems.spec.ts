import { describe, expect, test } from 'vitest'
import { findProblem, problems } from '../../src/problems/index.ts'
import { seeded } from '../rules/hyper-sets.ts'

/** The functions themselves, whose slopes the gradients must be; as in the problem's own formula. */
const values: Readonly<Record<string, (x: Float64Array, a: Float64Array) => number>> = {
  quadratic: (x, a) => x.reduce((sum, value, i) => sum + ((a[i] ?? 1) * value * value) / 2, 0),
  rosenbrock: pairs((a, b) => (1 - a) ** 2 + 100 * (b - a * a) ** 2),
  beale: pairs((a, b) => (1.5 - a + a * b) ** 2 + (2.25 - a + a * b * b) ** 2 + (2.625 - a + a * b ** 3) ** 2),
  saddle: pairs((a, b) => a * a - b * b),
}

function pairs(of: (a: number, b: number) => number): (x: Float64Array) => number {
  return x => Array.from({ length: x.length >> 1 }, (_, k) => of(x[2 * k]!, x[2 * k + 1]!)).reduce((a, b) => a + b, 0)
}

/** A central difference is off by h^2 f'''/6, and by 2^-52 |f| / h of rounding: both below this at h = 2^-17 and |x| <= 2. */
const h = 2 ** -17
const tolerance = (size: number): number => 1e-6 * (1 + size)

describe('the gradient is the slope of the function', () => {
  test.each(problems)('$name', ({ name, gradient }) => {
    const random = seeded(5)
    for (let sample = 0; sample < 50; sample++) {
      const x = Float64Array.from({ length: 4 }, () => 4 * random() - 2)
      const a = Float64Array.from({ length: 4 }, () => 3 * random())
      const f = (at: number, by: number): number =>
        values[name]!(
          x.map((value, i) => (i === at ? value + by : value)),
          a,
        )
      const slopes = x.map((_, i) => (f(i, h) - f(i, -h)) / (2 * h))
      for (const [i, slope] of slopes.entries()) {
        expect(Math.abs(gradient(x, a)[i]! - slope)).toBeLessThanOrEqual(tolerance(Math.abs(values[name]!(x, a))))
      }
    }
  })
})

test.each<[string, number[]]>([
  ['quadratic', [0, 0]],
  ['rosenbrock', [1, 1]],
  ['beale', [3, 0.5]],
  ['saddle', [0, 0]],
])('the gradient of %s vanishes at its stationary point', (name, point) => {
  expect([...findProblem(name).gradient(Float64Array.from(point), new Float64Array())].map(Math.abs)).toEqual([0, 0])
})

test('a last element without a partner has no gradient', () => {
  expect(findProblem('rosenbrock').gradient(Float64Array.of(0, 0, 5), new Float64Array())).toEqual(
    Float64Array.of(-2, 0, 0),
  )
})

test('an unknown problem is refused with those that there are', () => {
  expect(() => findProblem('rosenbrok')).toThrow(/no problem 'rosenbrok'.*quadratic, rosenbrock, beale, saddle/)
})

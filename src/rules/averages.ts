import type { ClosedFormSource, GradientShape } from '../language/rule.ts'

type Shape = Exclude<GradientShape, 'quadratic'>
type Where = NonNullable<ClosedFormSource['where']>

/** Exponential averages after k steps, started at 0: of g (in units of c) and of g^2 (in units of c^2), with decay `b`. */
const averages: Record<Shape, Record<'first' | 'second', (b: string) => string>> = {
  constant: {
    first: b => `(1 - ${b}^k)`,
    second: b => `(1 - ${b}^k)`,
  },
  impulse: {
    first: b => `(1 - ${b}) * ${b}^(k - 1)`,
    second: b => `(1 - ${b}) * ${b}^(k - 1)`,
  },
  geometric: {
    first: b => `(1 - ${b}) * sum(j, 1, k, ${b}^(k - j) * r^(j - 1))`,
    second: b => `(1 - ${b}) * sum(j, 1, k, ${b}^(k - j) * r^(2 * j - 2))`,
  },
}

const averaged: Record<Shape, string> = {
  constant: String.raw`An exponential average with decay $b$ that starts at 0 is the weighted sum
$(1-b)\sum_{j=1}^{k} b^{k-j} g_j$. For $g_j = c$ the geometric series gives $c\,(1-b^k)$, and $c^2(1-b^k)$ for the squares.`,
  impulse: String.raw`An exponential average with decay $b$ that starts at 0 is the weighted sum
$(1-b)\sum_{j=1}^{k} b^{k-j} g_j$. Only $j=1$ is left of it: $(1-b)\,b^{k-1} c$, and $(1-b)\,b^{k-1} c^2$ for the squares.`,
  geometric: String.raw`An exponential average with decay $b$ that starts at 0 is the weighted sum
$(1-b)\sum_{j=1}^{k} b^{k-j} g_j$ with $g_j = c\,r^{j-1}$, and with $c^2 r^{2j-2}$ for the squares.`,
}

/** The texts of g_k / c by shape; a step that uses the gradient itself needs them. */
export const gradientAt: Record<Shape, string> = { constant: '1', impulse: '0^(k - 1)', geometric: 'r^(k - 1)' }

/** What the averages of one shape amount to after k steps, as texts. */
export interface Averages {
  shape: Shape
  first(beta: string): string
  second(beta: string): string
}

/** One closed form a shape, where x is written from the averages of g and g^2; `how` says what else was used. */
export function averageForms(
  x: (averages: Averages) => string,
  how: string,
  options: { where?: Where; require?: string[]; shapes?: Shape[] } = {},
): Record<string, ClosedFormSource> {
  const { where, require, shapes = ['constant', 'impulse', 'geometric'] } = options
  return Object.fromEntries(
    shapes.map(shape => [
      shape,
      {
        gradient: shape,
        ...(where && { where }),
        ...(require && { require }),
        x: x({ shape, ...averages[shape] }),
        derivation: `${averaged[shape]}\n${how}`,
      },
    ]),
  )
}

import type { ClosedFormSource, GradientShape } from '../language/rule.ts'

/** The gradients that are given in advance; a quadratic's depend on the iterate. */
export type Shape = Exclude<GradientShape, 'quadratic'>

/** What a closed form needs of a gradient after k steps, as texts in k; averages start at 0 and have the decay `b`. */
export interface Given {
  shape: Shape
  /** g_k in units of c. */
  g: string
  /** The sum of g_1^2 to g_k^2 in units of c^2. */
  squares: string
  /** The average of g in units of c. */
  first(b: string): string
  /** The average of g^2 in units of c^2. */
  second(b: string): string
}

const given: Record<Shape, Given> = {
  constant: {
    shape: 'constant',
    g: '1',
    squares: 'k',
    first: b => `(1 - ${b}^k)`,
    second: b => `(1 - ${b}^k)`,
  },
  impulse: {
    shape: 'impulse',
    g: '0^(k - 1)',
    squares: '1',
    first: b => `(1 - ${b}) * ${b}^(k - 1)`,
    second: b => `(1 - ${b}) * ${b}^(k - 1)`,
  },
  geometric: {
    shape: 'geometric',
    g: 'r^(k - 1)',
    squares: 'sum(j, 1, k, r^(2 * j - 2))',
    first: b => `(1 - ${b}) * sum(j, 1, k, ${b}^(k - j) * r^(j - 1))`,
    second: b => `(1 - ${b}) * sum(j, 1, k, ${b}^(k - j) * r^(2 * j - 2))`,
  },
}

const averaged: Record<Shape, string> = {
  constant: String.raw`With $g_j = c$ the geometric series gives $c\,(1-b^k)$, and $c^2(1-b^k)$ for the squares.`,
  impulse: String.raw`Only $j=1$ is left of it: $(1-b)\,b^{k-1} c$, and $(1-b)\,b^{k-1} c^2$ for the squares.`,
  geometric: String.raw`Here $g_j = c\,r^{j-1}$ and $g_j^2 = c^2 r^{2j-2}$.`,
}

/** How the averages of one shape were derived, in words and TeX. */
const averageDerivation = (shape: Shape): string =>
  String.raw`An exponential average with decay $b$ that starts at 0 is the weighted sum $(1-b)\sum_{j=1}^{k} b^{k-j} g_j$. ` +
  averaged[shape]

/** What a family of closed forms has in common. */
export interface FormOptions {
  where?: ClosedFormSource['where']
  require?: string[]
  shapes?: Shape[]
  /** Added to the name of each form. */
  suffix?: string
}

/** One closed form for each shape of gradient that is given in advance. */
export function givenForms(
  x: (gradient: Given) => string,
  how: (shape: Shape) => string,
  { where, require, shapes = ['constant', 'impulse', 'geometric'], suffix = '' }: FormOptions = {},
): Record<string, ClosedFormSource> {
  return Object.fromEntries(
    shapes.map(shape => [
      shape + suffix,
      {
        gradient: shape,
        ...(where && { where }),
        ...(require && { require }),
        x: x(given[shape]),
        derivation: how(shape),
      },
    ]),
  )
}

/** Closed forms written with exponential averages; `how` says what else was used. */
export const averageForms = (
  x: (gradient: Given) => string,
  how: string,
  options?: FormOptions,
): Record<string, ClosedFormSource> => givenForms(x, shape => `${averageDerivation(shape)}\n${how}`, options)

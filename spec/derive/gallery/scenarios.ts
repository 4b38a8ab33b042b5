import fc from 'fast-check'
import { formats } from '../../../src/numbers/formats.ts'

/** A run of a rule on a few elements. */
export interface Play {
  readonly hyper: Readonly<Record<string, number | boolean>>
  readonly x0: readonly number[]
  /** `[step][element]` */
  readonly gradients: readonly (readonly number[])[]
}

const seed = 20261123
const uniform = fc.noBias(fc.integer({ min: 0, max: 2 ** 30 - 1 })).map(k => (k + 0.5) / 2 ** 30)
const signed = uniform.map(u => 4 * u - 2)
const decades = (low: number, high: number) =>
  fc.tuple(uniform, fc.boolean()).map(([u, negative]) => (negative ? -1 : 1) * 10 ** (low + u * (high - low)))

/** What gradients look like: how one is drawn, and how a sequence is made of them. */
const streams: readonly fc.Arbitrary<(step: number, drawn: number) => number>[] = [
  fc.constant((_, u) => 4 * u - 2),
  fc.constant((_, u) => 1e-8 * (4 * u - 2)),
  fc.constant((step, u) => (step % 2 ? -1 : 1) * 10 ** (9 * u - 6)),
  fc.constant((_, u) => (u < 0.5 ? 0 : 10 ** (18 * u - 15))),
  decades(-6, 3).map(size => step => (step % 2 ? -size : size)),
  decades(-6, 3).map(size => () => size),
  decades(-6, 3).map(size => (step, u) => (step === 0 ? size : size * u * 1e-3)),
]

/** Values of hyper-parameters, with those near the edges of their domains; names that several rules share mean the same. */
const values: Readonly<Record<string, readonly number[]>> = {
  lr: [1e-4, 1e-3, 0.01, 0.3, 1],
  beta1: [0, 0.3, 0.5, 0.9, 0.9, 0.99],
  beta2: [0, 0.5, 0.9, 0.99, 0.999, 0.999, 0.9999],
  eps: [1e-10, 1e-8, 1e-6, 1e-3],
  weight_decay: [0.001, 0.01, 0.1, 0.5],
  gamma: [0, 0.5, 0.9, 0.99],
  alpha: [0.5, 0.9, 0.99, 0.999],
  rho: [0, 0.5, 0.9, 0.95, 0.99],
  momentum: [0.5, 0.9, 0.99],
  dampening: [0, 0.1, 0.5],
  lr_decay: [0, 0.01, 1],
  initial_accumulator_value: [0, 0.1],
}

const elements = 3

/** Seeded scenarios of a rule in a format; options are fixed, other hyper-parameters drawn. */
export function plays(
  names: readonly string[],
  options: Play['hyper'],
  format: 'float32' | 'float64',
  count: number,
): Play[] {
  const { round } = formats[format]
  const hyper = fc.record(
    Object.fromEntries(
      names.map(id => [id, id in options ? fc.constant(options[id]!) : fc.constantFrom(...(values[id] ?? [0]))]),
    ),
  )
  const steps = fc.constantFrom(6, 12, 40)
  const drawn = fc.array(fc.array(uniform, { minLength: elements, maxLength: elements }), {
    minLength: 40,
    maxLength: 40,
  })
  const stream = fc.oneof(...streams)
  const start = fc.oneof(fc.constantFrom(0, 0, 1e-6, 1, -1), signed)
  const play = fc
    .tuple(
      hyper,
      fc.array(start, { minLength: elements, maxLength: elements }),
      drawn,
      steps,
      fc.array(stream, { minLength: elements, maxLength: elements }),
    )
    .map(([hyper, x0, drawn, steps, streams]) => ({
      hyper,
      x0: x0.map(round),
      gradients: drawn.slice(0, steps).map((row, step) => row.map((u, i) => round(streams[i]!(step, u)))),
    }))
  return fc.sample(play, { numRuns: count, seed })
}

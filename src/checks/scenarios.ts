import * as fc from 'fast-check'
import { isLegal } from '../derive/hyper.ts'
import { contains } from '../language/domain.ts'
import type { Hyper, Rule } from '../language/rule.ts'
import { arrayToBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'

/** Scales of gradients. Unit scale hides epsilon and bias errors, tiny and mixed scales show them; large ones show clipping. */
const usual = ['unit', 'tiny', 'mixed', 'large', 'zeros', 'flips', 'constant', 'late'] as const
/** The ends of the format are drawn where they are asked for. */
export type Palette = (typeof usual)[number] | 'extreme'

/** What a check asks of its scenarios; everything absent is free. */
export interface Shape {
  readonly palettes?: readonly Palette[]
  readonly steps?: readonly [number, number]
  /** Hyper-parameters held at these values. */
  readonly hyper?: HyperValues
  /** Hyper-parameters that may vary; all others keep the rule's default. */
  readonly vary?: readonly string[]
  /** Whether a learning rate may change on the way, and a parameter may have no gradient. */
  readonly changes?: boolean
  readonly absent?: boolean
  /** Start every parameter at zero, where its update is seen to the last bit. */
  readonly fromZero?: boolean
  /** One parameter of one or two elements, so that a long run stays cheap. */
  readonly few?: boolean
}

/** Nothing that can be drawn satisfies what is asked for, such as a value that the user holds against a claim's own. */
export class NothingFits extends Error {
  override readonly name = 'NothingFits'
}

/** So many refusals in a row mean that the condition cannot be met; the rarest that can is met once in a few draws. */
const patience = 1000

/** A filter that gives up, where fast-check would draw for ever. */
export function patient<T>(accepts: (value: T) => boolean): (value: T) => boolean {
  let refused = 0
  return value => {
    const fits = accepts(value)
    refused = fits ? 0 : refused + 1
    if (refused > patience)
      throw new NothingFits('No scenario fits this claim with the hyper-parameters that are held.')
    return fits
  }
}

/** One element: where it starts, and a stream of gradients as (digits, decade) pairs. */
interface Element {
  readonly start: number
  readonly stream: readonly (readonly [number, number])[]
}

interface Draft {
  readonly format: Format
  readonly palette: Palette
  readonly steps: number
  readonly sizes: readonly number[]
  readonly elements: readonly Element[]
  readonly hyper: HyperValues
  readonly change: readonly [number, number] | null
  readonly absent: readonly number[]
}

const most = { steps: 24, elements: 6 } as const

/** Scenarios for a rule, within a shape. Each shrinks towards few steps, few elements, defaults, and short numbers. */
export function scenarios(rule: Rule, allowed: readonly Format[], shape: Shape): fc.Arbitrary<Scenario> {
  const [fewest, longest] = shape.steps ?? [1, most.steps]
  const length = Math.min(longest, most.steps)
  const elements = shape.few ? 2 : most.elements
  const starts = shape.fromZero
    ? fc.constant(0)
    : fc.oneof(
        fc.constant(0),
        fc.constant(1),
        fc.constantFrom(1e-6, -1e-6, 3),
        fc.integer({ min: -999, max: 999 }).map(m => m / 100),
      )
  const element = fc.record({
    start: starts,
    stream: fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 8 })), {
      minLength: length,
      maxLength: length,
      size: 'max',
    }),
  })
  return fc
    .record<Draft>({
      format: fc.constantFrom(...allowed),
      palette: fc.constantFrom<Palette[]>(...(shape.palettes ?? usual.filter(each => each !== 'late' || shape.absent))),
      steps: fc.integer({ min: fewest, max: longest }),
      sizes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: shape.few ? 1 : 3 }),
      elements: fc.array(element, { minLength: elements, maxLength: elements, size: 'max' }),
      hyper: hypers(rule, shape),
      change:
        shape.changes && 'lr' in rule.hyper
          ? fc.option(fc.tuple(fc.integer({ min: 2, max: longest }), fc.constantFrom(0.5, 2, 0.1)), { freq: 3 })
          : fc.constant(null),
      absent: fc.uniqueArray(fc.integer({ min: 1, max: longest }), { minLength: 1, maxLength: 6 }),
    })
    .map(draft => build(rule, draft))
}

/** Legal values of the hyper-parameters: mostly defaults, else decades around them and the edges of their domains. */
function hypers(rule: Rule, shape: Shape): fc.Arbitrary<HyperValues> {
  const fields = Object.values(rule.hyper).map((hyper): [string, fc.Arbitrary<number | boolean>] => [
    hyper.name,
    Object.hasOwn(shape.hyper ?? {}, hyper.name)
      ? fc.constant(shape.hyper![hyper.name]!)
      : shape.vary && !shape.vary.includes(hyper.name)
        ? fc.constant(hyper.default)
        : values(hyper),
  ])
  return fc.record(Object.fromEntries(fields)).filter(patient(drawn => isLegal(rule, drawn)))
}

function values(hyper: Hyper): fc.Arbitrary<number | boolean> {
  const { default: usual, domain } = hyper
  if (typeof usual === 'boolean') return fc.boolean()
  // A factor of decay, also where its domain goes beyond 1 (torch's momentum): there iterates explode.
  const fraction = domain !== undefined && (domain.high <= 1 || (usual >= 0.5 && usual < 1))
  const near = fraction
    ? [0, 0.1, 0.5, 0.6, 0.9, 0.99, 0.999, 0.9999]
    : usual === 0
      ? [0, 0.01, 0.1, 0.5]
      : [1e-4, 1e-2, 0.1, 10, 100].map(scale => usual * scale)
  const legal = near.filter(value => !domain || contains(domain, value))
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(usual) },
    { weight: 3, arbitrary: fc.constantFrom(usual, ...legal) },
  )
}

/** Decimal exponents from subnormal numbers, by those whose squares underflow and overflow, to the largest of a format. */
const ends: Readonly<Record<Format, readonly number[]>> = {
  float32: [-45, -42, -38, -24, -21, -3, 16, 19, 35],
  float64: [-323, -316, -308, -170, -160, -3, 152, 160, 305],
}

/** The decimal exponent that a palette gives to a drawn decade 0..8. */
const decade: Readonly<Record<Palette, (drawn: number, format: Format) => number>> = {
  unit: () => -3,
  tiny: () => -11,
  mixed: drawn => drawn - 11,
  large: drawn => drawn - 2,
  zeros: () => -3,
  flips: () => -3,
  constant: drawn => drawn - 8,
  late: () => -3,
  extreme: (drawn, format) => ends[format][drawn]!,
}

function gradientOf({ palette, format }: Draft, { stream }: Element, step: number): number {
  const [digits, drawn] = stream[(palette === 'constant' ? 0 : step - 1) % stream.length]!
  if (palette === 'zeros' && drawn < 4) return 0
  const value = scaled(digits, decade[palette](drawn, format))
  return palette === 'flips' && step % 2 === 0 ? -Math.abs(value) : palette === 'flips' ? Math.abs(value) : value
}

/** In two steps where a power of ten alone would underflow or overflow. */
const scaled = (digits: number, exponent: number): number =>
  exponent < -300 ? digits * 10 ** (exponent + 100) * 1e-100 : digits * 10 ** exponent

function build(rule: Rule, draft: Draft): Scenario {
  const { format, palette, steps, hyper } = draft
  const { round } = formats[format]
  let taken = 0
  const parameters = draft.sizes.map((size, k) => {
    taken += size
    return { name: 'abc'[k]!, elements: draft.elements.slice(taken - size, taken) }
  })
  const bits = (values: number[]): Bits => arrayToBits(values.map(round), format)
  const gradients = Array.from({ length: steps }, (_, s) =>
    parameters.map(({ elements }, k) =>
      palette === 'late' && k === 0 && draft.absent.some(at => (at - 1) % steps === s)
        ? null
        : bits(elements.map(element => gradientOf(draft, element, s + 1))),
    ),
  )
  const change =
    draft.change && draft.change[0] <= steps
      ? { step: draft.change[0], group: 0, hyper: { lr: Number(hyper.lr) * draft.change[1] } }
      : null
  return {
    name: palette,
    rule: rule.id,
    format,
    groups: [
      {
        hyper,
        params: parameters.map(({ name, elements }) => ({ name, value: bits(elements.map(element => element.start)) })),
      },
    ],
    steps,
    gradients,
    ...(change && { changes: [change] }),
  }
}

import * as fc from 'fast-check'
import { isLegal } from '../derive/hyper.ts'
import { contains } from '../language/domain.ts'
import type { Hyper, Rule } from '../language/rule.ts'
import { arrayToBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import { type Change, changesOf } from './changes.ts'
import { rates } from './contracts/free-rule.ts'
import { gradientOf, type Palette, usual } from './palettes.ts'

/** What a check asks of its scenarios; everything absent is free. */
export interface Shape {
  readonly palettes?: readonly Palette[]
  readonly steps?: readonly [number, number]
  /** Hyper-parameters held at these values. */
  readonly hyper?: HyperValues
  /** Hyper-parameters that may vary; all others keep the rule's default. */
  readonly vary?: readonly string[]
  /** Whether hyper-parameters may change on the way, and which the subject can change; whether a parameter may have no gradient. */
  readonly changes?: boolean
  readonly changing?: readonly string[]
  readonly absent?: boolean
  /** Start every parameter at zero, where its update is seen to the last bit. */
  readonly fromZero?: boolean
  /** One parameter of one or two elements, so that a long run stays cheap. */
  readonly few?: boolean
  /** Now and then farther out: more parameters, larger gradients and starts, rates above 1, betas next to 1. */
  readonly far?: boolean
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
  readonly changes: readonly Change[]
  readonly absent: readonly number[]
}

const most = { steps: 24, elements: 6, parameters: 8 } as const

/** Scenarios for a rule, within a shape. Each shrinks towards few steps, few elements, defaults, and short numbers. */
export function scenarios(rule: Rule, allowed: readonly Format[], shape: Shape): fc.Arbitrary<Scenario> {
  const [fewest, longest] = shape.steps ?? [1, most.steps]
  const length = Math.min(longest, most.steps)
  const sizes = sizesOf(shape)
  const elements = shape.few ? 2 : shape.far ? most.parameters : most.elements
  const element = fc.record({
    start: startOf(shape),
    stream: fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 8 })), {
      minLength: length,
      maxLength: length,
      size: 'max',
    }),
  })
  const palettes = shape.palettes ?? [...usual, ...(shape.far ? (['huge'] as const) : [])]
  return fc
    .record<Draft>({
      format: fc.constantFrom(...allowed),
      palette: fc.constantFrom<Palette[]>(...palettes.filter(each => each !== 'late' || shape.absent)),
      steps: fc.integer({ min: fewest, max: longest }),
      sizes,
      elements: fc.array(element, { minLength: elements, maxLength: elements, size: 'max' }),
      hyper: hypers(rule, shape),
      changes: changesWithin(shape, longest),
      absent: fc.uniqueArray(fc.integer({ min: 1, max: longest }), { minLength: 1, maxLength: 6 }),
    })
    .map(draft => build(rule, draft))
}

/** Up to two changes of what may change. */
function changesWithin({ changes, changing = [] }: Shape, longest: number): fc.Arbitrary<Change[]> {
  if (!changes || changing.length === 0) return fc.constant([])
  const change = fc.record<Change>({
    step: fc.integer({ min: 2, max: longest }),
    name: fc.constantFrom(...changing),
    factor: fc.constantFrom(0.5, 2, 0.1),
  })
  return fc.array(change, { maxLength: 2, size: 'max' })
}

/** How many elements each parameter has: the first loops over parameters end after four, so that some have more. */
function sizesOf({ few, far }: Shape): fc.Arbitrary<number[]> {
  const usually = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: few ? 1 : 3 })
  const many = fc.array(fc.constant(1), { minLength: 4, maxLength: most.parameters, size: 'max' })
  return far ? fc.oneof({ weight: 4, arbitrary: usually }, { weight: 1, arbitrary: many }) : usually
}

function startOf({ fromZero, far }: Shape): fc.Arbitrary<number> {
  if (fromZero) return fc.constant(0)
  const digits = fc.integer({ min: -999, max: 999 })
  return fc.oneof(
    fc.constant(0),
    fc.constant(1),
    fc.constantFrom(1e-6, -1e-6, 3),
    digits.map(m => m / 100),
    ...(far ? [digits.map(m => m * 10)] : []),
  )
}

/** Legal values of the hyper-parameters: mostly defaults, else decades around them and the edges of their domains. */
function hypers(rule: Rule, shape: Shape): fc.Arbitrary<HyperValues> {
  const fields = Object.values(rule.hyper).map((hyper): [string, fc.Arbitrary<number | boolean>] => [
    hyper.name,
    Object.hasOwn(shape.hyper ?? {}, hyper.name)
      ? fc.constant(shape.hyper![hyper.name]!)
      : shape.vary && !shape.vary.includes(hyper.name)
        ? fc.constant(hyper.default)
        : values(hyper, shape),
  ])
  return fc.record(Object.fromEntries(fields)).filter(patient(drawn => isLegal(rule, drawn)))
}

/** Rates beyond 1, and fractions that float32 holds exactly: 1 - 2^-20 is 0.99999905. */
const beyond = { rate: 3, fraction: 1 - 2 ** -20 } as const

function values(hyper: Hyper, { far }: Shape): fc.Arbitrary<number | boolean> {
  const { default: usual, domain } = hyper
  if (typeof usual === 'boolean') return fc.boolean()
  // A factor of decay, also where its domain goes beyond 1 (torch's momentum): there iterates explode.
  const fraction = domain !== undefined && (domain.high <= 1 || (usual >= 0.5 && usual < 1))
  const near = fraction
    ? [0, 0.1, 0.5, 0.6, 0.9, 0.99, 0.999, 0.9999]
    : usual === 0
      ? [0, 0.01, 0.1, 0.5]
      : [1e-4, 1e-2, 0.1, 10, 100].map(scale => usual * scale)
  const farther = [
    ...(fraction ? [beyond.fraction] : []),
    ...(rates.some(name => name === hyper.name) ? [beyond.rate] : []),
  ]
  const legal = [...near, ...(far ? farther : [])].filter(value => !domain || contains(domain, value))
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(usual) },
    { weight: 3, arbitrary: fc.constantFrom(usual, ...legal) },
  )
}

function build(rule: Rule, draft: Draft): Scenario {
  const { format, palette, steps, hyper } = draft
  const { round } = formats[format]
  let taken = 0
  // Some frameworks refuse a step in which nothing has a gradient, and what is absent shows beside what is not.
  const sizes = palette === 'late' && draft.sizes.length < 2 ? [...draft.sizes, 1] : draft.sizes
  const absent = new Set(draft.absent.map(step => 1 + ((step - 1) % steps)))
  const parameters = sizes.map((size, k) => {
    taken += size
    return { name: 'abcdefgh'[k]!, elements: draft.elements.slice(taken - size, taken) }
  })
  const bits = (values: number[]): Bits => arrayToBits(values.map(round), format)
  const gradients = Array.from({ length: steps }, (_, s) =>
    parameters.map(({ elements }, k) =>
      palette === 'late' && k === 0 && absent.has(s + 1)
        ? null
        : bits(elements.map(element => gradientOf(palette, format, element.stream, s + 1))),
    ),
  )
  const changes = changesOf(
    rule,
    hyper,
    draft.changes.filter(({ step }) => step <= steps),
  )
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
    ...(changes.length > 0 && { changes }),
  }
}

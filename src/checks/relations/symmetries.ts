import { isLegal } from '../../derive/hyper.ts'
import type { Rule } from '../../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Bits, Scenario, Trace } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { allHyper, allowance, defaultsOf, familyOf, inRule, withHyper } from '../conditions.ts'
import { eachMoment } from '../elements.ts'
import { limitsOf } from '../follow.ts'
import { type Judgement, total } from '../judgement.ts'

const runs = { quick: 15, full: 300 } as const

/** Changes every start and gradient of a scenario. */
function mapBits(scenario: Scenario, change: (values: Float64Array, role: 'x' | 'g') => Float64Array): Scenario {
  const apply = (bits: Bits, role: 'x' | 'g'): Bits =>
    arrayToBits(change(arrayFromBits(bits, scenario.format), role), scenario.format)
  return {
    ...scenario,
    groups: scenario.groups.map(group => ({
      ...group,
      params: group.params.map(param => ({ ...param, value: apply(param.value, 'x') })),
    })),
    gradients: (scenario.gradients as (Bits | null)[][]).map(step =>
      step.map(bits => (bits === null ? null : apply(bits, 'g'))),
    ),
  }
}

/** Holds a trace against the iterates of its partner, each transformed back: equal up to the rounding of both. */
function mirrored(
  traces: readonly [Trace, ...Trace[]],
  context: Context,
  ...backs: ((x: Float64Array[]) => Float64Array[])[]
): Judgement {
  const [first, second] = traces as readonly [Trace, Trace]
  const limits = limitsOf(context.rule, context.arithmetic, first)
  return total(backs.map(back => held(first, second, limits, back)))
}

function held(
  first: Trace,
  second: Trace,
  limits: ReturnType<typeof limitsOf>,
  back: (x: Float64Array[]) => Float64Array[],
): Judgement {
  const other = second.steps.map(step => (step.x ? back(step.x) : undefined))
  return eachMoment(first, ({ step, k, i, x }) => {
    const partner = other[step - 1]?.[k]?.[i]
    if (partner === undefined) return undefined
    if (Object.is(x, partner)) return true
    const slack = 2 * allowance * limits(step, k, i)!.error
    if (!Number.isFinite(slack)) return undefined
    return Math.abs(x - partner) <= slack ? true : { low: partner - slack, high: partner + slack }
  })
}

const permuted: Check = {
  name: 'permutation',
  group: 'relation',
  claim: 'reversing the elements of every parameter reverses its iterates',
  shape: () => ({ changes: true, absent: true }),
  partners: scenario => [mapBits(scenario, values => values.slice().reverse())],
  judge: (traces, context) => mirrored(traces, context, x => x.map(values => values.slice().reverse())),
  runs,
}

/** Joined parameters are longer than a register of the widest vector unit and its remainder, where loops are taken apart. */
const longest = 33

const joined: Check = {
  name: 'concatenation',
  group: 'relation',
  claim: 'parameters joined into one, again and again, move as they do apart',
  shape: () => ({ changes: true }),
  accepts: plainGroups,
  partners: scenario => [join(scenario)],
  judge: (traces, context) => {
    const sizes = traces[0].steps[0]?.x?.map(values => values.length) ?? []
    const starts = sizes.map((_, k) => sizes.slice(0, k).reduce((a, b) => a + b, 0))
    const whole = sizes.reduce((a, b) => a + b, 0)
    const backs = Array.from(
      { length: copies(whole) },
      (_, copy) =>
        ([all]: Float64Array[]) =>
          sizes.map((size, k) => all!.subarray(copy * whole + starts[k]!, copy * whole + starts[k]! + size)),
    )
    return mirrored(traces, context, ...backs)
  },
  runs,
}

const copies = (size: number): number => Math.max(1, Math.ceil(longest / Math.max(1, size)))

function plainGroups(scenario: Scenario): boolean {
  return (
    scenario.groups.length === 1 &&
    (scenario.gradients as (Bits | null)[][]).every(step => step.every(bits => bits !== null))
  )
}

/** All parameters as one, end to end, and that as often as makes it long. */
function join(scenario: Scenario): Scenario {
  const [group] = scenario.groups
  const { bytes } = formats[scenario.format]
  const value = group!.params.map(param => param.value).join('')
  const times = copies(value.length / 2 / bytes)
  return {
    ...scenario,
    groups: [{ hyper: group!.hyper, params: [{ name: 'all', value: value.repeat(times) }] }],
    gradients: (scenario.gradients as Bits[][]).map(step => [step.join('').repeat(times)]),
  }
}

const negated: Check = {
  name: 'sign symmetry',
  group: 'relation',
  claim: 'negating the start and every gradient negates the iterates',
  shape: () => ({ changes: true, absent: true }),
  partners: scenario => [mapBits(scenario, values => values.map(value => -value))],
  judge: (traces, context) => mirrored(traces, context, x => x.map(values => values.map(value => -value))),
  runs,
}

const maximized: Check = {
  name: 'maximize',
  group: 'relation',
  claim: 'maximizing f is minimizing -f',
  concerns: rule => 'maximize' in rule.hyper,
  unless: ({ offer, held }) => {
    if (!offer.hyper.includes('maximize')) return 'the subject has no maximize'
    return 'maximize' in held ? `the claim is about both, and maximize is held at ${held.maximize}` : undefined
  },
  shape: () => ({ hyper: { maximize: true }, changes: true, absent: true }),
  partners: scenario => [
    withHyper(
      mapBits(scenario, (values, role) => (role === 'g' ? values.map(value => -value) : values)),
      { maximize: false },
    ),
  ],
  judge: (traces, context) => mirrored(traces, context, x => x),
  runs,
}

/** Families whose step does not depend on the scale of gradients once epsilon is zero and nothing was accumulated before. */
const scaleFree: Readonly<Record<string, HyperValues>> = {
  adam: { eps: 0, weight_decay: 0 },
  adamw: { eps: 0 },
  rmsprop: { eps: 0, weight_decay: 0 },
  adagrad: { eps: 0, weight_decay: 0, initial_accumulator_value: 0 },
}

const atScale = (rule: Rule): HyperValues => inRule(rule, scaleFree[familyOf(rule)] ?? {})

const scaled: Check = {
  name: 'scale invariance',
  group: 'relation',
  claim: 'with epsilon zero, gradients 16 times as large give the same iterates',
  concerns: rule => familyOf(rule) in scaleFree && isLegal(rule, { ...defaultsOf(rule), ...atScale(rule) }),
  unless: ({ offer }) => (offer.hyper.includes('eps') ? undefined : 'the subject has no eps'),
  shape: ({ rule }) => ({
    palettes: ['unit', 'flips', 'constant'],
    hyper: atScale(rule),
  }),
  accepts: (scenario, { rule }) => isLegal(rule, allHyper(rule, scenario)) && plainGroups(scenario),
  partners: scenario => [
    mapBits(scenario, (values, role) => (role === 'g' ? values.map(value => 16 * value) : values)),
  ],
  judge: (traces, context) => mirrored(traces, context, x => x),
  runs,
}

const siblings: Check = {
  name: 'siblings agree',
  group: 'relation',
  claim: 'every path through a framework takes the same steps, up to the rounding of both',
  unless: ({ subject }) => (subject.siblings ? undefined : 'there is no other path to it'),
  // Whether a late parameter is taken is asked by a contract of its own, of each path.
  shape: () => ({ changes: true }),
  beside: true,
  judge: ([own, ...others], context) =>
    others.length > 0
      ? total(others.map(other => mirrored([own, other], context, x => x)))
      : { observed: 0, proving: 0, notShown: 'no other path to it has this rule' },
  runs,
}

export const symmetries: readonly Check[] = [permuted, joined, negated, maximized, scaled, siblings]

import { completedHyper, isLegal } from '../derive/hyper.ts'
import { contains } from '../language/domain.ts'
import { loadRule } from '../language/load.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import { remember } from '../numbers/remember.ts'
import type { Bits, Scenario, Trace } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Check, Context } from './check.ts'
import { eachMoment, hyperOf, plain } from './elements.ts'
import { limitsOf } from './follow.ts'
import type { Judgement } from './judgement.ts'
import { judgeTrace } from './lockstep.ts'

const allowance = 2
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

const withHyper = (scenario: Scenario, hyper: HyperValues): Scenario => ({
  ...scenario,
  groups: scenario.groups.map(group => ({ ...group, hyper: { ...group.hyper, ...hyper } })),
})

/** Holds a trace against the iterates of its partner, each transformed back: equal up to the rounding of both. */
function mirrored(
  traces: readonly [Trace, ...Trace[]],
  { rule, arithmetic }: Context,
  back: (x: Float64Array[]) => Float64Array[],
): Judgement {
  const [first, second] = traces as readonly [Trace, Trace]
  const limits = limitsOf(rule, arithmetic, first)
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

const joined: Check = {
  name: 'concatenation',
  group: 'relation',
  claim: 'parameters joined into one move as they do apart',
  shape: () => ({ changes: true }),
  accepts: plainGroups,
  partners: scenario => [join(scenario)],
  judge: (traces, context) => {
    const sizes = traces[0].steps[0]?.x?.map(values => values.length) ?? []
    return mirrored(traces, context, ([all]) =>
      sizes.map((size, k) => all!.slice(sizes.slice(0, k).reduce((a, b) => a + b, 0)).subarray(0, size)),
    )
  },
  runs,
}

function plainGroups(scenario: Scenario): boolean {
  return (
    scenario.groups.length === 1 &&
    (scenario.gradients as (Bits | null)[][]).every(step => step.every(bits => bits !== null))
  )
}

function join(scenario: Scenario): Scenario {
  const [group] = scenario.groups
  return {
    ...scenario,
    groups: [
      { hyper: group!.hyper, params: [{ name: 'all', value: group!.params.map(param => param.value).join('') }] },
    ],
    gradients: (scenario.gradients as Bits[][]).map(step => [step.join('')]),
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
  unless: ({ offer }) => (offer.hyper.includes('maximize') ? undefined : 'the subject has no maximize'),
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

const scaled: Check = {
  name: 'scale invariance',
  group: 'relation',
  claim: 'with epsilon zero, gradients 16 times as large give the same iterates',
  concerns: rule => rule.family in scaleFree,
  unless: ({ offer }) => (offer.hyper.includes('eps') ? undefined : 'the subject has no eps'),
  shape: ({ rule }) => ({ palettes: ['unit', 'flips', 'constant'], hyper: inRule(rule, scaleFree[rule.family] ?? {}) }),
  accepts: (scenario, { rule }) => isLegal(rule, completedHyper(rule, hyperOf(scenario))) && plainGroups(scenario),
  partners: scenario => [
    mapBits(scenario, (values, role) => (role === 'g' ? values.map(value => 16 * value) : values)),
  ],
  judge: (traces, context) => mirrored(traces, context, x => x),
  runs,
}

const inRule = (rule: Rule, values: HyperValues): HyperValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name in rule.hyper))

/** Values at which every term of a rule takes part: those whose default switches a term off are switched on. */
const rich = (rule: Rule): HyperValues =>
  Object.fromEntries(
    Object.values(rule.hyper).map(({ name, default: usual, domain }) => [
      name,
      usual !== 0 ? usual : domain && contains(domain, 0.5) ? 0.5 : usual,
    ]),
  )

/** Pairs of runs that differ in one hyper-parameter alone, from values at which it may matter; only legal ones. */
function pairsFor(rule: Rule, name: string): [HyperValues, HyperValues][] {
  const { default: usual } = rule.hyper[name]!
  const other = (values: HyperValues): HyperValues => ({
    ...values,
    [name]: typeof usual === 'boolean' ? !values[name] : Number(values[name]) / 2,
  })
  const plainly = { ...defaults(rule), ...(usual === 0 && { [name]: 0.5 }) }
  const bases = [rich(rule), { ...plainly, ...inRule(rule, { momentum: 0.9 }) }, plainly]
  return bases
    .map((base): [HyperValues, HyperValues] => [base, other(base)])
    .filter(pair => pair.every(values => isLegal(rule, values)))
}

const askable = ({ rule, offer }: Context): { name: string; pairs: [HyperValues, HyperValues][] }[] =>
  offer.hyper
    .filter(name => name in rule.hyper)
    .map(name => ({ name, pairs: pairsFor(rule, name) }))
    .filter(({ pairs }) => pairs.length > 0)

/** A hyper-parameter that is accepted and then ignored is a common fault; one of a few runs must show each. */
const effective: Check = {
  name: 'every hyper-parameter has an effect',
  group: 'relation',
  claim: 'changing any one hyper-parameter changes the trace',
  shape: () => ({ palettes: ['mixed'], steps: [12, 12] }),
  adapt: effectScenario,
  partners: (scenario, context) =>
    askable(context).flatMap(({ pairs }) => pairs.flat().map(hyper => withHyper(scenario, hyper))),
  judge: ([, ...traces], context) => {
    let taken = 0
    const ignored: string[] = []
    const names = askable(context)
    for (const { name, pairs } of names) {
      const own = traces.slice(taken, taken + 2 * pairs.length)
      taken += own.length
      if (pairs.every((_, k) => sameTraces(own[2 * k]!, own[2 * k + 1]!))) ignored.push(name)
    }
    const reason = `no effect of ${ignored.join(', ')}: the traces are equal to the bit`
    return { observed: names.length, proving: names.length, ...(ignored.length > 0 && { reason }) }
  },
  runs: { quick: 1, full: 3 },
}

/** Gradients over a dozen decades, large ones first so that averages fall, from a start that decay moves; the same whatever was drawn. */
function effectScenario(scenario: Scenario): Scenario {
  const { format } = scenario
  const { round } = formats[format]
  const stream = (step: number): number[] =>
    Array.from({ length: 4 }, (_, i) =>
      round((i % 2 === 0 ? 1 : -1) * (1 + step / 8) * 10 ** (-1 - 3 * i - (step % 3) - (step > 4 ? 2 : 0))),
    )
  return {
    ...scenario,
    name: 'effect',
    groups: [
      { hyper: hyperOf(scenario), params: [{ name: 'a', value: arrayToBits([1, -1, 0.5, 0].map(round), format) }] },
    ],
    steps: 12,
    gradients: Array.from({ length: 12 }, (_, s) => [arrayToBits(stream(s + 1), format)]),
  }
}

const sameTraces = (a: Trace, b: Trace): boolean =>
  a.steps.every((step, s) =>
    step.x?.every((values, k) => values.every((value, i) => Object.is(value, b.steps[s]?.x?.[k]?.[i]))),
  )

/** A rule that another one becomes when some of its hyper-parameters are held: written out, for every dialect at once. */
interface Reduction {
  readonly name: string
  readonly claim: string
  readonly families: readonly string[]
  readonly held: HyperValues
  /** The reduced step, with the epsilon of each dialect where it has it: inside or outside of the root. */
  readonly rule: Rule
  /** Names of hyper-parameters in the reduced rule, from those of the subject's. */
  readonly hyper: (hyper: HyperValues) => HyperValues
  readonly dialects: readonly string[]
}

const descent = loadRule(
  { hyper: { lr: { default: '0.01', domain: '[0, inf)' } }, step: 'x = x - lr * g' },
  'gradient-descent',
)
const correctedRmsprop = loadRule(
  {
    hyper: { lr: { default: '0.001' }, beta2: { default: '0.999', domain: '[0, 1)' }, eps: { default: '1e-8' } },
    state: { v: '0' },
    step: ['v = beta2 * v + (1 - beta2) * g^2', 'x = x - lr * g / (sqrt(v / (1 - beta2^t)) + eps)'],
  },
  'bias-corrected-rmsprop',
)
const plainAdam = loadRule(
  {
    hyper: {
      lr: { default: '0.001' },
      beta1: { default: '0.9' },
      beta2: { default: '0.999' },
      eps: { default: '1e-8' },
    },
    state: { m: '0', v: '0' },
    step: [
      'm = beta1 * m + (1 - beta1) * g',
      'v = beta2 * v + (1 - beta2) * g^2',
      'x = x - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)',
    ],
  },
  'adam-without-decay',
)

const only = (hyper: HyperValues, ...names: string[]): HyperValues =>
  Object.fromEntries(names.map(name => [name, hyper[name]!]))
const outside = ['kingma-ba', 'loshchilov-hutter', 'pytorch', 'optax', 'tfjs']

const reductions: readonly Reduction[] = [
  {
    name: 'momentum 0 is gradient descent',
    claim: 'without momentum, every step is -lr * g',
    families: ['sgd', 'momentum', 'nesterov'],
    held: { momentum: 0, gamma: 0, weight_decay: 0, nesterov: false, maximize: false, dampening: 0 },
    rule: descent,
    hyper: hyper => only(hyper, 'lr'),
    dialects: ['lecture', 'pytorch', 'keras', 'optax', 'tfjs'],
  },
  {
    name: 'beta1 0 is bias-corrected RMSProp',
    claim: 'Adam without a first moment is RMSProp with bias correction',
    families: ['adam'],
    held: { beta1: 0, weight_decay: 0, amsgrad: false, maximize: false },
    rule: correctedRmsprop,
    hyper: hyper => only(hyper, 'lr', 'beta2', 'eps'),
    dialects: outside,
  },
  {
    name: 'weight decay 0 is Adam',
    claim: 'AdamW without weight decay is Adam',
    families: ['adamw'],
    held: { weight_decay: 0, amsgrad: false, maximize: false },
    rule: plainAdam,
    hyper: hyper => only(hyper, 'lr', 'beta1', 'beta2', 'eps'),
    dialects: outside,
  },
]

const reductionCheck = ({ name, claim, families, held, rule: reduced, hyper, dialects }: Reduction): Check => ({
  name,
  group: 'relation',
  claim,
  concerns: rule =>
    families.includes(rule.family) &&
    dialects.includes(rule.dialect) &&
    isLegal(rule, { ...defaults(rule), ...inRule(rule, held) }),
  shape: ({ rule }) => ({ hyper: inRule(rule, held), absent: rule.clock === 'parameter' }),
  accepts: (scenario, { rule }) =>
    !scenario.changes &&
    Object.entries(inRule(rule, held)).every(([id, value]) => completedHyper(rule, hyperOf(scenario))[id] === value) &&
    (rule.clock === 'parameter' || plain(scenario)),
  judge: ([trace], { rule, arithmetic }) => judgeTrace(reduced, arithmetic, underOther(trace, rule, hyper)),
  runs,
})

/** The iterates of a trace as those of another rule, with that rule's hyper-parameters; its state is not the other's. */
function underOther(trace: Trace, rule: Rule, hyper: (values: HyperValues) => HyperValues): Trace {
  const renamed = new Map<HyperValues, HyperValues>()
  const other = (values: HyperValues): HyperValues =>
    remember(renamed, values, () => hyper(completedHyper(rule, values)))
  const groups = trace.scenario.groups.map(group => ({ ...group, hyper: other(group.hyper) }))
  const steps = trace.steps.map(({ state: _, ...step }) => ({ ...step, hyper: step.hyper.map(other) }))
  return { scenario: { ...trace.scenario, groups }, steps }
}

const defaults = (rule: Rule): HyperValues =>
  Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value]))

/** The lecture's look-ahead in the variable that frameworks keep: phi = theta - gamma v moves as their x does, at constant lr. */
const nag = loadRule(
  {
    hyper: { lr: { default: '0.01' }, momentum: { default: '0.9' } },
    state: { v: '0', theta: '0' },
    step: ['previous = momentum * v', 'v = momentum * v + lr * g', 'x = x + previous - v - momentum * v'],
  },
  'look-ahead-in-shifted-variable',
)

const shifted: Check = {
  name: 'look-ahead is a shifted variable',
  group: 'relation',
  claim: "the lecture's NAG, seen at phi = theta - gamma v, is the framework's Nesterov momentum while lr is constant",
  concerns: rule => rule.family === 'nesterov' && 'momentum' in rule.hyper,
  shape: ({ rule }) => ({ hyper: inRule(rule, { weight_decay: 0, maximize: false }), fromZero: true }),
  accepts: scenario => plain(scenario) && !hyperOf(scenario).weight_decay && !hyperOf(scenario).maximize,
  judge: ([trace], { rule, arithmetic }) =>
    judgeTrace(
      nag,
      arithmetic,
      underOther(trace, rule, hyper => only(hyper, 'lr', 'momentum')),
    ),
  runs,
}

export const relations: readonly Check[] = [
  permuted,
  joined,
  negated,
  maximized,
  scaled,
  effective,
  ...reductions.map(reductionCheck),
  shifted,
]

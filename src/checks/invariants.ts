import { completedHyper } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Check, Context } from './check.ts'
import { eachMoment, hyperOf, type Moment, plain, type Wrong } from './elements.ts'
import { limitsOf } from './follow.ts'
import type { Judgement } from './judgement.ts'

/** Families, by what they accumulate. Which symbol of a family holds a sum or average of squares, and which a running maximum. */
const squares: Readonly<Record<string, readonly string[]>> = {
  adagrad: ['G'],
  rmsprop: ['v', 'G'],
  adadelta: ['v', 'u', 'G', 's'],
  adam: ['v', 'vmax'],
  adamw: ['v', 'vmax'],
}
const accumulators: Readonly<Record<string, readonly string[]>> = { adagrad: ['G'] }
const maxima: Readonly<Record<string, readonly string[]>> = { adam: ['vmax'], adamw: ['vmax'] }

const allowance = 2
const runs = { quick: 20, full: 400 } as const

/** The framework's names of the state variables that a table gives for this rule. */
const stateNames = ({ rule }: { rule: Rule }, table: Readonly<Record<string, readonly string[]>>): string[] =>
  (table[rule.family] ?? []).flatMap(name => (rule.state[name] ? [rule.state[name].as] : []))

const noState = (context: Context, table: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const names = stateNames(context, table)
  return names.some(name => context.offer.state.includes(name))
    ? undefined
    : `the subject does not show ${names.join(', ')}`
}

/** Hyper-parameters that move a parameter although its gradients are zero. */
const decays = ['weight_decay']
const withoutDecay = (scenario: Scenario): boolean => decays.every(name => !hyperOf(scenario)[name])
const heldWithoutDecay = ({ rule }: Context): Record<string, number> =>
  Object.fromEntries(decays.filter(name => name in rule.hyper).map(name => [name, 0]))

const stateCheck = (
  name: string,
  claim: string,
  table: Readonly<Record<string, readonly string[]>>,
  judge: (now: number, was: number | undefined) => Omit<Wrong, 'variable'> | true,
  hyper?: Record<string, boolean>,
): Check => ({
  name,
  group: 'invariant',
  claim,
  concerns: rule => stateNames({ rule }, table).length > 0,
  unless: context =>
    hyper && Object.keys(hyper).some(id => !context.offer.hyper.includes(id))
      ? `the subject has no ${Object.keys(hyper).join(', ')}`
      : noState(context, table),
  shape: () => ({ changes: true, absent: true, ...(hyper && { hyper }) }),
  judge: ([trace], context) => {
    const names = stateNames(context, table)
    return eachMoment(trace, ({ state, stateWas }) => {
      const seen = names.filter(id => state[id] !== undefined)
      if (seen.length === 0) return undefined
      for (const variable of seen) {
        const wrong = judge(state[variable]!, stateWas[variable])
        if (wrong !== true) return { variable, got: state[variable]!, ...wrong }
      }
      return true
    })
  },
  runs,
})

/** Rounding is monotone, so that a sum with something nonnegative never falls, in any arithmetic. */
const neverFalls = stateCheck(
  'accumulator never falls',
  "Adagrad's accumulator never falls",
  accumulators,
  (now, was) =>
    was === undefined || Number.isNaN(was) || now >= was ? true : { low: was, high: Number.POSITIVE_INFINITY },
)

const maximumNeverFalls = stateCheck(
  'maximum never falls',
  "AMSGrad's maximum never falls",
  maxima,
  (now, was) =>
    was === undefined || Number.isNaN(was) || now >= was ? true : { low: was, high: Number.POSITIVE_INFINITY },
  { amsgrad: true },
)

const nonnegative = stateCheck(
  'squares are nonnegative',
  'sums and averages of squares are zero or above',
  squares,
  now => (now >= 0 || Number.isNaN(now) ? true : { low: 0, high: Number.POSITIVE_INFINITY }),
)

/** On a constant gradient, each step of Adagrad is at most as long as the one before, up to the rounding of both. */
const stepNeverGrows: Check = {
  name: 'effective step never grows',
  group: 'invariant',
  claim: "Adagrad's effective step never grows",
  concerns: rule => rule.family in accumulators,
  shape: context => ({ palettes: ['constant'], fromZero: true, steps: [3, 24], hyper: heldWithoutDecay(context) }),
  accepts: (scenario, _) => plain(scenario) && withoutDecay(scenario) && isConstant(scenario),
  judge: ([trace], { rule, arithmetic }) => {
    const limits = limitsOf(rule, arithmetic, trace)
    const lengths = new Map<string, number>()
    return eachMoment(trace, moment => {
      const { step, k, i, x, was } = moment
      if (was === undefined) return undefined
      const length = Math.abs(x - was)
      const key = `${k}.${i}`
      const before = lengths.get(key)
      lengths.set(key, length)
      if (before === undefined) return undefined
      if (length <= before) return true
      const errors = [step - 2, step - 1, step].map(s => limits(s, k, i)?.error ?? 0)
      const slack = allowance * (errors[0]! + 2 * errors[1]! + errors[2]!)
      if (!Number.isFinite(slack)) return undefined
      return length <= before + slack ? true : { low: was - before - slack, high: was + before + slack }
    })
  },
  runs,
}

function isConstant(scenario: Scenario): boolean {
  const [first, ...rest] = scenario.gradients as (string | null)[][]
  return rest.every(step => step.every((bits, k) => bits === first![k]))
}

/** The dialects of Adam whose step is lr times a ratio of averages; epsilon, wherever it stands, only shortens it. */
const averaging = new Set(['adam', 'adamw'])

/**
 * |mhat| / sqrt(vhat) <= (1 - b1) / (1 - b1^t) sqrt((1 - b2^t) / (1 - b2)) sqrt(sum_j<t (b1^2/b2)^j), by Cauchy and Schwarz
 * on m = (1 - b1) sum b1^(t-i) g_i and v = (1 - b2) sum b2^(t-i) g_i^2. Kingma & Ba 2015, section 2.1, give its limits.
 */
function longestStep(rule: Rule, moment: Moment): number {
  const { step } = moment
  const hyper = completedHyper(rule, moment.hyper)
  const [lr, b1, b2] = [Number(hyper.lr), Number(hyper.beta1), Number(hyper.beta2)]
  let sum = 0
  for (let j = 0; j < step; j++) sum += ((b1 * b1) / b2) ** j
  return ((lr * (1 - b1)) / (1 - b1 ** step)) * Math.sqrt(((1 - b2 ** step) / (1 - b2)) * sum)
}

const boundedStep: Check = {
  name: 'step is bounded',
  group: 'invariant',
  claim: "Adam's step is at most the learning rate times a factor of its betas",
  concerns: rule => averaging.has(rule.family),
  shape: context => ({ fromZero: true, hyper: heldWithoutDecay(context) }),
  accepts: scenario => plain(scenario) && withoutDecay(scenario) && Number(hyperOf(scenario).beta2) > 0,
  judge: ([trace], { rule, arithmetic }) => {
    const limits = limitsOf(rule, arithmetic, trace)
    return eachMoment(trace, moment => {
      const { step, k, i, x, was } = moment
      if (was === undefined) return undefined
      if (Number.isNaN(x)) return undefined
      const longest = longestStep(rule, moment)
      if (Math.abs(x - was) <= longest) return true
      const slack = allowance * (limits(step, k, i)!.error + (limits(step - 1, k, i)?.error ?? 0))
      if (!Number.isFinite(slack)) return undefined
      // The factor's own rounding in binary64: one of each of fewer than 2^10 operations.
      const reach = longest * (1 + 2 ** -42) + slack
      return Math.abs(x - was) <= reach ? true : { low: was - reach, high: was + reach }
    })
  },
  runs,
}

const zeros = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: 'zeros',
  gradients: (scenario.gradients as string[][]).map(step => step.map(bits => '0'.repeat(bits.length))),
})

/** An epsilon of zero divides 0 by 0 on a zero gradient; so does Adagrad's empty accumulator without one. */
const dividesByEpsilon = (scenario: Scenario): boolean => hyperOf(scenario).eps !== 0

const zeroMovesNothing: Check = {
  name: 'zero gradients move nothing',
  group: 'invariant',
  claim: 'zero gradients from a fresh state leave every parameter where it is, to the bit',
  shape: context => ({ hyper: heldWithoutDecay(context), steps: [1, 8] }),
  adapt: zeros,
  accepts: scenario =>
    plain(scenario) &&
    withoutDecay(scenario) &&
    dividesByEpsilon(scenario) &&
    (scenario.gradients as string[][]).flat().every(bits => /^0*$/.test(bits)),
  judge: ([trace]) =>
    eachMoment(trace, ({ x, was }) => (was === undefined ? undefined : x === was ? true : { low: was, high: was })),
  runs,
}

/** Families whose step is the buffer alone; which hyper-parameter is its factor. */
const momentumFactor: Readonly<Record<string, readonly string[]>> = {
  momentum: ['gamma', 'momentum'],
  nesterov: ['gamma', 'momentum'],
  sgd: ['momentum'],
}

const geometricDecay: Check = {
  name: 'momentum decays geometrically',
  group: 'invariant',
  claim: 'when gradients become zero, each step is the momentum factor times the one before',
  concerns: rule => (momentumFactor[rule.family] ?? []).some(name => name in rule.hyper),
  shape: context => ({ fromZero: true, steps: [4, 16], hyper: heldWithoutDecay(context) }),
  adapt: scenario => ({
    ...scenario,
    gradients: (scenario.gradients as string[][]).map((step, s) =>
      s < 2 ? step : step.map(bits => '0'.repeat(bits.length)),
    ),
  }),
  accepts: scenario =>
    plain(scenario) &&
    withoutDecay(scenario) &&
    scenario.steps >= 4 &&
    (scenario.gradients as string[][])
      .slice(2)
      .flat()
      .every(bits => /^0*$/.test(bits)),
  judge: ([trace], { rule, arithmetic }) => {
    const name = momentumFactor[rule.family]!.find(id => id in rule.hyper)!
    const limits = limitsOf(rule, arithmetic, trace)
    const last = new Map<string, number>()
    return eachMoment(trace, ({ step, k, i, x, was, hyper }) => {
      if (was === undefined) return undefined
      const key = `${k}.${i}`
      const before = last.get(key)
      last.set(key, x - was)
      if (before === undefined || before === 0 || step < 4) return undefined
      const factor = Number(completedHyper(rule, hyper)[name])
      const expected = was + factor * before
      if (x === expected) return true
      const errors = [step - 2, step - 1, step].map(s => limits(s, k, i)!.error)
      const slack = allowance * (errors[2]! + (1 + factor) * errors[1]! + factor * errors[0]!)
      if (!Number.isFinite(slack)) return undefined
      return Math.abs(x - expected) <= slack ? true : { low: expected - slack, high: expected + slack }
    })
  },
  runs,
}

/** Magnitudes on which a formula may lose everything to underflow or overflow, and must still not lose its numbers. */
const extremes = [0, 1e-20, -1e-20, 1e-10, 1, -1e10, 1e20]

const staysFinite: Check = {
  name: 'finite stays finite',
  group: 'invariant',
  claim: 'finite gradients from 1e-20 to 1e20 never give NaN or infinity unless the replay does',
  shape: ({ depth }) => ({ palettes: ['mixed'], steps: depth === 'full' ? [100, 3000] : [10, 60], absent: true }),
  adapt: (scenario, { depth }) => ({ ...scenario, name: 'extremes', gradients: extreme(scenario, depth === 'full') }),
  judge: ([trace], { rule, arithmetic }) => {
    const limits = limitsOf(rule, arithmetic, trace)
    return eachMoment(trace, ({ step, k, i, x }) => {
      if (Number.isFinite(x)) return true
      const limit = limits(step, k, i)!
      if (!Number.isFinite(limit.error) || limit.mayBeNaN) return undefined
      return { low: limit.value.hi - allowance * limit.error, high: limit.value.hi + allowance * limit.error }
    })
  },
  runs: { quick: 12, full: 20 },
}

/** Gradients drawn from the extremes by the scenario's own bits; every second run holds its first step's for good. */
function extreme(scenario: Scenario, long: boolean): (string | null)[][] {
  const { round } = formats[scenario.format]
  const given = scenario.gradients as (string | null)[][]
  const pick = (bits: string | null): string | null =>
    bits === null
      ? null
      : arrayToBits(
          arrayFromBits(bits, scenario.format).map(value =>
            round(extremes[Math.abs(Math.round(value * 1e12)) % extremes.length]!),
          ),
          scenario.format,
        )
  const steps = given.map(step => step.map(pick))
  return long || scenario.steps % 2 === 0 ? steps.map(() => steps[0]!) : steps
}

const opposes: Check = {
  name: 'first step opposes the gradient',
  group: 'invariant',
  claim: 'from a fresh state, the first step goes against the gradient (along it when maximizing)',
  shape: context => ({ fromZero: true, steps: [1, 1], hyper: heldWithoutDecay(context) }),
  accepts: scenario => plain(scenario) && withoutDecay(scenario),
  judge: ([trace], context) => firstSteps(trace, context),
  runs,
}

function firstSteps(trace: Trace, { rule, arithmetic }: Context): Judgement {
  const limits = limitsOf(rule, arithmetic, trace)
  return eachMoment(trace, ({ step, k, i, x, was, gradient, hyper }) => {
    if (step > 1 || was === undefined || gradient === 0) return undefined
    const downhill = hyper.maximize ? gradient : -gradient
    const along = (x - was) * Math.sign(downhill)
    if (along >= 0) return true
    const slack = allowance * limits(1, k, i)!.error
    if (!Number.isFinite(slack)) return undefined
    return along >= -slack
      ? true
      : downhill > 0
        ? { low: was, high: Number.POSITIVE_INFINITY }
        : { low: Number.NEGATIVE_INFINITY, high: was }
  })
}

export const invariants: readonly Check[] = [
  neverFalls,
  stepNeverGrows,
  maximumNeverFalls,
  nonnegative,
  boundedStep,
  zeroMovesNothing,
  geometricDecay,
  staysFinite,
  opposes,
]

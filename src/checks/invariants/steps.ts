import { completedHyper } from '../../derive/hyper.ts'
import type { Rule } from '../../language/rule.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Check } from '../check.ts'
import {
  allowance,
  familyOf,
  heldWithoutDecay,
  hyperOf,
  isConstant,
  isZeroFrom,
  plain,
  withoutDecay,
  zerosFrom,
} from '../conditions.ts'
import { eachMoment, type Moment } from '../elements.ts'
import { limitsOf } from '../follow.ts'
import { accumulators } from './state.ts'

const runs = { quick: 20, full: 400 } as const

/** On a constant gradient, each step of Adagrad is at most as long as the one before, up to the rounding of both. */
const stepNeverGrows: Check = {
  name: 'effective step never grows',
  group: 'invariant',
  claim: "Adagrad's effective step never grows",
  concerns: rule => familyOf(rule) in accumulators,
  shape: context => ({ palettes: ['constant'], fromZero: true, steps: [3, 24], hyper: heldWithoutDecay(context) }),
  accepts: scenario => plain(scenario) && withoutDecay(scenario) && isConstant(scenario),
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
  concerns: rule => averaging.has(familyOf(rule)),
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

/** Families whose step is the buffer alone; which hyper-parameter is its factor. */
const momentumFactor: Readonly<Record<string, readonly string[]>> = {
  momentum: ['gamma', 'momentum'],
  nesterov: ['gamma', 'momentum'],
  sgd: ['momentum'],
}

const factorOf = (rule: Rule, hyper: HyperValues): number =>
  Number(completedHyper(rule, hyper)[momentumFactor[familyOf(rule)]!.find(name => name in rule.hyper)!])

const geometricDecay: Check = {
  name: 'momentum decays geometrically',
  group: 'invariant',
  claim: 'when gradients become zero, each step is the momentum factor times the one before',
  concerns: rule => (momentumFactor[familyOf(rule)] ?? []).some(name => name in rule.hyper),
  shape: context => ({ fromZero: true, steps: [4, 16], hyper: heldWithoutDecay(context) }),
  adapt: scenario => zerosFrom(scenario, 2),
  // Without momentum there is nothing left to decay, and nothing to be seen.
  accepts: (scenario, { rule }) =>
    plain(scenario) &&
    withoutDecay(scenario) &&
    scenario.steps >= 4 &&
    isZeroFrom(scenario, 2) &&
    factorOf(rule, hyperOf(scenario)) > 0,
  judge: ([trace], { rule, arithmetic }) => {
    const limits = limitsOf(rule, arithmetic, trace)
    const last = new Map<string, number>()
    return eachMoment(trace, ({ step, k, i, x, was, hyper }) => {
      if (was === undefined) return undefined
      const key = `${k}.${i}`
      const before = last.get(key)
      last.set(key, x - was)
      if (before === undefined || before === 0 || step < 4) return undefined
      const factor = factorOf(rule, hyper)
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

const opposes: Check = {
  name: 'first step opposes the gradient',
  group: 'invariant',
  claim: 'from a fresh state, the first step goes against the gradient (along it when maximizing)',
  shape: context => ({ fromZero: true, steps: [1, 1], hyper: heldWithoutDecay(context) }),
  accepts: scenario => plain(scenario) && withoutDecay(scenario),
  judge: ([trace], { rule, arithmetic }) => {
    const limits = limitsOf(rule, arithmetic, trace)
    return eachMoment(trace, ({ step, k, i, x, was, gradient, hyper }) => {
      if (step > 1 || was === undefined || gradient === 0) return undefined
      const downhill = hyper.maximize ? gradient : -gradient
      const along = (x - was) * Math.sign(downhill)
      if (along >= 0) return true
      const slack = allowance * limits(1, k, i)!.error
      if (!Number.isFinite(slack)) return undefined
      const allowed =
        downhill > 0 ? { low: was, high: Number.POSITIVE_INFINITY } : { low: Number.NEGATIVE_INFINITY, high: was }
      return along >= -slack || allowed
    })
  },
  runs,
}

export const stepInvariants: readonly Check[] = [stepNeverGrows, boundedStep, geometricDecay, opposes]

import { completedHyper, isLegal } from '../../derive/hyper.ts'
import { loadRule } from '../../language/load.ts'
import type { Rule } from '../../language/rule.ts'
import { remember } from '../../numbers/remember.ts'
import type { Trace } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Check } from '../check.ts'
import { allHyper, defaultsOf, familyOf, hyperOf, inRule, plain } from '../conditions.ts'
import { judgeTrace } from '../lockstep.ts'

const runs = { quick: 15, full: 300 } as const

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
    families.includes(familyOf(rule)) &&
    dialects.includes(rule.dialect) &&
    isLegal(rule, { ...defaultsOf(rule), ...inRule(rule, held) }),
  shape: ({ rule }) => ({ hyper: inRule(rule, held), absent: rule.clock === 'parameter' }),
  accepts: (scenario, { rule }) =>
    !scenario.changes &&
    Object.entries(inRule(rule, held)).every(([id, value]) => allHyper(rule, scenario)[id] === value) &&
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
  concerns: rule => familyOf(rule) === 'nesterov' && 'momentum' in rule.hyper,
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

/** Claims that a rule becomes another, simpler one. */
export const reductionChecks: readonly Check[] = [...reductions.map(reductionCheck), shifted]

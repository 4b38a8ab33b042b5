import type { Rule } from '../../src/language/rule.ts'
import { arrayFromBits, arrayToBits } from '../../src/numbers/bits.ts'
import type { Scenario, ScenarioParam } from '../../src/subject/scenario.ts'
import type { HyperValues } from '../../src/subject/subject.ts'

const bits = (values: readonly number[]): string => arrayToBits(values, 'float64')

/** Values at which every hyper-parameter can be told from its neighbours; none is a default. */
const telling: HyperValues = {
  lr: 0.05,
  momentum: 0.8,
  dampening: 0.3,
  weight_decay: 0.1,
  lr_decay: 0.2,
  initial_accumulator_value: 0.3,
  beta1: 0.8,
  beta2: 0.9,
  eps: 0.01,
  gamma: 0.7,
  rho: 0.7,
  alpha: 0.7,
}

const own = (rule: Rule, values: HyperValues): HyperValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(rule.hyper, name)))

export const tellingHyper = (rule: Rule): HyperValues => own(rule, telling)

/** Defaults, telling values, each option switched on, and no momentum where that is allowed. */
function hyperSets(rule: Rule): HyperValues[] {
  const options = Object.values(rule.hyper).filter(hyper => typeof hyper.default === 'boolean')
  const still = rule.hyper.momentum?.default === 0 ? [own(rule, { ...telling, momentum: 0 })] : []
  return [
    {},
    own(rule, telling),
    ...still,
    ...options.map(({ name }) => own(rule, { ...telling, [name]: true, ...(name === 'nesterov' && { dampening: 0 }) })),
  ]
}

const directions = [
  [0.8, -1.3, 0.4],
  [-0.5, 0.9, 1.1],
  [1.7, 0.2, -0.6],
  [0.3, -0.7, 0.9],
  [-1.1, 0.6, 0.5],
]

/** What a scenario is made of: two parameters where it does not say others. */
interface Parts {
  name: string
  hyper?: HyperValues
  scale?: number
  steps?: number
  /** The first gradient is exactly zero. */
  idle?: boolean
  alone?: true
  /** The second parameter has no gradient in the first and third step. */
  late?: boolean
  params?: ScenarioParam[]
  groups?: Scenario['groups']
  changes?: Scenario['changes']
}

const first: ScenarioParam = { name: 'a', value: bits([1, -0.5, 0]) }
const second: ScenarioParam = { name: 'b', value: bits([2, -3, 0.125]) }

export function scenario(rule: Rule, parts: Parts): Scenario {
  const { name, hyper = {}, scale = 1, steps = directions.length, idle = false, alone, changes } = parts
  const groups = parts.groups ?? [{ hyper, params: parts.params ?? (alone ? [first] : [first, second]) }]
  const sizes = groups.flatMap(({ params }) => params.map(({ value }) => value.length / 16))
  const gradient = (step: number, parameter: number): string | null => {
    if (parameter > 0 && parts.late && (step === 0 || step === 2)) return null
    const direction = directions[(step + parameter) % directions.length]!
    const factor = idle && step === 0 ? 0 : scale * (1 + 0.1 * Math.floor(step / directions.length))
    return bits(Array.from({ length: sizes[parameter]! }, (_, i) => factor * direction[i % direction.length]!))
  }
  return {
    name,
    rule: rule.id,
    format: 'float64',
    groups,
    steps,
    gradients: Array.from({ length: steps }, (_, step) => sizes.map((_, parameter) => gradient(step, parameter))),
    ...(changes && { changes }),
  }
}

/** The rate divided by ten before the third step, where the rule has one. */
const rateChange = (rule: Rule): Scenario['changes'] =>
  rule.hyper.lr ? [{ step: 3, group: 0, hyper: { lr: 0.005 } }] : []

/** Every scenario by hand in which a formula is held against another; with late gradients, where a subject takes them. */
export function scenarios(rule: Rule, late: boolean): Scenario[] {
  const sets = hyperSets(rule)
  const changes = rateChange(rule)
  return [
    ...sets.map((hyper, k) => scenario(rule, { name: `unit ${k}`, hyper, late })),
    ...sets.map((hyper, k) => scenario(rule, { name: `tiny ${k}`, hyper, scale: 1e-4, late })),
    scenario(rule, { name: 'idle at first', hyper: sets[1]!, idle: true, late }),
    scenario(rule, { name: 'rate changed', hyper: sets[1]!, late, ...(changes && { changes }) }),
    scenario(rule, {
      name: 'long',
      hyper: { ...sets[1]!, ...own(rule, { beta1: 0.9, beta2: 0.999 }) },
      steps: 300,
      late,
    }),
  ]
}

/** One parameter, nothing absent, nothing changed: where only the formula is in play. */
export const plain = (rule: Rule): Scenario =>
  scenario(rule, { name: 'plain', hyper: { ...defaultsOf(rule), ...tellingHyper(rule) }, alone: true })

const defaultsOf = (rule: Rule): HyperValues =>
  Object.fromEntries(Object.values(rule.hyper).map(hyper => [hyper.name, hyper.default]))

export const withRateChange = (rule: Rule): Scenario =>
  scenario(rule, { name: 'rate changed', hyper: tellingHyper(rule), alone: true, changes: rateChange(rule)! })

export const twoParameters = (rule: Rule): Scenario =>
  scenario(rule, { name: 'two parameters', hyper: tellingHyper(rule), late: true })

export const defaultsOnly = (rule: Rule): Scenario => scenario(rule, { name: 'defaults', alone: true })

/** Two groups, the second without decay. */
export const twoGroups = (rule: Rule): Scenario =>
  scenario(rule, {
    name: 'two groups',
    groups: [
      { hyper: tellingHyper(rule), params: [first] },
      { hyper: { ...tellingHyper(rule), weight_decay: 0 }, params: [second] },
    ],
  })

const matrix: ScenarioParam = { name: 'w', value: bits([1, -2, 3, -4, 5, -6]), shape: [2, 3] }

export const oneMatrix = (rule: Rule): Scenario =>
  scenario(rule, { name: 'matrix', hyper: tellingHyper(rule), params: [matrix] })

export const matrixByColumns = (rule: Rule): Scenario =>
  scenario(rule, { name: 'matrix by columns', hyper: tellingHyper(rule), params: [{ ...matrix, strides: [1, 2] }] })

export const emptyLast = (rule: Rule): Scenario =>
  scenario(rule, { name: 'empty', hyper: tellingHyper(rule), params: [first, { name: 'none', value: '', shape: [0] }] })

const narrowed = (text: string): string => arrayToBits(arrayFromBits(text, 'float64').map(Math.fround), 'float32')

/** The same scenario with every number rounded to float32. */
export const inFloat32 = (wide: Scenario): Scenario => ({
  ...wide,
  format: 'float32',
  groups: wide.groups.map(({ hyper, params }) => ({
    hyper,
    params: params.map(param => ({ ...param, value: narrowed(param.value) })),
  })),
  gradients: (wide.gradients as (string | null)[][]).map(step => step.map(bits => bits && narrowed(bits))),
})

import type { Hyper, Rule } from '../../language/rule.ts'
import { noRule } from '../../subject/no-rule.ts'
import type { Offer } from '../../subject/subject.ts'

/** Whether there is no formula: then nothing may be asked of the rule but its hyper-parameters. */
export const isFree = ({ id }: Rule): boolean => id === noRule

/** Names of the learning rate, in the frameworks that Lockstep knows and in the papers. */
export const rates = ['lr', 'learning_rate', 'learningRate', 'step_size', 'eta'] as const

/** The name under which a rule takes its learning rate. */
export const rateOf = ({ hyper }: Rule): string | undefined =>
  rates.find(name => typeof hyper[name]?.default === 'number')

/** A rate for optimizers that take one and have no default for it; any one will do that moves a parameter visibly. */
const someRate = 0.01

/** The hyper-parameters of a subject at its own defaults, as a rule without a formula: scenarios can be drawn for it. */
export function freeRule({ hyper, defaults = {} }: Offer): Rule {
  const rate = rates.find(name => hyper.includes(name))
  const known = { ...(rate !== undefined && { [rate]: someRate }), ...defaults }
  const taken = hyper.filter(name => Object.hasOwn(known, name))
  return {
    id: noRule,
    family: noRule,
    dialect: '',
    title: 'no rule',
    source: '',
    hyper: Object.fromEntries(taken.map((name): [string, Hyper] => [name, hyperOf(name, known[name]!)])),
    state: {},
    at: { op: 'name', id: 'x', kind: 'tensor' },
    clock: 'parameter',
    require: [],
    step: [],
    closedForms: [],
  }
}

const hyperOf = (name: string, value: number | boolean): Hyper => ({
  name,
  default: value,
  text: String(value),
  meaning: '',
})

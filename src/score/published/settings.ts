import { isLegal } from '../../derive/hyper.ts'
import type { Rule } from '../../language/rule.ts'
import { findRule } from '../../rules/lookup.ts'
import { sameHyper } from '../../rules/same-hyper.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Arrays, Row } from './row.ts'

/** Values at which an option does nothing: a rule without the option is the rule at that value. */
const neutral: HyperValues = {
  lr: 1,
  momentum: 0,
  dampening: 0,
  weight_decay: 0,
  lr_decay: 0,
  initial_accumulator_value: 0,
  nesterov: false,
  amsgrad: false,
  centered: false,
  maximize: false,
}

/** How a row is given to a rule. */
export interface Settings {
  readonly hyper: HyperValues
  /** L2 penalty that the rule does not know, to be added to the gradient. */
  readonly penalty: number
}

/** A row's settings by the names of another dialect of its family; undefined where the rule does not have them. */
export function settingsFor(row: Row, rule: Rule): Settings | undefined {
  const names = sameHyper(findRule(row.rule), rule)
  const own = (name: string): string | undefined =>
    names.get(name) ?? (Object.hasOwn(rule.hyper, name) ? name : undefined)
  const fixed: HyperValues = {}
  for (const [name, value] of Object.entries(row.hyper)) {
    const found = own(name)
    if (found !== undefined) fixed[found] = value
    else if (neutral[name] !== value) return undefined
  }
  const carried = row.penalty !== undefined && own('weight_decay') === undefined
  if (row.penalty !== undefined && !carried) fixed.weight_decay = row.penalty
  const idle = Object.fromEntries(Object.entries(row.idle ?? {}).filter(([name]) => own(name) !== undefined))
  const hyper = [{ ...fixed, ...idle }, fixed].map(values => filled(rule, values)).find(each => each !== undefined)
  return hyper && { hyper, penalty: carried ? row.penalty : 0 }
}

/** With what the row does not speak of switched off; undefined where that cannot be, or the whole is not legal. */
function filled(rule: Rule, values: HyperValues): HyperValues | undefined {
  const missing = Object.keys(rule.hyper).filter(name => !Object.hasOwn(values, name))
  if (missing.some(name => !Object.hasOwn(neutral, name))) return undefined
  const all = { ...Object.fromEntries(missing.map(name => [name, neutral[name]!])), ...values }
  return isLegal(rule, all) ? all : undefined
}

/** State by a rule's own names: by name, else by what the variable is; undefined where the rule has no such variable. */
export function stateFor(
  state: Readonly<Record<string, Arrays>>,
  source: Rule,
  rule: Rule,
): Readonly<Record<string, Arrays>> | undefined {
  const found = Object.entries(state).map(([name, arrays]) => {
    const { meaning } = source.state[name]!
    const same = Object.values(rule.state).find(other => meaning !== '' && other.meaning === meaning)
    const own = Object.hasOwn(rule.state, name) ? name : same?.name
    return own === undefined ? undefined : ([own, arrays] as const)
  })
  return found.every(each => each !== undefined) ? Object.fromEntries(found) : undefined
}

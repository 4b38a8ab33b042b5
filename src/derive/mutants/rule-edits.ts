import { contains as inside } from '../../language/domain.ts'
import { print } from '../../language/print.ts'
import type { Hyper, Rule } from '../../language/rule.ts'
import type { Expr, Test } from '../../language/tree.ts'
import { mapChildren, type Node, reads } from '../../language/walk.ts'
import { isLegal } from '../hyper.ts'

/** Another rule, what was and is written, and what is wrong with it: a sentence without its full stop. */
export interface RuleEdit {
  readonly rule: Rule
  readonly was: string
  readonly now: string
  readonly says: string
}

/** The gradient is taken at the iterate instead of ahead of it. */
const lookAhead = (rule: Rule): RuleEdit[] =>
  rule.at.op === 'name'
    ? []
    : [
        {
          rule: { ...rule, at: { op: 'name', id: 'x', kind: 'tensor' } },
          was: `at: ${print(rule.at)}`,
          now: 'at: x',
          says: 'the look-ahead is dropped: the gradient is taken at x',
        },
      ]

/** The step count is that of the optimizer instead of the parameter, or the other way round. */
function clock(rule: Rule): RuleEdit[] {
  if (![rule.at, ...rule.step.map(({ value }) => value)].some(value => reads(value, 't'))) return []
  const other = rule.clock === 'parameter' ? 'optimizer' : 'parameter'
  const says =
    other === 'optimizer'
      ? 't counts the steps of the optimizer, also those in which a parameter has no gradient'
      : 't counts the updates of each parameter instead of the steps of the optimizer'
  return [{ rule: { ...rule, clock: other }, was: `clock: ${rule.clock}`, now: `clock: ${other}`, says }]
}

/** State that starts elsewhere. */
const starts = (rule: Rule): RuleEdit[] =>
  Object.values(rule.state).map(state => {
    const was = print(state.init)
    const text = was === '0' ? '1' : '0'
    return {
      rule: {
        ...rule,
        state: { ...rule.state, [state.name]: { ...state, init: { op: 'num', text, kind: 'scalar' } } },
      },
      was: `${state.name} starts at ${was}`,
      now: `${state.name} starts at ${text}`,
      says: `${state.name} starts at ${text} instead of ${was}`,
    }
  })

/** Defaults that are ten times as large or small, or the other way round. */
const defaults = (rule: Rule): RuleEdit[] =>
  Object.values(rule.hyper)
    .flatMap(hyper =>
      otherDefaults(hyper).map(({ value, text }) => ({
        rule: { ...rule, hyper: { ...rule.hyper, [hyper.name]: { ...hyper, default: value, text } } },
        was: `${hyper.name}: ${hyper.text}`,
        now: `${hyper.name}: ${text}`,
        says: `the default of ${hyper.name} is ${text} instead of ${hyper.text}`,
      })),
    )
    .filter(({ rule: other }) => isLegal(other, defaultsOf(other)))

const defaultsOf = ({ hyper }: Rule): Record<string, number | boolean> =>
  Object.fromEntries(Object.values(hyper).map(({ name, default: value }) => [name, value]))

/** An option that is stuck in all of a rule: in its step and in the conditions under which there is state. */
const stuck = (rule: Rule): RuleEdit[] =>
  Object.values(rule.hyper)
    .filter(({ default: value }) => typeof value === 'boolean')
    .flatMap(({ name }) =>
      [true, false].map(on => ({
        rule: {
          ...rule,
          step: rule.step.map(statement => ({ ...statement, value: settled(statement.value, name, on) as Expr })),
          state: Object.fromEntries(
            Object.values(rule.state).map(({ when, ...state }) => [
              state.name,
              { ...state, ...(when && { when: settled(when, name, on) as Test }) },
            ]),
          ),
        },
        was: `${name}: as it is asked for`,
        now: `${name}: always ${on ? 'on' : 'off'}`,
        says: `${name} is always ${on ? 'on' : 'off'}, whatever is asked for`,
      })),
    )

/** A tree in which a flag is known. */
function settled(node: Node, flag: string, on: boolean): Node {
  if (node.op === 'flag') return node.id === flag ? constant(on) : node
  return mapChildren(node, child => settled(child, flag, on))
}

const zero: Expr = { op: 'num', text: '0', kind: 'scalar' }
const constant = (on: boolean): Test => ({ op: on ? 'eq' : 'ne', a: zero, b: zero, kind: 'scalar' })

function otherDefaults({ default: value, domain }: Hyper): { value: number | boolean; text: string }[] {
  if (typeof value === 'boolean') return [{ value: !value, text: String(!value) }]
  const others =
    value === 0 ? [0.1, 0.5] : value > 0.1 && value < 1 ? [value / 2, 1 - (1 - value) / 10] : [value * 10, value / 10]
  return others
    .map(other => Number(other.toPrecision(12)))
    .filter(other => !domain || inside(domain, other))
    .map(other => ({ value: other, text: String(other) }))
}

/** All classes of edits of a rule beside its step, by name. */
export const ruleEdits = {
  'look-ahead': lookAhead,
  clock,
  'stuck option': stuck,
  start: starts,
  default: defaults,
} as const satisfies Record<string, (rule: Rule) => readonly RuleEdit[]>

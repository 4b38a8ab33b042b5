import { lowerRule } from '../../src/language/lower-rule.ts'
import { printStatement } from '../../src/language/print.ts'
import type { DialectSource, Rule } from '../../src/language/rule.ts'
import { families } from '../../src/rules/index.ts'
import type { Trace } from '../../src/subject/scenario.ts'
import type { HyperValues } from '../../src/subject/subject.ts'

/** A deviation of a recording from its rule, written as what the library does instead: the rule's text, and what it reads. */
export interface Explanation {
  readonly recording: string
  readonly families: readonly string[]
  readonly formats: readonly string[]
  readonly what: string
  edit?(step: string): string
  hyper?(hyper: HyperValues): HyperValues
}

const outsideRoot = /\(?sqrt\(([^()]*)\) \+ eps\)?/
const casts = ['momentum', 'weight_decay', 'initial_accumulator_value']

/** Every way in which a recording is known to leave its rule; with them, each record is as it was made. */
export const explanations: readonly Explanation[] = [
  {
    recording: 'tfjs',
    families: ['rmsprop'],
    formats: ['float32'],
    what: 'centered: epsilon is subtracted inside the root (tfjs-core/src/optimizers/rmsprop_optimizer.ts:applyGradients)',
    edit: step => step.replace('v - m^2 + eps', 'v - (m^2 + eps)'),
  },
  {
    recording: 'keras',
    families: ['adagrad', 'rmsprop'],
    formats: ['float32', 'float64'],
    what: 'epsilon stands inside the root (keras/src/optimizers/adagrad.py and rmsprop.py:update_step)',
    edit: step => step.replace(outsideRoot, 'sqrt(($1) + eps)'),
  },
  {
    recording: 'keras',
    families: ['sgd', 'momentum', 'nesterov', 'adagrad', 'adam', 'adamw'],
    formats: ['float64'],
    what: 'Python scalars reach float64 by way of float32 (keras/src/backend/tensorflow/core.py:cast)',
    edit: step => step.replace(/beta([12])\^t/g, 'cast$1^t'),
    hyper: hyper => ({
      ...hyper,
      ...Object.fromEntries(casts.flatMap(id => castOf(hyper, id, id))),
      ...Object.fromEntries(['1', '2'].flatMap(id => castOf(hyper, `beta${id}`, `cast${id}`))),
    }),
  },
]

const castOf = (hyper: HyperValues, from: string, to: string): [string, number][] =>
  typeof hyper[from] === 'number' ? [[to, Math.fround(hyper[from])]] : []

/** The explanations that a trace needs. */
export const explanationsOf = (recording: string, { scenario }: Trace): Explanation[] =>
  explanations.filter(
    each =>
      each.recording === recording &&
      each.families.includes(scenario.rule.split('/')[0]!) &&
      each.formats.includes(scenario.format),
  )

/** A rule with the deviations written into it. */
export function explainedRule(rule: Rule, applied: readonly Explanation[]): Rule {
  if (applied.length === 0) return rule
  const source = families.find(({ id }) => id === rule.family)!.dialects[rule.dialect]!
  const text = rule.step.map(printStatement).join('\n')
  const step = applied.reduce((so, { edit }) => edit?.(so) ?? so, text)
  const more = /cast1/.test(step) ? { cast1: { default: '0.9' }, cast2: { default: '0.999' } } : {}
  const { closedForms: _, ...rest } = source
  const lowered = lowerRule(rule, { ...rest, step, hyper: { ...source.hyper, ...more } } satisfies DialectSource)
  return { ...lowered, state: rule.state }
}

/** A trace with the hyper-parameters that the library read. */
export function explainedTrace({ scenario, steps }: Trace, applied: readonly Explanation[]): Trace {
  const read = (hyper: HyperValues): HyperValues => applied.reduce((so, { hyper: change }) => change?.(so) ?? so, hyper)
  return {
    scenario: { ...scenario, groups: scenario.groups.map(group => ({ ...group, hyper: read(group.hyper) })) },
    steps: steps.map(step => ({ ...step, hyper: step.hyper.map(read) })),
  }
}

import type { Rule } from '../language/rule.ts'
import type { Check } from './check.ts'
import { closedFormChecks } from './closed-forms.ts'
import { contracts } from './contracts/index.ts'
import { discriminating } from './discriminating.ts'
import { extremes } from './extremes.ts'
import { formula, golden, lateSteps } from './formula.ts'
import { invariants } from './invariants/index.ts'
import { manyElements } from './many-elements.ts'
import { relations } from './relations/index.ts'

/** The checks that are about a rule, in the order in which they are reported. */
export const checksFor = (rule: Rule): Check[] =>
  [
    golden,
    formula,
    discriminating,
    lateSteps,
    manyElements,
    extremes,
    ...closedFormChecks(rule),
    ...invariants,
    ...relations,
    ...contracts,
  ].filter(check => check.concerns?.(rule) ?? true)

export type { Check, Context } from './check.ts'
export { freeRule } from './contracts/free-rule.ts'
export { contracts } from './contracts/index.ts'
export { asMatrices } from './contracts/shapes.ts'
export { evaluate } from './evaluate.ts'
export { runCheck } from './run.ts'

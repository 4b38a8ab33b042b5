import type { Rule } from '../language/rule.ts'
import type { Check } from './check.ts'
import { closedFormChecks } from './closed-forms.ts'
import { extremes } from './extremes.ts'
import { formula, golden, lateSteps } from './formula.ts'
import { invariants } from './invariants/index.ts'
import { relations } from './relations/index.ts'

/** The checks that are about a rule, in the order in which they are reported. */
export const checksFor = (rule: Rule): Check[] =>
  [golden, formula, lateSteps, extremes, ...closedFormChecks(rule), ...invariants, ...relations].filter(
    check => check.concerns?.(rule) ?? true,
  )

export type { Check, Context } from './check.ts'
export { runCheck } from './run.ts'

import { completeHyper } from '../derive/hyper.ts'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { findRule } from '../rules/lookup.ts'
import type { Feature, Format, Group, Subject } from '../subject/subject.ts'
import { LiftedRun } from './lifted-run.ts'
import type { UserFunction, UserModule } from './module-lift.ts'

/** How a function is presented. */
export interface FunctionOptions {
  /** Default: the function's own name. */
  readonly name?: string
  /** The format in which it computes; default: float64. */
  readonly format?: Format
  /** How it rounds; default: IEEE 754 as written. */
  readonly arithmetic?: Arithmetic
  /** Finds a rule by its id; default: the built-in rules. */
  readonly findRule?: (id: string) => Rule
}

/** Names that say nothing: an arrow function that is exported as it stands, and what vite makes of it. */
const nameless = /^(default|__vite\w*)?$/

/**
 * A function `(hyper, x0) => ({ step(gradient) })` as a subject, in this process: if it hangs, everything hangs. Each
 * parameter gets an instance of its own, and every hyper-parameter of the rule.
 */
export function functionSubject(create: UserFunction, options: FunctionOptions = {}): Subject {
  const { format = 'float64', arithmetic = ieee, findRule: find = findRule } = options
  const name = options.name ?? (nameless.test(create.name) ? 'optimizer' : create.name)
  const module: UserModule = { name, format, create }
  const begin = (rule: Rule, groups: readonly Group[]): LiftedRun =>
    new LiftedRun(
      module,
      rule.id,
      groups.map(group => ({ ...group, hyper: completeHyper(rule, group.hyper) })),
    )
  return {
    name,
    formats: [format],
    arithmetic,
    offers: id => {
      const rule = find(id)
      const features = featuresOf(() =>
        begin(rule, [{ hyper: {}, params: [{ name: 'x', value: Float64Array.of(1) }] }]),
      )
      const state = features.includes('state') ? Object.values(rule.state).map(({ as }) => as) : []
      return { rule: rule.id, hyper: Object.keys(rule.hyper), state, features }
    },
    open: async ({ rule, groups }, saved) => {
      const run = begin(find(rule), groups)
      if (saved !== undefined) await run.load(saved)
      return run
    },
  }
}

/** A function that fails at once offers nothing beside its steps; each check then says what went wrong. */
function featuresOf(begin: () => LiftedRun): Feature[] {
  try {
    return begin().features
  } catch {
    return []
  }
}

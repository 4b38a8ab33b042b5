import { completeHyper, isLegal } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { HyperValues, Played } from '../subject/subject.ts'
import { stateByValue, trialGradients, trialStart } from './match-state.ts'

const format = 'float64'

/**
 * How a library names the state of a rule of which it has a dialect of its own: by the rule's names, the library's for
 * those variables to which both formulas give the same values. Names alone would not do: `v` has two signs.
 */
export async function dialectState(rule: Rule, dialect: Rule): Promise<ReadonlyMap<string, string>> {
  if (rule.id === dialect.id) return new Map()
  return stateByValue(rule, format, await played(dialect, common(rule, dialect)))
}

/** The rule's defaults as far as the dialect takes them, else its own. */
function common(rule: Rule, dialect: Rule): HyperValues {
  const own = completeHyper(dialect, {})
  const shared = Object.entries(completeHyper(rule, {})).filter(([name, value]) => typeof value === typeof own[name])
  const values = { ...own, ...Object.fromEntries(shared) }
  return isLegal(dialect, values) ? values : own
}

/** The trial as a dialect's own replay goes through it. */
async function played(dialect: Rule, hyper: HyperValues): Promise<Played[]> {
  const params = [{ name: 'x', value: Float64Array.from(trialStart) }]
  const run = await ruleSubject(dialect).open({ rule: dialect.id, format, groups: [{ hyper, params }] })
  const steps: Played[] = []
  for (const gradients of trialGradients(format)) {
    const x = await run.step(gradients)
    const { state } = (await run.observe?.()) ?? {}
    steps.push({ ...(x && { x }), ...(state && { state }) })
  }
  return steps
}

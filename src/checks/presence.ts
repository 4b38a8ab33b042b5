import { completedHyper, holds } from '../derive/hyper.ts'
import type { Rule } from '../language/rule.ts'
import type { Trace } from '../subject/scenario.ts'

/**
 * A state variable that is shown where the options leave it out, or missing after a step that wrote it, in words;
 * undefined where state is there exactly when the rule has it. Steps at which no state is shown say nothing.
 */
export function strayState(rule: Rule, trace: Trace): string | undefined {
  const params = trace.scenario.groups.flatMap(({ params }, group) => params.map(({ name }) => ({ name, group })))
  const updated = params.map(() => false)
  for (const [s, step] of trace.steps.entries()) {
    for (const [k, { name, group }] of params.entries()) {
      updated[k] ||= step.gradients[k] != null
      const shown = step.state?.[k]
      if (!shown) continue
      const hyper = completedHyper(rule, step.hyper[group]!)
      for (const { as, when } of Object.values(rule.state)) {
        const exists = !when || holds({ test: when, text: '' }, hyper)
        const there = shown[as] !== undefined
        if (there && !exists) return `state ${as} of ${name} is shown at step ${s + 1}, where these options have none`
        if (!there && exists && updated[k]) return `state ${as} of ${name} is missing at step ${s + 1}`
      }
    }
  }
  return undefined
}

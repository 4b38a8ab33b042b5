import type { Bits, Scenario } from '../../subject/scenario.ts'

/**
 * Takes away from a scenario whatever it shows without: steps, parameters, gradients, starts. A change of the rate and the
 * number of steps shrink together here, which shrinking each number that was drawn does not do.
 */
export async function smallest(scenario: Scenario, shows: (smaller: Scenario) => Promise<boolean>): Promise<Scenario> {
  for (const smaller of candidates(scenario)) if (await shows(smaller)) return smallest(smaller, shows)
  return scenario
}

const zero = (bits: Bits): Bits => '0'.repeat(bits.length)

function* candidates(scenario: Scenario): Generator<Scenario> {
  const { gradients, groups } = scenario
  if (scenario.steps > 1) yield { ...withoutStep(scenario, scenario.steps) }
  if (!Array.isArray(gradients)) return
  for (let step = 1; step < scenario.steps; step++) yield withoutStep(scenario, step)
  const [group] = groups as [Scenario['groups'][number]]
  for (const k of group.params.keys()) {
    const left = gradients.map(step => step.toSpliced(k, 1))
    // Some frameworks refuse a step in which nothing has a gradient.
    if (group.params.length > 1 && left.every(step => step.some(bits => bits !== null)))
      yield { ...scenario, groups: [{ ...group, params: group.params.toSpliced(k, 1) }], gradients: left }
  }
  for (const [k, param] of group.params.entries()) {
    if (param.value !== zero(param.value))
      yield {
        ...scenario,
        groups: [{ ...group, params: group.params.with(k, { ...param, value: zero(param.value) }) }],
      }
    for (const [s, step] of gradients.entries()) {
      const bits = step[k]
      if (bits && bits !== zero(bits)) yield { ...scenario, gradients: gradients.with(s, step.with(k, zero(bits))) }
    }
  }
}

/** Without one step; what comes later comes a step earlier. */
function withoutStep(scenario: Scenario, step: number): Scenario {
  const { changes, gradients } = scenario
  const steps = scenario.steps - 1
  const kept = changes
    ?.map(change => (change.step > step ? { ...change, step: change.step - 1 } : change))
    .filter(change => change.step <= steps)
  const { changes: _, ...rest } = scenario
  return {
    ...rest,
    steps,
    gradients: Array.isArray(gradients) ? gradients.toSpliced(step - 1, 1) : gradients,
    ...(kept && kept.length > 0 && { changes: kept }),
  }
}

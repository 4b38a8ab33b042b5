import type { Scenario, ScenarioParam } from '../../subject/scenario.ts'

/** The sides of a matrix of so many elements, as square as may be: a matrix optimizer is asked with these. */
export function matrixOf(size: number): number[] {
  if (size === 0) return [0, 1]
  let rows = Math.floor(Math.sqrt(size))
  while (size % rows !== 0) rows -= 1
  return [rows, size / rows]
}

/** A scenario whose parameters are all matrices, those with a shape of their own excepted. */
export function asMatrices(scenario: Scenario): Scenario {
  const digits = scenario.format === 'float32' ? 8 : 16
  const shaped = (param: ScenarioParam): ScenarioParam =>
    param.shape ? param : { ...param, shape: matrixOf(param.value.length / digits) }
  return { ...scenario, groups: scenario.groups.map(group => ({ ...group, params: group.params.map(shaped) })) }
}

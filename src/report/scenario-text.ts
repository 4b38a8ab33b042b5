import { arrayFromBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import { plural, shortest } from './numbers.ts'

const steps = 6
const elements = 6

/** An array in decimals that are read back as the same numbers; long ones are cut. */
function decimals(bits: string, { format }: Scenario): string {
  const values = [...arrayFromBits(bits, format)]
  const shown = values.slice(0, elements).map(value => shortest(value, format))
  return `[${shown.join(', ')}${values.length > elements ? `, … ${values.length - elements} more` : ''}]`
}

/** A scenario in words and decimals: hyper-parameters, where it starts, gradients; one line each, labels first. */
export function describeScenario(scenario: Scenario, until = scenario.steps): [string, string][] {
  const { groups, changes = [] } = scenario
  const params = groups.flatMap(group => group.params)
  const hyper = groups.map(group =>
    Object.entries(group.hyper)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  )
  return [
    ...hyper.map((text, at): [string, string] => [
      groups.length > 1 ? `group ${at + 1}` : 'with',
      text || 'default values',
    ]),
    ...params.map((param, at): [string, string] => [
      at === 0 ? 'start' : '',
      `${param.name} = ${decimals(param.value, scenario)}`,
    ]),
    ...gradients(scenario, until),
    ...changes.map(({ step, hyper }): [string, string] => [
      `at step ${step}`,
      Object.entries(hyper)
        .map(([name, value]) => `${name} becomes ${value}`)
        .join(', '),
    ]),
  ]
}

function gradients(scenario: Scenario, until: number): [string, string][] {
  const { gradients: given } = scenario
  if (!Array.isArray(given)) return [['gradients', `of the problem '${given.problem}'`]]
  const names = scenario.groups.flatMap(group => group.params.map(({ name }) => name))
  const last = Math.min(until, given.length)
  const from = Math.max(0, last - steps)
  const lines = given.slice(from, last).map((step, k): [string, string] => {
    const text = step
      .map((bits, at) => `${names[at]} = ${bits === null ? 'none' : decimals(bits, scenario)}`)
      .join('  ')
    return [`gradient ${from + k + 1}`, text]
  })
  return from > 0 ? [['gradients', `${plural(from, 'earlier step')} not shown`], ...lines] : lines
}

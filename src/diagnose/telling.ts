import type { Check, Context } from '../checks/check.ts'
import { atLeast } from '../checks/contracts/vary.ts'
import { formula } from '../checks/formula.ts'
import type { Palette } from '../checks/palettes.ts'
import type { Shape } from '../checks/scenarios.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'

/** One kind of scenario that tells explanations apart, as a claim of which the scenarios are drawn. */
export type Telling = Pick<Check, 'shape' | 'adapt' | 'accepts'>

const few: readonly [number, number] = [4, 8]

const drawnAs = (palettes: readonly Palette[], more: Shape = {}): Telling => ({
  shape: () => ({ palettes, steps: few, ...more }),
})

/** The same values over and over, up to a length that no loop unrolled by eight or four divides. */
const odd = 19

function widened(scenario: Scenario): Scenario {
  const digits = scenario.format === 'float32' ? 8 : 16
  const wide = (bits: string): string => bits.repeat(odd).slice(0, odd * digits)
  return {
    ...scenario,
    name: 'many elements',
    groups: scenario.groups.map(({ hyper, params: [first, ...others] }) => ({
      hyper,
      params: [{ ...first!, value: wide(first!.value) }, ...others],
    })),
    gradients: (scenario.gradients as (string | null)[][]).map(([first, ...others]) => [
      first === null ? null : wide(first!),
      ...others,
    ]),
  }
}

/** Two groups, of which the second has another learning rate. */
function grouped(scenario: Scenario): Scenario {
  const two = atLeast(2, scenario)
  const [{ hyper, params }] = two.groups as [Scenario['groups'][number]]
  const other: HyperValues = typeof hyper.lr === 'number' ? { ...hyper, lr: hyper.lr / 2 } : hyper
  return {
    ...two,
    name: 'groups',
    groups: [
      { hyper, params: [params[0]!] },
      { hyper: other, params: params.slice(1) },
    ],
  }
}

/** Nothing is said of any hyper-parameter but those that the user holds. */
const unsaid = (scenario: Scenario, { held }: Context): Scenario => ({
  ...scenario,
  name: 'own defaults',
  groups: scenario.groups.map(group => ({
    ...group,
    hyper: Object.fromEntries(Object.entries(group.hyper).filter(([name]) => Object.hasOwn(held, name))),
  })),
})

/** Every option off or on, and the others off; a term without weight gets one. */
function options({ rule, offer, held }: Context): Telling[] {
  const open = Object.values(rule.hyper).filter(({ name }) => offer.hyper.includes(name) && !Object.hasOwn(held, name))
  const flags = open.filter(each => typeof each.default === 'boolean').map(({ name }) => name)
  const weights = open.filter(each => each.default === 0).map(({ name }) => name)
  const off: HyperValues = Object.fromEntries([...flags.map(name => [name, false]), ...weights.map(name => [name, 0])])
  const on: HyperValues[] = [
    ...flags.map(name => ({ ...off, [name]: true })),
    ...weights.map(name => ({ ...off, [name]: 0.1 })),
  ]
  return [off, ...on].map(hyper => drawnAs(['mixed'], { hyper }))
}

/** A learning rate that changes on the way. */
const changing = (palettes: readonly Palette[], vary?: readonly string[]): Telling => ({
  ...drawnAs(palettes, { changes: true, ...(vary && { vary }) }),
  accepts: scenario => scenario.changes !== undefined,
})

/** What a subject is observed in: each palette, each option, each thing that may happen on the way that it offers. */
export function tellings(context: Context): Telling[] {
  const { features } = context.offer
  return [
    drawnAs(['unit'], { vary: [] }),
    drawnAs(['tiny'], { vary: [] }),
    ...options(context),
    ...(['mixed', 'large', 'zeros', 'flips', 'constant'] as const).map(palette => drawnAs([palette])),
    ...(features.includes('defaults') ? [{ ...drawnAs(['tiny', 'unit']), adapt: unsaid }] : []),
    ...(features.includes('set') ? [changing(['unit'], []), changing(['mixed'])] : []),
    ...(features.includes('absent') ? [drawnAs(['late'], { absent: true })] : []),
    ...(context.matrices ? [] : [{ ...drawnAs(['unit'], { vary: [] }), adapt: widened }]),
    ...(features.includes('groups') && !context.matrices
      ? [{ ...drawnAs(['unit'], { vary: [] }), adapt: grouped }]
      : []),
    ...Array.from({ length: 2 }, () => drawnAs(['around'])),
  ]
}

/** A telling as a check, of which scenarios can be drawn. */
export const asCheck = (telling: Telling): Check => ({ ...formula, ...telling })

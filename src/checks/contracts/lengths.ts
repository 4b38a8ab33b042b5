import { drive } from '../../subject/driver.ts'
import type { Bits, Scenario } from '../../subject/scenario.ts'
import type { Check } from '../check.ts'
import { near } from './near.ts'
import { playedOut } from './player.ts'
import { same } from './same.ts'
import { slackOf } from './slack.ts'
import { runs } from './vary.ts'

/** Below, at and above the widths of vector units, and beyond the lengths at which loops are taken apart. */
const lengths = {
  quick: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 1027],
  full: [...Array.from({ length: 17 }, (_, k) => k + 1), 31, 32, 33, 63, 64, 65, 127, 129, 1000, 1027, 4099],
} as const

/** So many of the first lengths come once more at the end, where they are held against the first of their length. */
const again = 2

/**
 * All elements of each parameter start alike and get the same gradients, so that they stay alike, whatever an optimizer
 * makes of a whole parameter: a norm, a mean, an orthogonal factor. A remainder that is left out, or done twice, is not.
 */
export const everyElement: Check = {
  name: 'every element of every length',
  group: 'contract',
  claim:
    'in parameters of lengths around the widths of vector units, equal elements move equally, and so do equal parameters, up to the rounding of both',
  shape: () => ({ palettes: ['unit'], steps: [2, 4], fromZero: true }),
  adapt: (scenario, { depth }) => ofLengths(scenario, [...lengths[depth], ...lengths[depth].slice(0, again)]),
  play: async (scenario, context) => {
    const trace = await drive(context.subject, scenario)
    const slack = await slackOf(scenario, trace, context)
    const distinct = lengths[context.depth].length
    return near(scenario, trace.steps, trace.steps, {
      slack,
      partner: k => [k % distinct, 0],
      reason: 'an element moves differently than its equals in a parameter of the same length',
    })
  },
  runs: { quick: 1, full: 5 },
}

/** A parameter of each length, all of the first element that was drawn. */
function ofLengths(scenario: Scenario, sizes: readonly number[]): Scenario {
  const digits = scenario.format === 'float32' ? 8 : 16
  const [{ hyper, params }] = scenario.groups as [Scenario['groups'][number]]
  const spread = (bits: Bits): Bits[] => sizes.map(size => bits.slice(0, digits).repeat(size))
  return {
    ...scenario,
    groups: [{ hyper, params: spread(params[0]!.value).map((value, k) => ({ name: `p${k + 1}`, value })) }],
    gradients: (scenario.gradients as Bits[][]).map(step => spread(step[0]!)),
  }
}

/** Nothing is computed for no elements; the neighbour goes through what it goes through alone, to the bit. */
export const emptyAccepted: Check = {
  name: 'an empty parameter is no trouble',
  group: 'contract',
  claim: 'beside a parameter without elements, the others move as they do without it',
  shape: () => ({ palettes: ['unit', 'mixed'], steps: [2, 4] }),
  play: async (scenario, { subject }) => {
    const without = await playedOut(subject, scenario)
    try {
      const beside = await playedOut(subject, withEmpty(scenario))
      return same(scenario, beside, without, { reason: 'beside an empty parameter, the others move differently' })
    } catch (error) {
      // The same run without it went through, so that it is the empty parameter that is not accepted.
      const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]
      return { observed: 1, proving: 1, reason: `an empty parameter is not accepted: ${message}` }
    }
  },
  runs,
}

function withEmpty(scenario: Scenario): Scenario {
  const [{ hyper, params }] = scenario.groups as [Scenario['groups'][number]]
  const isMatrix = params[0]!.shape?.length === 2
  const empty = { name: 'empty', value: '', ...(isMatrix && { shape: [0, 3] }) }
  return {
    ...scenario,
    groups: [{ hyper, params: [...params, empty] }],
    gradients: (scenario.gradients as Bits[][]).map(step => [...step, '']),
  }
}

import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { Check } from './check.ts'
import { judgeTrace } from './lockstep.ts'

/** Beyond 4,096, and no multiple of the width of a vector unit. */
const length = 4133

/**
 * The formula on a parameter that is longer than the blocks in which loops, threads and kernels take elements: no two of them
 * have the same start and gradients. Two steps, so that state is read too.
 */
export const manyElements: Check = {
  name: 'many elements',
  group: 'formula',
  claim: 'every element of a parameter of thousands equals the replay or lies within the bound',
  unless: ({ recorded }) => (recorded ? 'recordings have as many elements as they have' : undefined),
  shape: () => ({ palettes: ['unit'], steps: [2, 2], vary: [] }),
  adapt: scenario => stretched(scenario, length),
  judge: ([trace], { rule, arithmetic }) => judgeTrace(rule, arithmetic, trace),
  runs: { quick: 1, full: 10 },
  tries: 20,
}

/** One parameter of so many elements: those that were drawn, over and over, each time a little larger. */
function stretched(scenario: Scenario, size: number): Scenario {
  const { format } = scenario
  const [{ hyper, params }] = scenario.groups as [Scenario['groups'][number]]
  const spread = (bits: readonly Bits[]): Bits => {
    const drawn = bits.flatMap(each => [...arrayFromBits(each, format)])
    const nth = (i: number): number => drawn[i % drawn.length]! * (1 + Math.floor(i / drawn.length) / size)
    return arrayToBits(Array.from({ length: size }, (_, i) => nonzero(nth(i), i)).map(formats[format].round), format)
  }
  return {
    ...scenario,
    name: 'many elements',
    groups: [{ hyper, params: [{ name: params[0]!.name, value: spread(params.map(({ value }) => value)) }] }],
    gradients: (scenario.gradients as Bits[][]).map(step => [spread(step)]),
  }
}

/** A zero that was drawn would hide what is done to it. */
const nonzero = (value: number, i: number): number => value || (1 + i) / length

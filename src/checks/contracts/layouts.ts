import { drive } from '../../subject/driver.ts'
import type { Bits, Scenario, ScenarioParam } from '../../subject/scenario.ts'
import type { Check, Context } from '../check.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { isFree } from './free-rule.ts'
import { near } from './near.ts'
import { opened } from './player.ts'
import { matrixOf } from './shapes.ts'
import { slackOf } from './slack.ts'

/** A layout of six numbers, or of the first of them, and what it asks of the subject. */
interface Layout extends Pick<ScenarioParam, 'shape' | 'strides' | 'offset'> {
  readonly name: string
}

const size = 6

/** Each differs from one row without gaps in one respect alone. Strides are counted in elements. */
export const layouts: readonly Layout[] = [
  { name: 'a number without dimensions', shape: [] },
  { name: 'a row', shape: [1, size] },
  { name: 'a column', shape: [size, 1] },
  { name: 'a matrix', shape: [2, 3] },
  { name: 'three dimensions', shape: [1, 3, 2] },
  { name: 'a slice that begins further on', shape: [size], offset: 3 },
  { name: 'every second element', shape: [size], strides: [2] },
  { name: 'a matrix by columns', shape: [2, 3], strides: [1, 2] },
  { name: 'columns of a wider matrix', shape: [2, 3], strides: [5, 1], offset: 1 },
]

/** What a layout is held against: the plain one, of the same shape where the optimizer may look at shapes. */
const plainShape = ({ shape }: Layout, context: Context): number[] =>
  isFree(context.rule) ? (context.matrices ? matrixOf(size) : shape!) : [sizeOf(shape!)]

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

function laid(scenario: Scenario, { name: _, ...layout }: Layout): Scenario {
  const digits = (scenario.format === 'float32' ? 8 : 16) * sizeOf(layout.shape!)
  const [{ hyper, params }] = scenario.groups as [Scenario['groups'][number]]
  return {
    ...scenario,
    groups: [{ hyper, params: params.map(param => ({ ...param, ...layout, value: param.value.slice(0, digits) })) }],
    gradients: (scenario.gradients as Bits[][]).map(step => step.map(bits => bits.slice(0, digits))),
  }
}

/** Those that say anything: without a formula a shape is held only against itself, and a matrix optimizer takes no other. */
function asked(context: Context): Layout[] {
  const { features } = context.offer
  return layouts
    .filter(({ strides, offset }) => (strides || offset !== undefined ? features.includes('strides') : true))
    .filter(layout => !isFree(context.rule) || layout.strides !== undefined || layout.offset !== undefined)
    .filter(({ shape }) => !context.matrices || shape!.length === 2)
}

const lacking = (context: Context): string | undefined => {
  if (!context.offer.features.includes('shapes')) return 'the subject knows no shapes'
  return asked(context).length === 0 ? 'the subject knows no layouts in memory' : undefined
}

export const layoutsAgree: Check = {
  name: 'layouts agree',
  group: 'contract',
  claim:
    'a parameter moves alike in every shape and layout in memory, each varied on its own, up to the rounding of both',
  unless: lacking,
  shape: () => ({ palettes: ['mixed', 'unit', 'tiny'], steps: [2, 4] }),
  adapt: ofSix,
  play: async (scenario, context) => {
    const judgements: Judgement[] = []
    for (const layout of asked(context)) {
      const plain = laid(scenario, { name: '', shape: plainShape(layout, context) })
      const trace = await drive(context.subject, plain)
      const slack = await slackOf(plain, trace, context)
      const { steps } = await drive(context.subject, laid(scenario, layout))
      const reason = `as ${layout.name}, a parameter moves differently than in one row without gaps`
      judgements.push(near(scenario, steps, trace.steps, { slack, reason }))
      if (failed(judgements.at(-1)!)) break
    }
    return total(judgements)
  },
  runs: { quick: 1, full: 20 },
}

/** One parameter of six elements, those that were drawn over and over. */
function ofSix(scenario: Scenario): Scenario {
  const digits = scenario.format === 'float32' ? 8 : 16
  const six = (bits: Bits): Bits => bits.repeat(size).slice(0, size * digits)
  const [{ hyper, params }] = scenario.groups as [Scenario['groups'][number]]
  return {
    ...scenario,
    groups: [{ hyper, params: [{ name: params[0]!.name, value: six(params.map(({ value }) => value).join('')) }] }],
    gradients: (scenario.gradients as Bits[][]).map(step => [six(step.join(''))]),
  }
}

/** Kernels that count elements where there are gaps write to what lies between. */
export const memoryLeftAlone: Check = {
  name: 'memory beside a parameter is left alone',
  group: 'contract',
  claim: 'no step writes before, behind or between the elements of a parameter',
  unless: ({ offer }) => (offer.features.includes('strides') ? undefined : 'the subject knows no layouts in memory'),
  shape: () => ({ palettes: ['unit'], steps: [2, 3] }),
  adapt: ofSix,
  play: async (scenario, context) => {
    let [observed, proving] = [0, 0]
    for (const layout of asked(context).filter(({ strides, offset }) => strides || offset !== undefined)) {
      const reason = await opened(context.subject, laid(scenario, layout), async player => {
        for (let step = 1; step <= scenario.steps; step++) {
          await player.step(step)
          const { surroundings } = (await player.run.observe?.()) ?? {}
          if (surroundings === undefined) return undefined
          observed += 1
          proving += 1
          if (!surroundings) return `step ${step} wrote to the memory beside a parameter laid out as ${layout.name}`
        }
        return undefined
      })
      if (reason !== undefined) return { observed, proving, reason }
    }
    return observed > 0
      ? { observed, proving }
      : { observed, proving, notShown: 'the subject does not show that memory' }
  },
  runs: { quick: 1, full: 5 },
}

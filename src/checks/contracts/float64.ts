import { isLegal } from '../../derive/hyper.ts'
import { arrayFromBits, arrayToBits } from '../../numbers/bits.ts'
import { formats } from '../../numbers/formats.ts'
import type { Bits, Scenario } from '../../subject/scenario.ts'
import type { Subject } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { allHyper, hyperOf, withHyper } from '../conditions.ts'
import { type Judgement, total } from '../judgement.ts'
import { opened, playedOut, type Steps } from './player.ts'
import { runs } from './vary.ts'

/**
 * Relative changes of an input: two that float32 sees, from which the effect of one that it does not see is foretold. 2^-40
 * is 2^13 units in the last place of a float64, and 2^-16 of one of a float32.
 */
const coarse = 2 ** -16
const medium = 2 ** -20
const fine = 2 ** -40

/** An effect of so many units in the last place of x cannot round to nothing in float64. */
const visible = 64

/** An input of a run, and the scenario with all of it changed by a factor of 1 - e; signs alternate in arrays. */
interface Input {
  readonly name: string
  readonly changed: (e: number) => Scenario
}

/**
 * A computation that passes through float32 somewhere is deaf to small changes of what passes there, and needs no formula
 * to be caught: the parameters, the gradients, and each hyper-parameter are changed where float32 sees it, and where not.
 */
export const float64InFloat64: Check = {
  name: 'float64 is computed in float64',
  group: 'contract',
  claim:
    'a change beyond the digits of float32, in any input, changes the iterates by as much as larger changes foretell',
  formats: ['float64'],
  shape: () => ({ palettes: ['mixed', 'tiny', 'unit'], steps: [4, 8] }),
  play: async (scenario, context) => {
    const base = await playedOut(context.subject, scenario)
    const judgements: Judgement[] = []
    for (const input of inputsOf(scenario, context)) judgements.push(await heard(context.subject, input, base))
    return total(judgements)
  },
  runs,
}

function inputsOf(scenario: Scenario, context: Context): Input[] {
  const { rule, offer, held } = context
  const values = allHyper(rule, scenario)
  const numbers = offer.hyper.filter(
    name =>
      typeof values[name] === 'number' &&
      values[name] !== 0 &&
      !Object.hasOwn(held, name) &&
      name in hyperOf(scenario) &&
      isLegal(rule, { ...values, [name]: values[name] * (1 - coarse) }),
  )
  return [
    { name: 'the start', changed: e => shaken(scenario, e, 'start') },
    { name: 'the gradients', changed: e => shaken(scenario, e, 'gradients') },
    ...numbers.map(
      (name): Input => ({
        name,
        changed: e => withHyper(scenario, { [name]: Number(values[name]) * (1 - e) }),
      }),
    ),
  ]
}

function shaken(scenario: Scenario, e: number, what: 'start' | 'gradients'): Scenario {
  let count = 0
  const shake = (bits: Bits): Bits =>
    arrayToBits(
      arrayFromBits(bits, scenario.format).map(value => value * (1 - (count++ % 2 === 0 ? e : -e))),
      scenario.format,
    )
  if (what === 'gradients')
    return { ...scenario, gradients: (scenario.gradients as Bits[][]).map(step => step.map(shake)) }
  const groups = scenario.groups.map(group => ({
    ...group,
    params: group.params.map(param => ({ ...param, value: shake(param.value) })),
  }))
  return { ...scenario, groups }
}

async function heard(subject: Subject, { name, changed }: Input, base: Steps): Promise<Judgement> {
  const [rough, middle, small] = [
    await playedOut(subject, changed(coarse)),
    await playedOut(subject, changed(medium)),
    await playedOut(subject, changed(fine)),
  ]
  let [asked, answered] = [0, 0]
  for (const [s, step] of base.entries()) {
    for (const [k, values] of (step.x ?? []).entries()) {
      for (const [i, x] of values.entries()) {
        const moved = (steps: Steps): number => Math.abs((steps[s]?.x?.[k]?.[i] ?? Number.NaN) - x)
        const [a, b] = [moved(rough), moved(middle)]
        // Proportional to the change, so that the next one can be foretold: no threshold is crossed.
        if (!(a > 8 * b && a < 32 * b)) continue
        if ((b * fine) / medium < visible * 2 * formats.float64.unit * Math.abs(x)) continue
        asked += 1
        if (moved(small) !== 0) answered += 1
      }
    }
  }
  const deaf = asked > 0 && answered === 0
  const reason = `a change of ${name} by 2^-20 shows, and one by 2^-40 does not: it passes through float32`
  return { observed: asked, proving: asked, ...(deaf && { reason }) }
}

/** A state of fewer digits than its parameter loses what the parameter would have kept. */
export const dtypesKept: Check = {
  name: 'state has the dtype of its parameter',
  group: 'contract',
  claim: 'parameters stay in the format that they were given in, and every state array of their size is in it too',
  shape: () => ({ palettes: ['unit'], steps: [2, 3] }),
  play: (scenario, { subject }) =>
    opened(subject, scenario, async player => {
      const steps = await player.steps(1, scenario.steps)
      const { dtypes } = (await player.run.observe?.()) ?? {}
      if (!dtypes) return { observed: 0, proving: 0, notShown: 'the subject does not show dtypes' }
      const names = scenario.groups.flatMap(({ params }) => params.map(({ name }) => name))
      const shown = names.flatMap((parameter, k) => {
        const own = new Set(['x', ...Object.keys(steps.at(-1)!.state?.[k] ?? {}), ...Object.keys(dtypes[k] ?? {})])
        return [...own].map(variable => ({ parameter, variable, dtype: dtypes[k]?.[variable] }))
      })
      const seen = shown.filter(({ dtype }) => dtype !== undefined)
      const wrong = seen.find(({ dtype }) => dtype !== scenario.format)
      const reason = wrong && `${wrong.variable} of ${wrong.parameter} is ${wrong.dtype}, not ${scenario.format}`
      return { observed: seen.length, proving: seen.length, ...(reason && { reason }) }
    }),
  runs: { quick: 1, full: 5 },
}

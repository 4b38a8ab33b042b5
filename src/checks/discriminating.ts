import type { Scenario } from '../subject/scenario.ts'
import type { Vector, VectorFile } from '../subject/vectors.ts'
import { scenarioOf } from '../subject/vectors.ts'
import type { Check, Context } from './check.ts'
import { asMatrices } from './contracts/shapes.ts'
import { suits } from './draw.ts'
import { judgeTrace } from './lockstep.ts'

/**
 * The inputs that were searched for to tell a rule from each of its single-edit mutants, and shrunk: whatever the seed, no
 * such mutant passes. They are the conformance vectors that ship with the built-in rules.
 */
export const discriminating: Check = {
  name: 'discriminating inputs',
  group: 'formula',
  claim:
    'on the inputs that tell the rule from its wrong variants, every iterate and state variable is as it should be',
  given: context => given(context, discriminating),
  judge: ([trace], { rule, arithmetic }) => judgeTrace(rule, arithmetic, trace),
  runs: { quick: 1, full: 1 },
}

/** The vectors that this subject can play, in the formats that are asked for. */
function given(context: Context, check: Check): Scenario[] {
  const { vectors, formats, matrices } = context
  if (!vectors) return []
  return vectors.vectors
    .filter(vector => playable(vector, context))
    .flatMap(vector => formats.map(format => scenarioFor(vectors, vector, format, context)))
    .map(scenario => (matrices ? asMatrices(scenario) : scenario))
    .filter(scenario => suits(check, context, scenario))
}

const feature = { absent: 'absent', changes: 'set', point: 'point' } as const

function playable({ needs, hyper, defaults }: Vector, { offer, held }: Context): boolean {
  const taken = ([name]: [string, unknown]): boolean => offer.hyper.includes(name) || defaults.includes(name)
  return (
    needs.every(need => offer.features.includes(feature[need])) &&
    Object.entries(hyper).every(taken) &&
    Object.entries(held).every(([name, value]) => hyper[name] === value)
  )
}

/** Hyper-parameters that the subject does not take are left out: it has them at its own default. */
function scenarioFor(file: VectorFile, vector: Vector, format: Scenario['format'], { offer }: Context): Scenario {
  const hyper = Object.fromEntries(Object.entries(vector.hyper).filter(([name]) => offer.hyper.includes(name)))
  return scenarioOf(file, { ...vector, hyper }, format)
}

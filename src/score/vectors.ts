import * as fc from 'fast-check'
import { defaultsOf } from '../checks/conditions.ts'
import { type Shape, scenarios } from '../checks/scenarios.ts'
import { mutantsOf } from '../derive/mutants/index.ts'
import { printStatement } from '../language/print.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import type { Bits, Scenario } from '../subject/scenario.ts'
import type { Vector, VectorFile, VectorParameter } from '../subject/vectors.ts'
import { type Catch, hunt, sparse } from './hunt.ts'
import { trapOf } from './prey.ts'
import { inTenDigits } from './ten-digits.ts'

/** Longer runs over more of what there is, for faults that are no single edits; the same for every rule. */
const breadth: readonly Shape[] = [
  { palettes: ['unit'], steps: [12, 12], vary: [] },
  { palettes: ['mixed'], steps: [10, 10] },
  { palettes: ['tiny'], steps: [6, 6] },
  { palettes: ['large'], steps: [6, 6] },
  { palettes: ['zeros'], steps: [10, 10] },
  { palettes: ['constant'], steps: [20, 20], few: true },
]

/** The conformance vectors of a rule, and the mutants that no input was found for. The same seed finds the same. */
export async function vectorsOf(rule: Rule, seed: number): Promise<{ file: VectorFile; free: string[] }> {
  const { catches, free } = await hunt(rule, mutantsOf(rule), seed)
  const broad: Catch[] = []
  for (const shape of breadth) {
    const [scenario] = fc.sample(scenarios(rule, ['float32'], shape), { seed, numRuns: 1 })
    broad.push({ trap: await trapOf(rule, sparse(rule, scenario!)), mutants: [] })
  }
  return {
    file: {
      schema: 'lockstep/vectors/1',
      rule: rule.id,
      source: rule.source,
      formula: rule.step.map(printStatement),
      vectors: [...catches, ...broad].map((each, at) => vectorOf(rule, each, at + 1)),
    },
    free: free.map(({ id }) => id),
  }
}

function vectorOf(rule: Rule, { trap, mutants }: Catch, number: number): Vector {
  const { scenario, allowed } = trap
  const { hyper } = scenario.groups[0]!
  const changes = scenario.changes?.map(({ step, hyper: values }) => ({ step, hyper: values }))
  const prescribed = Array.isArray(scenario.gradients)
  const absent = Array.isArray(scenario.gradients) && scenario.gradients.some(step => step.includes(null))
  return {
    name: `${number} ${scenario.name}`,
    needs: [
      ...(absent ? ['absent' as const] : []),
      ...(changes ? ['changes' as const] : []),
      ...(prescribed || rule.at.op === 'name' ? [] : ['point' as const]),
    ],
    hyper: { ...defaultsOf(rule), ...hyper },
    defaults: Object.keys(rule.hyper).filter(name => !(name in hyper)),
    steps: scenario.steps,
    ...(changes && { changes }),
    parameters: scenario.groups[0]!.params.map(
      ({ value }, k): VectorParameter => ({
        x0: decoded(value),
        ...gradientsOf(scenario, k),
        float32: allowed.float32.map(step => step[k]!.map(inTenDigits)),
        float64: allowed.float64.map(step => step[k]!),
      }),
    ),
    kills: mutants.map(({ says, now }) => ({ says, now })),
  }
}

const decoded = (bits: Bits): number[] => [...arrayFromBits(bits, 'float32')]

function gradientsOf({ gradients }: Scenario, k: number): Pick<VectorParameter, 'gradients' | 'curvature'> {
  if (!Array.isArray(gradients)) return { curvature: decoded(gradients.coefficients![k]!) }
  return { gradients: gradients.map(step => (step[k] === null ? null : decoded(step[k]!))) }
}

/** A file of vectors as text, a line an array, so that changes can be reviewed. */
export const written = (file: VectorFile): string =>
  `${JSON.stringify(file, undefined, 1)
    .replace(/\[[^[\]{}]*\]|\{[^[\]{}]*\}/g, flat => flat.replace(/\s+/g, ' '))
    .replace(/\[\s+(\[[^{}]*?\])\s+\](?=,?\n)/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`)}\n`

import { closedFormQuickly } from '../derive/closed.ts'
import { completedHyper, holds, isLegal } from '../derive/hyper.ts'
import type { ClosedForm, GradientShape, Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits, ulpsBetween } from '../numbers/bits.ts'
import type { DoubleDouble } from '../numbers/double-double.ts'
import * as dd from '../numbers/double-double.ts'
import type { Bits, Scenario, Trace } from '../subject/scenario.ts'
import type { Format } from '../subject/subject.ts'
import type { Finding } from '../subject/verdict.ts'
import type { Check, Context } from './check.ts'
import { allowance } from './conditions.ts'
import { limitsOf, problemGradient } from './follow.ts'
import type { Judgement } from './judgement.ts'

/** The ratio of geometric gradients; a power of two, so that c * r^k is exact. */
const ratio = 0.5

const title: Readonly<Record<GradientShape, string>> = {
  constant: 'a constant gradient',
  impulse: 'one gradient, then zeros',
  geometric: 'a geometric gradient',
  quadratic: 'a one-dimensional quadratic',
}

/** One check for each closed form written beside a rule. */
export const closedFormChecks = (rule: Rule): Check[] => rule.closedForms.map(form => closedFormCheck(form))

function closedFormCheck(form: ClosedForm): Check {
  return {
    name: `closed form ${form.name}`,
    group: 'closed form',
    claim: `on ${title[form.gradient]}, the n-th iterate equals its closed form`,
    unless: ({ rule, offer }) =>
      form.gradient === 'quadratic' && looksAhead(rule) && !offer.features.includes('point')
        ? 'the subject does not say where it takes its gradient, which this rule does not take at x'
        : undefined,
    shape: () => ({ palettes: ['constant'], steps: [1, 8], hyper: form.where }),
    adapt: scenario => ({ ...scenario, gradients: shaped(scenario, form.gradient) }),
    accepts: (scenario, { rule }) => fits(scenario, form, rule),
    judge: ([trace], context) => judge(form, trace, context),
    runs: { quick: 12, full: 200 },
  }
}

/** Whether a rule takes its gradient elsewhere than at its iterate, so that a problem can be played only where that is known. */
const looksAhead = ({ at }: Rule): boolean => !(at.op === 'name' && at.id === 'x')

const decode = (bits: Bits, format: Format): Float64Array => arrayFromBits(bits, format)

function firstGradients(scenario: Scenario): Bits[] | undefined {
  const { gradients } = scenario
  if (!Array.isArray(gradients)) return gradients.coefficients
  const [first] = gradients
  return first?.every(bits => bits !== null) ? (first as Bits[]) : undefined
}

/** The gradients of a scenario, made into the shape that the form is about; the first step's stay. */
function shaped(scenario: Scenario, shape: GradientShape): Scenario['gradients'] {
  const first = firstGradients(scenario) ?? []
  const { format, steps } = scenario
  if (shape === 'quadratic')
    return {
      problem: 'quadratic',
      coefficients: first.map(bits => arrayToBits(decode(bits, format).map(Math.abs), format)),
    }
  return Array.from({ length: steps }, (_, s) =>
    first.map(bits =>
      arrayToBits(
        decode(bits, format).map(c => gradientAt(shape, c, s + 1)),
        format,
      ),
    ),
  )
}

function gradientAt(shape: GradientShape, c: number, step: number): number {
  if (shape === 'impulse') return step === 1 ? c : 0
  return shape === 'geometric' ? c * ratio ** (step - 1) : c
}

/** Whether a scenario, recorded or drawn, is of the form's kind. */
function fits(scenario: Scenario, form: ClosedForm, rule: Rule): boolean {
  const hyper = completedHyper(rule, scenario.groups[0]!.hyper)
  const first = firstGradients(scenario)
  if (!first || scenario.groups.length > 1 || scenario.changes || scenario.steps > 24 || !isLegal(rule, hyper))
    return false
  if (Object.entries(form.where).some(([name, value]) => hyper[name] !== value)) return false
  const expected = shaped(scenario, form.gradient)
  if (JSON.stringify(expected) !== JSON.stringify(scenario.gradients)) return false
  const gradients = first.flatMap(bits => Array.from(decode(bits, scenario.format)))
  return form.require.every(requirement =>
    gradients.every(c => holds(requirement, { ...hyper, x0: 0, c, a: c, r: ratio, n: scenario.steps })),
  )
}

/** One observed element beside its closed form. */
interface Comparison {
  readonly step: number
  readonly parameter: string
  readonly index: number
  readonly start: number
  readonly got: number
  /** The closed form's value, and how far from it a correct implementation may be. */
  readonly value: DoubleDouble
  readonly width: number
}

/** Runs are of every length, so that their first and last steps meet every n; sums of sums make each n slow. */
function* comparisons(form: ClosedForm, trace: Trace, context: Context): Generator<Comparison> {
  const { groups, format } = trace.scenario
  const hyper = completedHyper(context.rule, groups[0]!.hyper)
  const limits = limitsOf(context.rule, context.arithmetic, trace, problemGradient(trace, context.arithmetic))
  for (const s of new Set([0, trace.steps.length - 1])) {
    for (const [k, x] of (trace.steps[s]?.x ?? []).entries()) {
      const { name, value: start } = groups[0]!.params[k]!
      const starts = decode(start, format)
      const firsts = decode(firstGradients(trace.scenario)![k]!, format)
      for (const [index, got] of x.entries()) {
        const input = { x0: starts[index]!, c: firsts[index]!, a: firsts[index]!, r: ratio, n: s + 1, hyper }
        const width = allowance * limits(s + 1, k, index)!.error
        const value = Number.isFinite(width) ? closedFormQuickly(form, input) : dd.dd(Number.NaN)
        if (Number.isFinite(value.hi))
          yield { step: s + 1, parameter: name, index, start: starts[index]!, got, value, width }
      }
    }
  }
}

function judge(form: ClosedForm, trace: Trace, context: Context): Judgement {
  let [observed, proving, worst] = [0, 0, 0]
  let finding: Finding | undefined
  for (const { value, width, start, got, ...where } of comparisons(form, trace, context)) {
    observed += 1
    if (width <= Math.abs(value.hi - start)) proving += 1
    const distance = Number.isFinite(got) ? Math.abs(dd.sub(dd.dd(got), value).hi) : Number.POSITIVE_INFINITY
    worst = Math.max(worst, distance === 0 ? 0 : distance / width)
    if (distance <= width) continue
    const ulps = ulpsBetween(got, value.hi, trace.scenario.format)
    finding ??= {
      ...where,
      variable: 'x',
      got,
      low: value.hi - width,
      high: value.hi + width,
      expected: value.hi,
      ulps,
    }
  }
  return { observed, proving, worst, ...(finding && { finding }) }
}

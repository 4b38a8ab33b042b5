import { type Bounded, boundOperations, given, type Outcome } from '../derive/bound.ts'
import { completedHyper } from '../derive/hyper.ts'
import type { Store } from '../derive/meaning.ts'
import type { Cell, Stepper } from '../derive/stepper.ts'
import { boundStepper, replayStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import * as dd from '../numbers/double-double.ts'
import type { Trace } from '../subject/scenario.ts'

/** The gradient of one parameter in one step, as a meaning sees it. */
export type GradientOf<R, B> = (parameter: number, cell: Cell<R>, stepper: Stepper<R, B>) => Store<R>

/** The iterates of a trace under a meaning: `[step][parameter][element]`. */
function follow<R, B>(stepper: Stepper<R, B>, trace: Trace, gradientOf?: GradientOf<R, B>): R[][][] {
  const { rule } = stepper
  const { format, groups } = trace.scenario
  const cells = groups.flatMap(({ hyper, params }, group) =>
    params.map(({ value }) => {
      const cell = stepper.begin(arrayFromBits(value, format), completedHyper(rule, hyper))
      return { cell, group }
    }),
  )
  return trace.steps.map((step, s) =>
    cells.map(({ cell, group }, k) => {
      const given = step.gradients[k]
      const gradient = gradientOf ? gradientOf(k, cell, stepper) : given && stepper.read(given)
      if (gradient) stepper.step(cell, gradient, completedHyper(rule, step.hyper[group]!), s + 1)
      return Array.from(cell.x)
    }),
  )
}

/** One element of what was followed; undefined outside of the trace. */
export type At<R> = (step: number, parameter: number, element: number) => R | undefined

/** Followed when it is first asked for: most values need no more than a glance. */
function lazily<R, B>(start: () => Stepper<R, B>, trace: Trace, gradientOf?: GradientOf<R, B>): At<R> {
  let iterates: R[][][] | undefined
  return (step, parameter, element) => {
    iterates ??= follow(start(), trace, gradientOf)
    return iterates[step - 1]?.[parameter]?.[element]
  }
}

/** Where each exact iterate of a trace lies, and how far a correct implementation may be from it. */
export const limitsOf = (
  rule: Rule,
  arithmetic: Arithmetic,
  trace: Trace,
  gradientOf?: GradientOf<Bounded, Outcome>,
): At<Bounded> => lazily(() => boundStepper(rule, trace.scenario.format, arithmetic).bound, trace, gradientOf)

/** The gradients of a quadratic follow the iterate, errors included; undefined where they are prescribed. */
export function problemGradient({ scenario }: Trace, arithmetic: Arithmetic): GradientOf<Bounded, Outcome> | undefined {
  const { gradients, format, groups } = scenario
  if (Array.isArray(gradients)) return undefined
  if (gradients.problem !== 'quadratic')
    throw new RangeError(`The bound follows quadratics only, not '${gradients.problem}'.`)
  const curvatures = (gradients.coefficients ?? []).map(bits => arrayFromBits(bits, format))
  const { mul } = boundOperations(format, arithmetic, { asked: 0, undecided: 0 })
  return (k, cell, stepper) => {
    const point = stepper.point(cell, completedHyper(stepper.rule, groups[0]!.hyper))
    return Array.from(point, (x, i) => mul(given(dd.dd(curvatures[k]![i]!)), x, 'tensor'))
  }
}

/** What the replay gives on the gradients of a trace. */
export const replayOf = (rule: Rule, arithmetic: Arithmetic, trace: Trace): At<number> =>
  lazily(() => replayStepper(rule, trace.scenario.format, arithmetic), trace)

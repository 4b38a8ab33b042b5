import type { Bounded } from '../derive/bound.ts'
import { completedHyper } from '../derive/hyper.ts'
import type { Store } from '../derive/meaning.ts'
import type { Cell, Stepper } from '../derive/stepper.ts'
import { boundStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import type { Trace } from '../subject/scenario.ts'

/** The gradient of one parameter in one step, as the bound sees it. */
export type GradientOf = (
  step: number,
  parameter: number,
  cell: Cell<Bounded>,
  stepper: Stepper<Bounded, boolean | undefined>,
) => Store<Bounded> | undefined

/** Where the exact iterates of a trace lie and how far a correct implementation may be from them: `[step][parameter][element]`. */
export function follow(rule: Rule, arithmetic: Arithmetic, trace: Trace, gradientOf?: GradientOf): Bounded[][][] {
  const { format, groups } = trace.scenario
  const { bound: stepper } = boundStepper(rule, format, arithmetic)
  const cells = groups.flatMap(({ hyper, params }, group) =>
    params.map(({ value }) => ({
      cell: stepper.begin(arrayFromBits(value, format), completedHyper(rule, hyper)),
      group,
    })),
  )
  return trace.steps.map((step, s) =>
    cells.map(({ cell, group }, k) => {
      const given = step.gradients[k]
      const gradient = gradientOf ? gradientOf(s + 1, k, cell, stepper) : given ? stepper.read(given) : undefined
      if (gradient) stepper.step(cell, gradient, completedHyper(rule, step.hyper[group]!), s + 1)
      return Array.from(cell.x)
    }),
  )
}

/** Asks where one element must be; the exact run is made when it is first asked for. */
export type Limits = (step: number, parameter: number, element: number) => Bounded | undefined

/** The limits of a trace, worked out only if some value needs them. */
export function limitsOf(rule: Rule, arithmetic: Arithmetic, trace: Trace): Limits {
  let limits: Bounded[][][] | undefined
  return (step, parameter, element) => {
    limits ??= follow(rule, arithmetic, trace)
    return limits[step - 1]?.[parameter]?.[element]
  }
}

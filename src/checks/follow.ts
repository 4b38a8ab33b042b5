import { bound, type Bounded } from '../derive/bound.ts'
import { Decider } from '../derive/decide.ts'
import { completeHyper } from '../derive/hyper.ts'
import type { Store } from '../derive/meaning.ts'
import { type Cell, Stepper } from '../derive/stepper.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arrayFromBits } from '../numbers/bits.ts'
import type { Trace } from '../subject/scenario.ts'

/** The gradient of one parameter in one step, as the bound sees it. */
export type GradientOf = (step: number, parameter: number, cell: Cell<Bounded>, stepper: Stepper<Bounded, boolean | undefined>) => Store<Bounded> | undefined

/** Where the exact iterates of a trace lie and how far a correct implementation may be from them: `[step][parameter][element]`. */
export function follow(rule: Rule, arithmetic: Arithmetic, trace: Trace, gradientOf?: GradientOf): Bounded[][][] {
  const { format, groups } = trace.scenario
  const stepper = new Stepper(rule, bound(format, arithmetic), new Decider(rule, format, arithmetic))
  const cells = groups.flatMap(({ hyper, params }, group) =>
    params.map(({ value }) => ({ cell: stepper.begin(arrayFromBits(value, format), completeHyper(rule, hyper)), group })),
  )
  return trace.steps.map((step, s) =>
    cells.map(({ cell, group }, k) => {
      const given = step.gradients[k]
      const gradient = gradientOf ? gradientOf(s + 1, k, cell, stepper) : given ? stepper.read(given) : undefined
      if (gradient) stepper.step(cell, gradient, completeHyper(rule, step.hyper[group]!), s + 1)
      return Array.from(cell.x)
    }),
  )
}

import { Decider } from '../../src/derive/decide.ts'
import { exact } from '../../src/derive/exact.ts'
import type { Store } from '../../src/derive/meaning.ts'
import { Stepper } from '../../src/derive/stepper.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import type { GradientShape, Rule } from '../../src/language/rule.ts'
import { Big, bigFromDouble } from '../../src/numbers/big.ts'
import { remember } from '../../src/numbers/remember.ts'
import type { Values } from './hyper-sets.ts'

/** Where a run starts and what gradients it gets: c, c r^(k-1), or a times the point of the gradient. */
export interface Start {
  readonly x0: number
  readonly c: number
  readonly r: number
}

const gradientOf: Readonly<Record<GradientShape, (start: Start, step: number, point: Big) => Big>> = {
  constant: ({ c }) => bigFromDouble(c),
  impulse: ({ c }, step) => (step === 1 ? bigFromDouble(c) : new Big(0)),
  geometric: ({ c, r }, step) => bigFromDouble(c).times(bigFromDouble(r).pow(step - 1)),
  quadratic: ({ c }, _, point) => bigFromDouble(c).times(point),
}

const steppers = new WeakMap<Rule, Stepper<Big, boolean>>()

const stepperOf = (rule: Rule): Stepper<Big, boolean> =>
  remember(steppers, rule, () => new Stepper(rule, exact, new Decider(rule, 'float64', ieee)))

/** The first n iterates of a rule in 64 digits, from its recurrence alone. */
export function exactIterates(rule: Rule, hyper: Values, shape: GradientShape, start: Start, n: number): Big[] {
  const stepper = stepperOf(rule)
  const cell = stepper.begin([start.x0], hyper)
  return Array.from({ length: n }, (_, s) => {
    const point = stepper.point(cell, hyper)[0]!
    const gradient: Store<Big> = [gradientOf[shape](start, s + 1, point)]
    stepper.step(cell, gradient, hyper, s + 1)
    return cell.x[0]!
  })
}

import { completeHyper } from '../derive/hyper.ts'
import { replayStepper } from '../derive/steppers.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { altered, type Fault, fed, hypers, moved, openedWith, params } from '../subject/faults/alter.ts'
import type { HyperValues, Subject } from '../subject/subject.ts'

/** A parameter that stays where it started. */
const still =
  (stays: (k: number, groupOf: readonly number[]) => boolean): Fault =>
  subject =>
    moved(subject, (x, k, setup) => {
      const groupOf = setup.groups.flatMap((group, at) => group.params.map(() => at))
      return stays(k, groupOf) ? params(setup)[k]!.value : x
    })

/** Elements that stay where they started; how many of a parameter move depends on its length. */
const cutOff =
  (moving: (length: number) => number): Fault =>
  subject =>
    moved(subject, (x, k, setup) => {
      const { value } = params(setup)[k]!
      return x.map((each, i) => (i < moving(x.length) ? each : value[i]!))
    })

const wholeBlocks = (block: number): Fault => cutOff(length => length - (length % block))

/** A step is fed with something that is made of earlier gradients: what it is fed with, and what is kept for the next. */
const remembering =
  (feed: (now: number, kept: number) => number, keep: (now: number, given: number) => number): Fault =>
  subject => {
    let kept: (Float64Array | null)[] = []
    const mixed = fed(subject, gradients => {
      const given = gradients.map((values, k) => values?.map((g, i) => feed(g, kept[k]?.[i] ?? 0)) ?? null)
      kept = gradients.map((values, k) => values?.map((g, i) => keep(g, given[k]![i]!)) ?? kept[k] ?? null)
      return given
    })
    return {
      ...mixed,
      open: (setup, saved) => {
        kept = []
        return mixed.open(setup, saved)
      },
    }
  }

/** A learning rate that is asked for once. */
const readOnce: Fault = subject => {
  const first = openedWith(subject, setup => hypers(setup, hyper => ({ ...hyper, ...rateOf(setup.groups[0]!.hyper) })))
  return altered(first, run => ({
    set: (group, { lr: _, ...others }) => run.set!(group, others),
  }))
}

const rateOf = ({ lr }: HyperValues): HyperValues => (lr === undefined ? {} : { lr })

/** Gradients that are not longer than one, each element or each parameter by itself. */
const clipped =
  (clip: (values: Float64Array) => Float64Array): Fault =>
  subject =>
    fed(subject, gradients => gradients.map(values => values && clip(values)))

const shortened = (values: Float64Array): Float64Array => {
  const length = Math.hypot(...values)
  return length > 1 ? values.map(value => value / length) : values
}

/** Faults that show in any trace, beside those that contracts are tried on. */
export const shownFaults: Readonly<Record<string, Fault>> = {
  'only the first parameter moves': still(k => k > 0),
  'only the first group moves': still((k, groupOf) => groupOf[k]! > 0),
  'only the last group moves': still((k, groupOf) => groupOf[k] !== groupOf.at(-1)),
  'only the first element of a parameter moves': cutOff(() => 1),
  'the last element of a parameter is left out': cutOff(length => length - 1),
  'the remainder of a loop over four is left out': wholeBlocks(4),
  'the remainder of a loop over sixteen is left out': wholeBlocks(16),
  'the learning rate is read once: neither other groups nor changes reach it': readOnce,
  'gradients are clipped to -1..1': clipped(values => values.map(value => Math.min(1, Math.max(-1, value)))),
  'the gradient of each parameter is clipped to length 1': clipped(shortened),
  'each step takes the gradient of the step before': remembering(
    (_, kept) => kept,
    now => now,
  ),
  'gradients are added up from step to step, and never set to zero': remembering(
    (now, kept) => now + kept,
    (_, given) => given,
  ),
}

/** What a fault in the count of steps makes of it: the step of the optimizer, and how many parameters were updated so far. */
type Count = (at: { step: number; updates: number }) => number

const counts: Readonly<Record<string, Count>> = {
  'steps are counted once for every parameter instead of once a step': ({ updates }) => updates,
  'the count of steps begins at 0 instead of 1': ({ step }) => step - 1,
  'the count of steps begins at 2 instead of 1': ({ step }) => step + 1,
  'the count of steps stays at 1': () => 1,
}

/** A rule whose count of steps is another one, or whose parameters keep one state among them. */
function counted(rule: Rule, arithmetic: Arithmetic, count: Count, shared = false): Subject {
  return {
    name: rule.id,
    formats: ['float32', 'float64'],
    open: setup => {
      const stepper = replayStepper(rule, setup.format, arithmetic)
      const hyper = setup.groups.map(group => completeHyper(rule, group.hyper))
      const cells = setup.groups.flatMap((group, at) =>
        group.params.map(({ value }) => ({ cell: stepper.begin(value, hyper[at]!), at })),
      )
      let step = 0
      let updates = 0
      return {
        set: (group, values) => {
          hyper[group] = completeHyper(rule, { ...hyper[group], ...values })
        },
        step: gradients => {
          step += 1
          for (const [k, { cell, at }] of cells.entries()) {
            const gradient = gradients[k]
            if (!gradient) continue
            const first = cells[0]!.cell
            if (shared && k > 0 && first.length === cell.length) {
              for (const [name, values] of first.state) cell.state.set(name, values)
              for (const name of first.written) cell.written.add(name)
            }
            updates += 1
            const t = count({ step, updates })
            cell.t = t - 1
            stepper.step(cell, gradient, hyper[at]!, t)
          }
          return cells.map(({ cell }) => Float64Array.from(cell.x))
        },
      }
    },
  }
}

/** Faults of what a rule counts and keeps, as subjects. */
export const countingFaults = (rule: Rule, arithmetic: Arithmetic): readonly (readonly [string, Subject])[] => [
  ...Object.entries(counts).map(([says, count]) => [says, counted(rule, arithmetic, count)] as const),
  ['parameters of one length share one state', counted(rule, arithmetic, ({ step }) => step, true)],
]

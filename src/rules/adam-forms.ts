import type { ClosedFormSource } from '../language/rule.ts'
import { averageForms, type FormOptions, type Given } from './averages.ts'

/** How a dialect of Adam steps: where epsilon and the bias correction stand, and its options. */
export interface AdamShape {
  /** The denominator, from the texts of the average of squares and of its bias correction. */
  denominator: (v: string, correction: string) => string
  /** The factor that turns the first average into the numerator. */
  numerator: string
  /** The factor by which the iterate shrinks in each step; absent where there is no decoupled decay. */
  shrink?: string
  maximize?: boolean
  amsgrad?: 'uncorrected' | 'corrected'
  where?: FormOptions['where']
}

/** Epsilon beside the corrected root, as in Algorithm 1 of Kingma & Ba. */
export const outside = (v: string, correction: string): string => `(sqrt(c^2 * ${v} / ${correction}) + eps)`
/** Epsilon under the corrected root. */
export const inside = (v: string, correction: string): string => `sqrt(c^2 * ${v} / ${correction} + eps)`
/** Epsilon hat: beside the uncorrected root; the correction went into the numerator. */
export const hat = (v: string): string => `(sqrt(c^2 * ${v}) + eps)`

/** The numerator's bias correction alone, and with the denominator's folded in. */
export const corrected = '/ (1 - beta1^k)'
export const folded = '* sqrt(1 - beta2^k) / (1 - beta1^k)'

const steps = String.raw`No step depends on $x$: the iterate is the start less the sum of the $n$ steps, each with its own bias corrections $1-\beta_1^k$ and $1-\beta_2^k$.`
const shrinking =
  ' Each step multiplies what is there by the decay factor first, so that the step taken at $k$ shrinks $n-k$ times and the start $n$ times.'
const largest =
  ' With AMSGrad the largest average so far takes the place of the last: averages of a constant square grow, so that the largest is the last; after an impulse they fall, so that it is the first.'

/** The average of squares that a step divides by, with AMSGrad as an option. */
function square(gradient: Given, amsgrad: AdamShape['amsgrad']): { v: string; correction: string } {
  const last = gradient.second('beta2')
  const correction = '(1 - beta2^k)'
  if (!amsgrad || gradient.shape === 'geometric') return { v: last, correction }
  const first = gradient.shape === 'impulse'
  if (amsgrad === 'uncorrected') return { v: first ? `(amsgrad ? 1 - beta2 : ${last})` : last, correction }
  return { v: first ? `(amsgrad ? 1 - beta2^k : ${last})` : last, correction }
}

/** Closed forms of a dialect of Adam for constant, impulse and geometric gradients. */
export function adamForms(shape: AdamShape): Record<string, ClosedFormSource> {
  const c = shape.maximize ? '(maximize ? -c : c)' : 'c'
  const start = shape.shrink ? `x0 * ${shape.shrink}^n` : 'x0'
  const later = shape.shrink ? `${shape.shrink}^(n - k) * ` : ''
  const x = (gradient: Given): string => {
    const { v, correction } = square(gradient, shape.amsgrad)
    return `${start} - lr * ${c} * sum(k, 1, n, ${later}${gradient.first('beta1')} ${shape.numerator} / ${shape.denominator(v, correction)})`
  }
  const how = steps + (shape.shrink ? shrinking : '')
  const common = { require: ['eps > 0'] }
  if (!shape.amsgrad) return averageForms(x, how, { ...common, ...(shape.where && { where: shape.where }) })
  return {
    ...averageForms(x, how + largest, {
      ...common,
      ...(shape.where && { where: shape.where }),
      shapes: ['constant', 'impulse'],
    }),
    ...averageForms(x, how, { ...common, where: { ...shape.where, amsgrad: false }, shapes: ['geometric'] }),
  }
}

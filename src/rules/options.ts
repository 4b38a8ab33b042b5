import type { HyperSource } from '../language/rule.ts'

/** Hyper-parameters that several families share, with their domains and meanings written once. */
export const rate = (value: string): HyperSource => ({ default: value, domain: '[0, inf)', meaning: 'learning rate' })
export const gamma = (meaning: string): HyperSource => ({ default: '0.9', domain: '[0, 1)', meaning })
export const epsilon = (value: string): HyperSource => ({
  default: value,
  domain: '[0, inf)',
  meaning: 'keeps the denominator away from zero',
})
export const momentum = (value: string, domain: string): HyperSource => ({
  default: value,
  domain,
  meaning: 'share of the buffer that is kept',
})
export const coupled: HyperSource = { default: '0', domain: '[0, inf)', meaning: 'L2 penalty, added to the gradient' }
export const dampening: HyperSource = {
  default: '0',
  domain: '[0, 1]',
  meaning: 'share of each gradient but the first that is kept out of the buffer',
}
export const nesterov: HyperSource = { default: false, meaning: "Nesterov's momentum" }
export const maximize: HyperSource = { default: false, meaning: 'ascend: the gradient is negated first' }
export const centered: HyperSource = {
  default: false,
  meaning: 'divide by the deviation instead of the root mean square',
}
export const accumulator = (value: string): HyperSource => ({
  default: value,
  domain: '[0, inf)',
  meaning: 'initial value of the sum of squares',
})

/** Keras applies the same decay before the step of every optimizer, where it is asked for. */
export const kerasDecay: HyperSource = {
  default: '0',
  domain: '[0, inf)',
  meaning: 'decay of x per step and unit of lr; None is 0',
}
/** The factor by which that decay shrinks x. */
export const kerasShrink = '(1 - lr * weight_decay)'
/** Where that decay is stated. */
export const kerasDecayNote =
  ' Open: no published statement of the weight decay as intended was found. The documentation says only that it is applied; keras-team/keras#16274 names the form written here (decoupled, times the rate) as the current implementation and asks whether to keep it, as far as that thread was read.'

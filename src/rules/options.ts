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
export const accumulator = (value: string, domain = '[0, inf)'): HyperSource => ({
  default: value,
  domain,
  meaning: 'initial value of the sum of squares',
})

/** What the notes of the Keras dialects say of an option that Keras has and these rules do not. */
export const kerasDecayNote =
  ' Keras also takes weight_decay for every optimizer; its documentation says only that it is then applied, which is no formula, so that the option is not part of this rule.'

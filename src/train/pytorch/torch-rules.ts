import type { HyperValues } from '../../derive/stepper.ts'
import type { Rule } from '../../language/rule.ts'
import { PytorchError } from './error.ts'

/** A class of torch.optim, and the keywords that make it this rule; hyper-parameters of the rule go before them. */
interface TorchClass {
  readonly class: string
  readonly fixed?: HyperValues
}

/** The rules that torch.optim has (its documentation, PyTorch 2.15). */
const classes: Readonly<Record<string, TorchClass>> = {
  'sgd/pytorch': { class: 'SGD' },
  'momentum/pytorch': { class: 'SGD' },
  'nesterov/pytorch': { class: 'SGD', fixed: { nesterov: true } },
  'adagrad/pytorch': { class: 'Adagrad' },
  'rmsprop/pytorch': { class: 'RMSprop' },
  'adadelta/pytorch': { class: 'Adadelta' },
  'adam/pytorch': { class: 'Adam' },
  'adamw/pytorch': { class: 'AdamW' },
}

/** The rules that can be trained in PyTorch by its own optimizers. */
export const torchRules: readonly string[] = Object.keys(classes)

/** torch's own optimizer of a rule; throws where there is none. */
export function torchOptimizer({ id }: Rule, hyper: HyperValues): { class: string; hyper: HyperValues } {
  const found = Object.hasOwn(classes, id) ? classes[id] : undefined
  if (!found)
    throw new PytorchError(
      'rule',
      `torch.optim has no optimizer that follows ${id}. Choose one of ${torchRules.join(', ')}, or train a class of your own: --subject my_opt.py:MyOpt.`,
    )
  return { class: found.class, hyper: { ...found.fixed, ...hyper } }
}

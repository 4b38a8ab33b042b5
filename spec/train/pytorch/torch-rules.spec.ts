import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { completeHyper } from '../../../src/derive/hyper.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import { PytorchError } from '../../../src/train/pytorch/error.ts'
import { torchOptimizer, torchRules } from '../../../src/train/pytorch/torch-rules.ts'
import { python } from './here.ts'

const guests = fileURLToPath(new URL('../../../src/guests/python', import.meta.url))
const question = `
import json, sys
sys.path.insert(0, sys.argv[1])
from torch_rules import RULES
print(json.dumps({id: [rule.optimizer, sorted({*rule.hyper, *rule.fixed})] for id, rule in RULES.items()}))
`

it.skipIf(python === undefined)(
  'the classes and keywords of rules are those that the optimizers are verified with',
  () => {
    const verified = JSON.parse(execFileSync(python!, ['-B', '-c', question, guests], { encoding: 'utf8' }))
    const trained = torchRules.map(id => {
      const rule = findRule(id)
      const { class: name, hyper } = torchOptimizer(rule, completeHyper(rule, {}))
      return [id, [name, Object.keys(hyper).sort()]]
    })
    expect(Object.fromEntries(trained)).toEqual(verified)
  },
)

it('a rule that torch.optim has not is refused, with those that it has', () => {
  const rule = findRule('adam/lecture')
  expect(() => torchOptimizer(rule, {})).toThrow(PytorchError)
  expect(() => torchOptimizer(rule, {})).toThrow(
    /no optimizer that follows adam\/lecture\. Choose one of sgd\/pytorch, .*--subject/,
  )
})

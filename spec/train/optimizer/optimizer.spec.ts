import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/kit/index.ts'
import { loadRuleText } from '../../../src/language/load.ts'
import { findRule, ruleIds } from '../../../src/rules/index.ts'
import { chooseEngine } from '../../../src/train/engines/choose.ts'
import type { Engine } from '../../../src/train/engines/engine.ts'
import { RuleOptimizer } from '../../../src/train/optimizer/optimizer.ts'
import { optimizerSubject } from '../../../src/train/optimizer/subject.ts'
import { cpuEngine } from '../cpu-engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await cpuEngine()
})

let made = 0
function variableOf(values: readonly number[]) {
  const initial = engine.tf.tensor1d([...values], 'float32')
  const variable = engine.tf.variable(initial, true, `spec${++made}`)
  initial.dispose()
  return variable
}

describe('as an optimizer of tensors, every built-in rule', () => {
  // The kernels of this backend compute in binary64 and store binary32, which is binary32 arithmetic to the bit.
  it.each(ruleIds())('%s takes the steps of its replay to the bit, and shows its state', async id => {
    const rule = findRule(id)
    const { results } = await verify({ subjects: [optimizerSubject(engine, rule)], rules: [rule], checks: ['formula'] })
    expect(results).toHaveLength(1)
    expect(results[0]).toMatchObject({ verdict: 'pass', grade: 'bit-exact' })
  })

  it.each(['adam/pytorch', 'nesterov/lecture', 'rmsprop/keras'])(
    '%s passes every other check, too: resume, late gradients, changes of the rate, memory',
    async id => {
      const rule = findRule(id)
      const { results } = await verify({ subjects: [optimizerSubject(engine, rule)], rules: [rule] })
      expect(results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')).toEqual([])
      expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(15)
    },
    120_000,
  )
})

describe('on the engines that train', () => {
  const some = ['adam/pytorch', 'nesterov/lecture', 'rmsprop/optax', 'adagrad/keras', 'adadelta/zeiler']

  it.for(['wasm', 'native'] as const)('%s: rules take the steps of their replay to the bit', async (id, { skip }) => {
    const fast = await chooseEngine(id).catch((error: Error) => skip(error.message))
    const rules = some.map(findRule)
    const verdicts = []
    for (const rule of rules) {
      const { results } = await verify({ subjects: [optimizerSubject(fast, rule)], rules: [rule], checks: ['formula'] })
      verdicts.push(...results.map(({ verdict, grade }) => `${rule.id} ${verdict} ${grade}`))
    }
    expect(verdicts).toEqual(some.map(rule => `${rule} pass bit-exact`))
    // The specs below go on with their own.
    await cpuEngine()
  })
})

describe('a rule of its own', () => {
  const text = (step: string, more = '') => `id: own\n${more}hyper:\n  lr: { default: '0.5' }\nstep: |\n  ${step}\n`
  const after = (step: string, x: readonly number[], g: readonly number[], more?: string): number[] => {
    const variable = variableOf(x)
    const gradient = engine.tf.tensor1d([...g], 'float32')
    const optimizer = new RuleOptimizer(engine, loadRuleText(text(step, more), 'own'), {}, new Map([['a', variable]]))
    optimizer.step(new Map([['a', gradient]]))
    const values = [...variable.dataSync()]
    optimizer.dispose()
    variable.dispose()
    gradient.dispose()
    return values
  }
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number

  it.each<[string, string, number[], number[], number[]]>([
    [
      'max: NaN if either is, the first of equal ones',
      'x = max(x, g)',
      [nan, 1, 0, -0, 2],
      [1, nan, -0, 0, 3],
      [nan, nan, 0, -0, 3],
    ],
    [
      'min: NaN if either is, the first of equal ones',
      'x = min(x, g)',
      [nan, 1, 0, -0, 2],
      [1, nan, -0, 0, 3],
      [nan, nan, 0, -0, 2],
    ],
    ['sign: 0 of zeros and NaN', 'x = sign(g) + 0 * x', [1, 1, 1, 1], [nan, -0, -3, 1e-30], [0, 0, -1, 1]],
    ['a choice per element', 'x = x > 1 and not (g == 2) ? g : 7', [2, 2, 0], [1, 2, 3], [1, 7, 7]],
    ['a scalar that becomes the iterate', 'x = lr', [1, 2], [1, 1], [0.5, 0.5]],
    ['a branch on scalars that is not taken is not computed', 'x = lr == 0 ? 0 * g : g', [1, 2], [inf, -0], [inf, -0]],
    ['order as written', 'x = (x + g) - x', [1e8, 1], [1, 1], [0, 1]],
  ])('%s', (_, step, x, g, expected) => expect(after(step, x, g)).toEqual(expected))

  it('keeps its own copy where a state variable is the gradient itself', () => {
    const rule = findRule('momentum/pytorch')
    const variable = variableOf([0])
    const optimizer = new RuleOptimizer(engine, rule, { lr: 1, momentum: 0.5 }, new Map([['a', variable]]))
    for (const value of [4, 0]) {
      const gradient = engine.tf.tensor1d([value])
      optimizer.step(new Map([['a', gradient]]))
      gradient.dispose()
    }
    // v = 4, then 0.5 * 4 + 0; x = -4, then -6.
    expect([...variable.dataSync()]).toEqual([-6])
    optimizer.dispose()
    variable.dispose()
  })

  it('refuses hyper-parameters that the rule does not have', () => {
    const parameters = new Map([['a', variableOf([1])]])
    expect(() => new RuleOptimizer(engine, findRule('sgd/lecture'), { momentum: 0.9 }, parameters)).toThrow(
      "no hyper-parameter 'momentum'",
    )
  })
})

describe('memory', () => {
  it.each(['adam/pytorch', 'nesterov/lecture', 'adadelta/lecture', 'sgd/pytorch', 'rmsprop/optax'])(
    'of %s stays flat over steps, and all of it is given back',
    id => {
      const { tf } = engine
      const before = tf.memory()
      const variables = new Map(['a', 'b'].map(name => [name, variableOf([1, 2, 3])]))
      const gradients = new Map(['a', 'b'].map(name => [name, tf.tensor1d([0.1, -0.2, 0])]))
      const optimizer = new RuleOptimizer(engine, findRule(id), {}, variables)
      const counts = [1, 2, 3, 4].map(step => {
        for (const point of optimizer.lookAhead().values()) point.dispose()
        optimizer.set('lr' in optimizer.hyper ? { lr: 0.1 / step } : {})
        optimizer.step(gradients)
        return [tf.memory().numTensors, tf.memory().numBytes]
      })
      expect(counts.slice(2)).toEqual(counts.slice(1, 3))
      optimizer.dispose()
      for (const each of [...variables.values(), ...gradients.values()]) each.dispose()
      expect(tf.memory().numTensors).toBe(before.numTensors)
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
    },
  )
})

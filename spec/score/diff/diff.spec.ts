import { describe, expect, test } from 'vitest'
import { namesIn } from '../../../src/cli/diff-run.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import { diffOf, type RuleDiff } from '../../../src/score/diff/diff.ts'
import { type FirstStep, isSilent, ratioOf } from '../../../src/score/diff/distance.ts'
import { drive } from '../../../src/subject/driver.ts'
import { ruleSubject } from '../../../src/subject/rule-subject.ts'

const seed = 20_260_101
const long = { timeout: 120_000 }

const compared = (a: string, b: string): Promise<RuleDiff> =>
  diffOf(findRule(a), findRule(b), namesIn(findRule(a), findRule(b)), seed)

const firstAt = (steps: readonly FirstStep[], g: number): FirstStep => steps.find(each => each.g === g)!

/** Differs from 1 by so much at most: each first step is some twenty rounded operations, each within 2^-53. */
const rounding = 100 * 2 ** -53
const near = (value: number, expected: number): void =>
  expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(rounding)

describe('names', () => {
  test.each([
    ['nesterov/lecture', 'nesterov/pytorch', { lr: 'lr', gamma: 'momentum' }],
    ['rmsprop/lecture', 'rmsprop/pytorch', { lr: 'lr', gamma: 'alpha', eps: 'eps' }],
    [
      'rmsprop/pytorch',
      'rmsprop/keras',
      { lr: 'lr', alpha: 'rho', eps: 'eps', momentum: 'momentum', centered: 'centered' },
    ],
    ['sgd/keras', 'adam/keras', { lr: 'lr', momentum: 'beta1' }],
  ])('%s and %s: those that mean the same, in both directions', (a, b, names) => {
    expect(Object.fromEntries(namesIn(findRule(a), findRule(b)))).toEqual(names)
    expect([...namesIn(findRule(b), findRule(a))].map(([theirs, mine]) => [mine, theirs]).sort()).toEqual(
      Object.entries(names).sort(),
    )
  })
})

describe('adam/pytorch and adam/keras', () => {
  // At the first step m = (1 - beta1) g and v = (1 - beta2) g^2. PyTorch divides both by their corrections, so that x goes
  // by lr g / (|g| + eps). Keras goes by lr sqrt(1 - beta2)/(1 - beta1) (1 - beta1) g / (sqrt(1 - beta2) |g| + eps), which is
  // lr g / (|g| + c eps) with c = 1/sqrt(1 - beta2) = 1/sqrt(0.001) = 31.6227766. The ratio of the two is
  // (|g| + c eps)/(|g| + eps): (1 + c)/2 = 16.31 at |g| = eps, c as g falls to 0.
  const c = 1 / Math.sqrt(1 - 0.999)

  test('are told apart, by the ratio that is derived by hand', long, async () => {
    const { shared, sameFormula } = await compared('adam/pytorch', 'adam/keras')
    expect(sameFormula).toBe(false)
    const { first, training, eps } = shared.distance!
    expect(eps).toBe(1e-8)
    for (const g of [1e-20, 1e-12, 1e-8, 1e-4, 1]) {
      const { a, b } = firstAt(first, g)
      near(a, (0.001 * g) / (g + 1e-8))
      near(b, (0.001 * g) / (g + c * 1e-8))
      near(ratioOf(a, b), (g + c * 1e-8) / (g + 1e-8))
    }
    // Where |g| is far above eps nothing is left of it: (c - 1) eps is 3e-7 of a gradient of unit scale.
    expect(training[0]).toMatchObject({ scale: 1, steps: 1000 })
    expect(training[0]!.distance).toBeGreaterThan(1e-8)
    expect(training[0]!.distance).toBeLessThan((c - 1) * 1e-6)
    expect(training[1]!.distance).toBeGreaterThan(0.1)
  })

  test(
    'the scenario that tells them apart is one step of one element from 0, with equal hyper-parameters',
    long,
    async () => {
      const { shared, own } = await compared('adam/pytorch', 'adam/keras')
      const { scenario, hyper, parting } = shared.witness!
      expect(scenario).toMatchObject({ format: 'float64', steps: 1 })
      expect(scenario.groups[0]!.params).toHaveLength(1)
      for (const name of ['lr', 'beta1', 'beta2', 'eps', 'amsgrad']) expect(hyper.a[name]).toBe(hyper.b[name])
      expect(parting.a[0]).toBe(0)
      expect(ratioOf(Math.abs(parting.a[1]), Math.abs(parting.b[1]))).toBeGreaterThan(1.1)
      expect([own!.witness!.hyper.a.eps, own!.witness!.hyper.b.eps]).toEqual([1e-8, 1e-7])
    },
  )

  test('the scenario, played by both, gives what is shown', long, async () => {
    const { shared, a, b } = await compared('adam/keras', 'adam/pytorch')
    const { scenario, hyper, parting } = shared.witness!
    for (const [rule, values, shown] of [
      [a, hyper.a, parting.a],
      [b, hyper.b, parting.b],
    ] as const) {
      const own = { ...scenario, groups: scenario.groups.map(group => ({ ...group, hyper: values })) }
      const { steps } = await drive(ruleSubject(rule), own)
      expect(steps[parting.step - 1]!.x![0]![parting.index]).toBe(shown[1])
    }
  })

  test('the same seed finds the same', long, async () => {
    const found = async () => JSON.stringify((await compared('adam/pytorch', 'adam/keras')).shared)
    expect(await found()).toBe(await found())
  })
})

describe('options and defaults', () => {
  test('adam/pytorch and adamw/pytorch differ with weight decay only', long, async () => {
    const { shared, own } = await compared('adam/pytorch', 'adamw/pytorch')
    expect(shared.witness!.hyper.a.weight_decay).toBeGreaterThan(0)
    expect(shared.witness!.hyper.b.weight_decay).toBe(shared.witness!.hyper.a.weight_decay)
    expect(shared.distance!.at).toBe('scenario')
    expect([own!.witness!.hyper.a.weight_decay, own!.witness!.hyper.b.weight_decay]).toEqual([0, 0.01])
    expect(own!.distance!.training[0]!.distance).toBeGreaterThan(0.01)
  })

  test('sgd/pytorch and momentum/pytorch are the same until their defaults count', long, async () => {
    const { shared, own, sameFormula } = await compared('sgd/pytorch', 'momentum/pytorch')
    expect(shared.witness).toBeUndefined()
    expect(shared.tried).toBeGreaterThan(1000)
    expect(shared.distance!.training[0]!.distance).toBe(0)
    expect(sameFormula).toBe(false)
    // The buffer shows in the second step: lr momentum g is what it adds.
    const { parting } = own!.witness!
    expect(parting.step).toBe(2)
    near((parting.b[1] - parting.a[1]) / parting.a[0], 0.9)
  })
})

describe('a rate inside and outside the buffer', () => {
  // After a step at rate p and one at rate q on a zero gradient, PyTorch's second step is q momentum g, Keras' momentum p g.
  test('shows in two steps between which the rate changes, and not at a constant rate', long, async () => {
    const { shared } = await compared('momentum/pytorch', 'momentum/keras')
    const { scenario, parting, hyper } = shared.witness!
    expect(scenario).toMatchObject({ steps: 2, changes: [{ step: 2 }] })
    expect(scenario.groups[0]!.params).toHaveLength(1)
    const rates = Number(scenario.changes![0]!.hyper.lr) / Number(hyper.a.lr)
    near((parting.a[1] - parting.a[0]) / (parting.b[1] - parting.b[0]), rates)
    expect(isSilent(shared.distance!)).toBe(true)
  })
})

describe('what t counts', () => {
  test('shows where a parameter comes late', long, async () => {
    const { shared } = await compared('adam/kingma-ba', 'adam/tfjs')
    const { scenario } = shared.witness!
    expect((scenario.gradients as (string | null)[][])[0]).toContain(null)
    expect(scenario.steps).toBe(2)
  })
})

describe('what is no difference', () => {
  test('a rule with itself', long, async () => {
    const { shared, own, sameFormula, facts } = await compared('rmsprop/tfjs', 'rmsprop/tfjs')
    expect({ facts, sameFormula }).toEqual({ facts: [], sameFormula: true })
    expect(shared.witness).toBeUndefined()
    expect(own).toBeUndefined()
    expect(shared.distance!.training.map(({ distance }) => distance)).toEqual([0, 0])
  })

  // Each of these is the other by algebra: an average as m + w (d - m); a product of what is added in another order; a rate of 1.
  test.each([
    ['adam/pytorch', 'adam/kingma-ba'],
    ['momentum/optax', 'momentum/tfjs'],
    ['adadelta/zeiler', 'adadelta/pytorch'],
  ])('%s and %s are one formula in another order, and no rounding tells them apart', long, async (a, b) => {
    const { shared, sameFormula } = await compared(a, b)
    expect(sameFormula).toBe(false)
    expect(shared.witness).toBeUndefined()
    expect(shared.tried).toBeGreaterThan(1000)
  })
})

describe('epsilon and the look-ahead', () => {
  // lr g / sqrt(g^2 + eps) beside lr g / (|g| + eps).
  test('adagrad/lecture and adagrad/pytorch: the ratio that is derived by hand', long, async () => {
    const { shared } = await compared('adagrad/lecture', 'adagrad/pytorch')
    expect(shared.witness!.hyper.a.eps).toBe(shared.witness!.hyper.b.eps)
    for (const g of [1e-12, 1e-8, 1e-4, 1]) {
      const { a, b } = firstAt(shared.distance!.first, g)
      near(a, (0.01 * g) / Math.sqrt(g * g + 1e-8))
      near(b, (0.01 * g) / (g + 1e-8))
    }
  })

  // PyTorch's variable is the look-ahead x - gamma v of the lecture's, while the rate is constant. From zero it goes by
  // lr (1 + momentum) g in the first step, the lecture's by lr g.
  test(
    'nesterov/lecture and nesterov/pytorch: other iterates, the same points where gradients are taken',
    long,
    async () => {
      const { shared } = await compared('nesterov/lecture', 'nesterov/pytorch')
      const { a, b } = firstAt(shared.distance!.first, 1)
      near(b / a, 1.9)
      const { iterates, points, steps } = shared.distance!.descent!
      expect(iterates).toBeGreaterThan(1e-3)
      // Some ten roundings a step, which a contraction does not let grow.
      expect(points).toBeLessThan(10 * steps * 2 ** -53)
    },
  )
})

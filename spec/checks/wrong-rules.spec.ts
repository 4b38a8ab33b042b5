import { describe, expect, test } from 'vitest'
import { checksFor } from '../../src/checks/index.ts'
import { formats } from '../../src/numbers/formats.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { tracesOf } from '../golden/recordings.ts'
import { ask, changed, drawnFor, edited, fedWith, movedBy } from './wrong.ts'

/** A fault on purpose: the check that must find it, the rule it is presented under, and what is wrong. */
interface Row {
  readonly check: string
  readonly rule: string
  readonly fault: string
  readonly subject: Subject
}

/** A rule with other text in one place. */
const text = (check: string, rule: string, from: string, to: string): Row => ({
  check,
  rule,
  fault: `${from.trim()} -> ${to.trim()}`,
  subject: ruleSubject(edited(rule, from, to)),
})

/** A fault that no formula shows. */
const fault = (check: string, rule: string, what: string, subject: Subject): Row => ({
  check,
  rule,
  fault: what,
  subject,
})

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

const rows: readonly Row[] = [
  text('formula', 'adam/kingma-ba', '(sqrt(vhat) + eps)', 'sqrt(vhat + eps)'),
  text('formula', 'adamw/pytorch', 'x * (1 - lr * weight_decay)', 'x * (1 - weight_decay)'),
  text(
    'formula',
    'sgd/pytorch',
    'first(b) ? d : momentum * b + (1 - dampening) * d',
    'momentum * b + (1 - dampening) * d',
  ),
  fault(
    'formula',
    'rmsprop/pytorch',
    'a first parameter without a gradient stops all others',
    fedWith('rmsprop/pytorch', gradients => gradients.map(given => (gradients[0] ? given : null))),
  ),
  text('zero gradients move nothing', 'sgd/lecture', 'lr * g', 'lr * (g + 0.01 * x)'),
  text('zero gradients move nothing', 'adam/kingma-ba', 'lr * mhat', 'lr * (mhat + eps)'),
  text('finite stays finite', 'adam/kingma-ba', '(sqrt(vhat) + eps)', 'sqrt(vhat)'),
  text(
    'finite stays finite',
    'rmsprop/pytorch',
    'sqrt(centered ? v - m * m : v) + eps',
    'sqrt(centered ? v - m * m : v - eps)',
  ),
  fault(
    'finite stays finite',
    'momentum/lecture',
    'NaN in the tenth step',
    movedBy('momentum/lecture', (x, _, step) => x.map(values => (step === 10 ? values.map(() => Number.NaN) : values))),
  ),
  fault(
    'late steps',
    'momentum/lecture',
    'it drifts after the thousandth step',
    movedBy('momentum/lecture', (x, _, step) =>
      x.map(values => (step > 1000 ? values.map(value => value + 1e-3) : values)),
    ),
  ),
  fault(
    'many elements',
    'adam/kingma-ba',
    'elements from the 4,096th on are moved by the gradient of the first',
    fedWith('adam/kingma-ba', gradients =>
      gradients.map(given => given?.map((g, i) => (i < 4096 ? g : given[0]!)) ?? null),
    ),
  ),
  fault(
    'extremes',
    'momentum/lecture',
    'subnormal iterates are flushed to zero',
    movedBy('momentum/lecture', (x, { format }) =>
      x.map(values => values.map(value => (Math.abs(value) < formats[format].minNormal ? 0 : value))),
    ),
  ),
  text('extremes', 'rmsprop/lecture', '(1 - gamma) * g^2', '(1 - gamma) * g * g'),
  text('first step opposes the gradient', 'sgd/lecture', 'x - lr * g', 'x + lr * g'),
  text('first step opposes the gradient', 'adagrad/pytorch', 'maximize ? -g : g', 'g'),
  fault(
    'permutation',
    'sgd/lecture',
    'later elements move further',
    fedWith('sgd/lecture', gradients => gradients.map(given => given?.map((g, i) => g * (1 + i)) ?? null)),
  ),
  fault(
    'concatenation',
    'sgd/lecture',
    'the gradient of each parameter is divided by its norm',
    fedWith('sgd/lecture', gradients => gradients.map(given => given?.map(g => g / (norm(given) || 1)) ?? null)),
  ),
  fault(
    'concatenation',
    'rmsprop/lecture',
    'every element moves by the gradient of the first one of its parameter',
    fedWith('rmsprop/lecture', gradients => gradients.map(given => given?.map(() => given[0]!) ?? null)),
  ),
  fault(
    'concatenation',
    'sgd/lecture',
    'a loop that takes eight at once forgets what is left',
    fedWith('sgd/lecture', gradients =>
      gradients.map(given => given?.map((g, i) => (i >= 8 && i >= given.length - (given.length % 8) ? 0 : g)) ?? null),
    ),
  ),
  fault(
    'concatenation',
    'momentum/lecture',
    'one velocity is shared by all parameters',
    changed('momentum/lecture', (_, { groups }) => {
      const { hyper, params } = groups[0]!
      const velocity: number[] = []
      const move = (x: number, g: number, i: number): number => {
        velocity[i] = Number(hyper.gamma) * (velocity[i] ?? 0) + Number(hyper.lr) * g
        return x - velocity[i]
      }
      let x = params.map(param => param.value)
      return {
        step: gradients => {
          x = x.map((values, k) => values.map((value, i) => move(value, gradients[k]![i]!, i)))
          return x
        },
      }
    }),
  ),
  text('sign symmetry', 'sgd/lecture', 'lr * g', 'lr * abs(g)'),
  text('sign symmetry', 'adadelta/zeiler', '(1 - rho) * delta^2', '(1 - rho) * delta'),
  text('maximize', 'sgd/pytorch', 'maximize ? -g : g', 'g'),
  text('maximize', 'adam/pytorch', 'maximize ? -g : g', 'maximize ? -g - g : g'),
  text('scale invariance', 'adam/kingma-ba', '(sqrt(vhat) + eps)', '(vhat + eps)'),
  text('scale invariance', 'adagrad/lecture', 'G + g^2', 'G + abs(g)'),
  text('scale invariance', 'rmsprop/keras', 'sqrt(centered ? v - m^2 : v)', '(centered ? v - m^2 : v)'),
  text('every hyper-parameter has an effect', 'adam/kingma-ba', '+ eps)', '+ 1e-8)'),
  text('every hyper-parameter has an effect', 'adamw/pytorch', 'amsgrad ? vmax : v', 'v'),
  text('every hyper-parameter has an effect', 'sgd/pytorch', '(1 - dampening) * d', 'd'),
  text('momentum 0 is gradient descent', 'sgd/pytorch', ': b) : d', ': b) : 0.5 * d'),
  text('momentum 0 is gradient descent', 'nesterov/lecture', 'lr * g', '(1 - gamma) / 2 * lr * g'),
  text('momentum decays geometrically', 'momentum/lecture', 'gamma * v', 'gamma * gamma * v'),
  text('momentum decays geometrically', 'nesterov/optax', 'm = g + momentum * m', 'm = g + 0.5 * momentum * m'),
  text('beta1 0 is bias-corrected RMSProp', 'adam/kingma-ba', 'vhat = v / (1 - beta2^t)', 'vhat = v'),
  text('weight decay 0 is Adam', 'adamw/loshchilov-hutter', 'weight_decay * x', '(weight_decay + 0.001) * x'),
  text('look-ahead is a shifted variable', 'nesterov/pytorch', '(d + momentum * b)', 'b'),
  text('accumulator never falls', 'adagrad/lecture', 'G = G + g^2', 'G = 0.9 * G + g^2'),
  text('effective step never grows', 'adagrad/lecture', 'x - lr / sqrt', 'x - t * lr / sqrt'),
  text('effective step never grows', 'adagrad/pytorch', 'G      = G + d * d', 'G      = 0.5 * G + 0.1 * d * d'),
  text('squares are nonnegative', 'rmsprop/lecture', 'g^2', 'g'),
  text('squares are nonnegative', 'adadelta/zeiler', 'delta^2', 'delta'),
  text('maximum never falls', 'adam/pytorch', 'max(vmax, v)', 'v'),
  text('step is bounded', 'adam/kingma-ba', 'vhat = v / (1 - beta2^t)', 'vhat = v'),
]

describe.each(['float32', 'float64'] as const)('in %s a check fails on', format => {
  test.each(rows)('$check, $rule: $fault', async ({ check, rule, subject }) => {
    expect(await ask(check, rule, ruleSubject(findRule(rule)), format)).toMatchObject({ verdict: 'pass' })
    const result = await ask(check, rule, subject, format)
    expect(result).toMatchObject({ verdict: 'fail', rule })
    expect(result.finding ?? result.reason).toBeDefined()
    expect(result.scenario).toBeDefined()
  })

  test('golden: an order of operations that differs in the last bit', async () => {
    const recorded = (await tracesOf('pytorch-ieee', 'adam')).slice(0, 4).map(trace => trace.scenario)
    const right = { ...ruleSubject(findRule('adam/pytorch')), bitExact: true }
    expect(await ask('golden', 'adam/pytorch', right, 'float32', recorded)).toMatchObject({ verdict: 'pass' })
    const reordered = edited('adam/pytorch', 'step_size * m / denom', 'step_size * (m / denom)')
    const subject = { ...ruleSubject(reordered), bitExact: true }
    const { verdict, finding } = await ask('golden', 'adam/pytorch', subject, 'float32', recorded)
    expect(verdict).toBe('fail')
    expect(finding!.ulps).toBeLessThanOrEqual(2)
    expect(await ask('formula', 'adam/pytorch', subject, 'float32', recorded)).toMatchObject({ verdict: 'pass' })
  })

  test('siblings agree: a path of the framework that puts epsilon inside the root', async () => {
    const recorded = (await tracesOf('pytorch-ieee', 'adam')).slice(0, 4).map(trace => trace.scenario)
    const beside = (other: Subject): Subject => ({ ...ruleSubject(findRule('adam/pytorch')), siblings: () => [other] })
    const same = beside(ruleSubject(findRule('adam/pytorch')))
    expect(await ask('siblings agree', 'adam/pytorch', same, 'float32', recorded)).toMatchObject({ verdict: 'pass' })
    const other = edited(
      'adam/pytorch',
      'sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps',
      'sqrt((amsgrad ? vmax : v) / bc2 + eps)',
    )
    const result = await ask('siblings agree', 'adam/pytorch', beside(ruleSubject(other)), 'float32', recorded)
    expect(result).toMatchObject({ verdict: 'fail', finding: { variable: 'x' } })
    expect(await ask('siblings agree', 'adam/pytorch', same, format)).toMatchObject({ verdict: 'pass' })
    const live = await ask('siblings agree', 'adam/pytorch', beside(ruleSubject(other)), format)
    expect(live).toMatchObject({ verdict: 'fail', finding: { variable: 'x' } })
    const lacking: Subject = { ...ruleSubject(other), offers: () => ({ unsupported: 'it has no Adam' }) }
    expect(await ask('siblings agree', 'adam/pytorch', beside(lacking), format)).toMatchObject({
      verdict: 'skip',
      reason: 'no other path to it has this rule',
    })
  })
})

const rules = ruleIds().map(findRule)
const forms = rules.flatMap(rule =>
  checksFor(rule)
    .filter(check => check.group === 'closed form')
    .map(check => ({ rule: rule.id, check: check.name })),
)

describe('a step that is a thousandth too long fails', () => {
  /** Each iterate of the replay, but further from the start. */
  const further = (id: string): Subject =>
    movedBy(id, (x, { groups }) => {
      const starts = groups.flatMap(({ params }) => params.map(param => param.value))
      return x.map((values, k) => values.map((value, i) => starts[k]![i]! + 1.001 * (value - starts[k]![i]!)))
    })

  // As recordings, which are not shrunk.
  test.each(forms)('$check of $rule', async ({ rule, check }) => {
    const drawn = drawnFor(check, rule, 4)
    expect(await ask(check, rule, ruleSubject(findRule(rule)), 'float64', drawn)).toMatchObject({ verdict: 'pass' })
    expect(await ask(check, rule, further(rule), 'float64', drawn)).toMatchObject({
      verdict: 'fail',
      finding: { variable: 'x' },
    })
  })
})

test('every check of every rule is in this file', () => {
  const all = new Set(
    rules
      .flatMap(rule => checksFor(rule))
      // Closed forms have their own table here, contracts theirs in contracts.spec.ts.
      .filter(check => check.group !== 'closed form' && check.group !== 'contract')
      .map(check => check.name),
  )
  // Discriminating inputs are held against every mutant in golden/vectors.spec.ts.
  const elsewhere = ['golden', 'siblings agree', 'discriminating inputs']
  expect(new Set([...rows.map(row => row.check), ...elsewhere])).toEqual(all)
})

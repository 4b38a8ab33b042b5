import { describe, expect, it } from 'vitest'
import { Decider } from '../../src/derive/decide.ts'
import { doubleDouble } from '../../src/derive/double-double.ts'
import { exact } from '../../src/derive/exact.ts'
import { replay } from '../../src/derive/replay.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { printStatement } from '../../src/language/print.ts'
import type { DialectSource, Rule } from '../../src/language/rule.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleWith } from '../language/helpers.ts'
import { hyperOf, run, stepperOf } from './runs.ts'

const meaning = replay('float64', ieee)

/** The straight program of a rule's step as text. */
function straight(rule: Rule, hyper = {}, t = 1, written: string[] = []): string[] {
  const decider = new Decider(rule, 'float64', ieee)
  const { scalars, body, stores } = decider.decide({
    hyper: hyperOf(rule, hyper),
    t,
    written: id => written.includes(id),
  })
  const text = [...scalars, ...body].map(({ target, value }) => printStatement({ target, role: 'local', value }))
  return [...text, ...stores.map(({ id, from }) => `${id} <- ${from}`)]
}

describe('a step is made straight: conditions on scalars are settled before it runs', () => {
  const rule = ruleWith('d = nesterov ? -g : g\nm = beta1 * m + d\nx = lr > 0 ? x - lr * m : x')

  it('only the branch that is taken is left', () => {
    expect(straight(rule)).toEqual([
      '.0 = beta1',
      '.1 = lr',
      'd.0 = g',
      'm.1 = .0 * m + d.0',
      'x.2 = x - .1 * m.1',
      'm <- m.1',
      'x <- x.2',
    ])
    expect(straight(rule, { nesterov: true, lr: 0 })).toEqual([
      '.0 = beta1',
      'd.0 = -g',
      'm.1 = .0 * m + d.0',
      'x.2 = x',
      'm <- m.1',
      'x <- x.2',
    ])
  })

  it('the same outcomes give the same program, in whatever step', () => {
    const decider = new Decider(rule, 'float64', ieee)
    const decide = (hyper: object, t: number) =>
      decider.decide({ hyper: hyperOf(rule, { ...hyper }), t, written: () => t > 1 })
    expect(decide({}, 1)).toBe(decide({ lr: 3 }, 7))
    expect(decide({}, 1)).not.toBe(decide({ nesterov: true }, 1))
    expect(decide({ nesterov: true }, 3)).toBe(decide({ nesterov: true }, 4))
  })

  it('conditions on t and on locals follow their values', () => {
    const late = ruleWith('a = lr * t\nx = a > 0.25 ? x - g : x')
    expect(straight(late, {}, 2).at(-2)).toBe('x.1 = x')
    expect(straight(late, {}, 3).at(-2)).toBe('x.1 = x - g')
    const decider = new Decider(late, 'float64', ieee)
    const programs = [1, 2, 3, 4].map(t => decider.decide({ hyper: hyperOf(late), t, written: () => false }))
    expect(programs.map(program => programs.indexOf(program))).toEqual([0, 0, 2, 2])
  })

  it('conditions on elements stay, with the settled part taken out', () => {
    const mixed = ruleWith('x = (nesterov or x > 0) and lr > 0 ? x : g')
    expect(straight(mixed).slice(0, -1)).toEqual(['.0 = 0', 'x.0 = x > .0 ? x : g'])
    expect(straight(mixed, { nesterov: true })).toContain('x.0 = x')
    expect(straight(mixed, { lr: 0 })).toContain('x.0 = g')
  })

  it('conditions are settled in the numbers of the implementation, for every meaning', () => {
    const close = ruleWith('w = fl(lr)\nx = w < 0.1 ? x - g : x')
    const hyper = hyperOf(close, { lr: 0.1 - 2 ** -56 })
    const moved = (format: 'float32' | 'float64') =>
      run(stepperOf(close, exact, format), [1], [[1]], hyper)[0]!.x[0]!.toNumber()
    expect([moved('float32'), moved('float64')]).toEqual([1, 0])
  })
})

describe('state exists when its condition says so', () => {
  const source: Partial<DialectSource> = {
    hyper: { lr: { default: '1' }, mu: { default: '0' } },
    state: { b: { init: '0', when: 'mu != 0' } },
  }
  const momentum = ruleWith('b = first(b) ? g : mu * b + g\nx = mu != 0 ? x - lr * b : x - lr * g', source)

  it('an assignment to a state variable that does not exist is left out', () => {
    const [after] = run(stepperOf(momentum, meaning), [0], [[1]], hyperOf(momentum))
    expect(after).toEqual({ x: [-1], state: {} })
  })

  it('reading one that does not exist is an error that names it', () => {
    const wrong = ruleWith('b = g\nx = x - b', source)
    expect(() => run(stepperOf(wrong, meaning), [0], [[1]], hyperOf(wrong))).toThrow(
      /state b is read where it does not exist/,
    )
  })

  it('first is true until it was written, also when it comes into being later', () => {
    const stepper = stepperOf(momentum, meaning)
    const cell = stepper.begin([0], hyperOf(momentum))
    const b = [0, 0.5, 0.5, 0.5].map((mu, k) => {
      stepper.step(cell, stepper.read([1]), hyperOf(momentum, { mu }), k + 1)
      return cell.written.has('b') ? cell.state.get('b')![0] : undefined
    })
    expect(b).toEqual([undefined, 1, 1.5, 1.75])
  })

  it('first is false after an assignment in the same step', () => {
    const twice = ruleWith('m = g\nm = first(m) ? 10 * g : m + 1\nx = x - m')
    expect(run(stepperOf(twice, meaning), [0], [[1]], hyperOf(twice))[0]!.state.m).toEqual([2])
  })

  it('old and new state are told apart by the order of statements', () => {
    const rule = ruleWith('x = x - m\nm = g\nx = x - 10 * m')
    const [first, second] = run(stepperOf(rule, meaning), [0], [[1], [2]], hyperOf(rule))
    expect([first!.x, second!.x]).toEqual([[-10], [-31]])
  })

  it('initial values are numbers of hyper-parameters, as they enter a tensor', () => {
    const rule = ruleWith('x = x - m', { state: { m: '2 * lr', n1: 'nesterov ? 1 : -1', n2: 'lr > 0.05 ? beta1 : 7' } })
    const start = (more: object) => {
      const { state } = stepperOf(rule, replay('float32', ieee), 'float32').begin([0], hyperOf(rule, { ...more }))
      return [...state.values()].map(values => values[0])
    }
    expect(start({})).toEqual([Math.fround(0.2), -1, Math.fround(0.9)])
    expect(start({ nesterov: true, lr: 0 })).toEqual([0, 1, 7])
  })
})

describe('t counts', () => {
  const of = (clock: 'parameter' | 'optimizer') => {
    const rule = ruleWith('x = x + t * g', { clock })
    const stepper = stepperOf(rule, meaning)
    const cell = stepper.begin([0], hyperOf(rule))
    return [3, 4, 9].map(step => {
      const before = cell.x[0]!
      stepper.step(cell, stepper.read([1]), hyperOf(rule), step)
      return cell.x[0]! - before
    })
  }
  it('the updates of a parameter, or the steps of the optimizer', () => {
    expect(of('parameter')).toEqual([1, 2, 3])
    expect(of('optimizer')).toEqual([3, 4, 9])
  })
})

describe('the point where the gradient is taken', () => {
  it('is the iterate, or ahead of it', () => {
    const rule = findRule('nesterov/lecture')
    const stepper = stepperOf(rule, meaning)
    const hyper = hyperOf(rule, { lr: 1, gamma: 0.5 })
    const cell = stepper.begin([0], hyper)
    expect(stepper.point(cell, hyper)[0]).toBe(0)
    stepper.step(cell, stepper.read([2]), hyper, 1)
    expect([cell.x[0], stepper.point(cell, hyper)[0]]).toEqual([-2, -3])
  })

  it('may depend on options', () => {
    const rule = ruleWith('m = g\nx = x - g', { at: 'nesterov ? x - m : x' })
    const stepper = stepperOf(rule, doubleDouble)
    const cell = stepper.begin([1], hyperOf(rule))
    stepper.step(cell, stepper.read([2]), hyperOf(rule), 1)
    const at = (nesterov: boolean) => stepper.point(cell, hyperOf(rule, { nesterov }))[0]!.hi
    expect([at(false), at(true)]).toEqual([-1, -3])
  })
})

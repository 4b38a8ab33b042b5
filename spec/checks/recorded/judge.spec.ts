import { describe, expect, it } from 'vitest'
import { settleTrace } from '../../../src/checks/recorded/settle.ts'
import { adam, hyper, judged, type Made, momentum, numbers, played, records } from './runs.ts'

const rule = 'adam/kingma-ba'
const state = ['m', 'v']
const start = (size = 3) => numbers(size, 1)
/** A run that is right but for what `wrong` gives for some updates. */
const run = (steps: number, wrong: (t: number) => object | undefined = () => undefined, size = 3): Made[] =>
  played({ steps, size, state, element: t => adam(wrong(t) ?? {}) })
const late = (from: number, fault: object) => (t: number) => (t >= from ? fault : undefined)

describe('a correct run', () => {
  it('is within the bound at every step, as sharp at the end as at the beginning', () => {
    const made = run(2000)
    const all = judged(rule, records(made), start())
    expect(settleTrace(all)).toEqual({ verdict: 'pass', grade: 'bit-exact' })
    expect(all).toMatchObject({
      steps: { recorded: 2000, checked: 2000, wrong: 0 },
      observed: 18_000,
      unchecked: [],
      carried: [],
    })
    expect(all.proving / all.observed).toBeGreaterThan(0.95)
    const last = judged(rule, records(made.slice(-200), { before: true, t: null }), undefined)
    expect(last.unchecked).toEqual([{ why: expect.stringContaining('`t`'), times: 200, first: 1801 }])
    const counted = judged(rule, records(made, { every: 1, before: true, t: 'given' }).slice(-200), undefined)
    expect(counted.proving / counted.observed).toBeGreaterThan(0.95)
    expect(counted.worst).toBeLessThan(1)
  })

  it('in another order of evaluation is within the bound, and not called bit-exact', () => {
    const other = played({
      steps: 300,
      state,
      element: () => (x, g, t, s) => {
        const f = Math.fround
        s[0] = f(s[0]! + f(f(0.1) * f(g - s[0]!)))
        s[1] = f(s[1]! + f(f(1 - 0.999) * f(f(g * g) - s[1]!)))
        const root = f(f(f(Math.sqrt(s[1]!)) / f(Math.sqrt(1 - 0.999 ** t))) + f(1e-8))
        return f(x - f(f(f(0.01 / (1 - 0.9 ** t)) * s[0]!) / root))
      },
    })
    const judgement = judged(rule, records(other), start())
    expect(settleTrace(judgement)).toEqual({ verdict: 'pass', grade: 'within the bound' })
    expect(judgement.worst).toBeGreaterThan(0)
    expect(judgement.worst).toBeLessThan(1)
    expect(judgement.exact).toBeLessThan(judgement.observed)
  })

  it('may change its hyper-parameters on the way', () => {
    const lr = (t: number): number => 0.01 / t
    const made = played({ steps: 50, state, element: t => adam({ lr: lr(t) }), hyper: t => ({ ...hyper, lr: lr(t) }) })
    expect(settleTrace(judged(rule, records(made), start())).verdict).toBe('pass')
    const held = records(made).map(step => ({ ...step, hyper: [hyper] }))
    expect(judged(rule, held, start()).finding).toMatchObject({ step: 2, variable: 'x' })
  })
})

describe('the first wrong step and variable are named', () => {
  it.each([
    ['beta1', { beta1: 0.91 }, 'm'],
    ['beta2', { beta2: 0.9985 }, 'v'],
    ['lr', { lr: 0.0101 }, 'x'],
  ])('%s is another from update 700 on', (_, fault, variable) => {
    const judgement = judged(rule, records(run(1000, late(700, fault))), start())
    expect(judgement.finding).toMatchObject({ step: 700, parameter: 'w', variable })
    expect(judgement.steps).toEqual({ recorded: 1000, checked: 1000, wrong: 301 })
    expect(settleTrace(judgement).verdict).toBe('fail')
  })

  it('epsilon is inside the root from update 700 on, with small gradients', () => {
    const made = played({ steps: 1000, state, element: t => adam({ inside: t >= 700 }), scale: 1e-4 })
    expect(judged(rule, records(made), start()).finding).toMatchObject({ step: 700, variable: 'x' })
  })

  it('a fault of one step alone is wrong in one step', () => {
    const made = run(900, t => (t === 800 ? { beta1: 0.8 } : undefined))
    const judgement = judged(rule, records(made), start())
    expect(judgement.finding).toMatchObject({ step: 800, variable: 'm' })
    expect(judgement.steps.wrong).toBe(1)
  })

  it('with everything that the step took, and what is allowed', () => {
    const made = run(20, late(7, { lr: 0.02 }))
    const { before, gradient, after } = made[6]!
    const { failing, finding } = judged(rule, records(made), start())
    expect(finding).toMatchObject({ step: 7, index: 0, got: after.x[0] })
    expect(finding!.low).toBeLessThan(finding!.expected)
    expect(failing).toMatchObject({ place: 'line 8', format: 'float32', t: 7, hyper, gradient: gradient![0] })
    expect(failing!.variables.map(({ variable, before: was, got, known }) => [variable, was, got, known])).toEqual([
      ['m', before.state.m![0], after.state.m![0], 'recorded'],
      ['v', before.state.v![0], after.state.v![0], 'recorded'],
      ['x', before.x[0], after.x[0], 'recorded'],
    ])
    const [m] = failing!.variables
    expect([m!.low < m!.got!, m!.high > m!.got!]).toEqual([true, true])
  })

  it('far into a long parameter, and by its place in the whole where a sample was recorded', () => {
    const made = run(3, undefined, 5000)
    made[1]!.after.x[4500]! += 0.001
    expect(judged(rule, records(made), start(5000)).finding).toMatchObject({ step: 2, variable: 'x', index: 4500 })
    const indices = Array.from({ length: 5000 }, (_, k) => 7 * k)
    expect(judged(rule, records(made), start(5000), { indices }).finding).toMatchObject({ step: 2, index: 31_500 })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%s where the formula is finite', value => {
    for (const name of ['m', 'x']) {
      const made = run(9)
      ;(name === 'x' ? made[4]!.after.x : made[4]!.after.state[name]!)[1] = value
      const judgement = judged(rule, records(made), start())
      expect(judgement.finding).toMatchObject({ step: 5, variable: name, index: 1, got: value })
    }
  })
})

describe('steps that are recorded now and then', () => {
  it('are each checked on their own', () => {
    const judgement = judged(rule, records(run(1000), { every: 10 }), undefined)
    expect(judgement).toMatchObject({ steps: { recorded: 100, checked: 100, wrong: 0 }, unchecked: [] })
    const faulty = judged(rule, records(run(1000, late(700, { beta1: 0.91 })), { every: 10 }), undefined)
    expect(faulty.finding).toMatchObject({ step: 701, variable: 'm' })
    expect(faulty.steps.wrong).toBe(30)
  })

  it('without what was before them cannot be checked, and are not passed over in silence', () => {
    const judgement = judged(rule, records(run(100), { every: 10, before: false }), start())
    expect(judgement.steps).toEqual({ recorded: 10, checked: 1, wrong: 0 })
    expect(judgement.unchecked).toEqual([{ why: expect.stringContaining('`before`'), times: 9, first: 11 }])
  })

  it('after a gap go on from the step that is recorded before them', () => {
    const steps = records(run(40)).filter(({ step }) => step <= 10 || step > 20)
    const judgement = judged(rule, steps, start())
    expect(judgement.unchecked).toEqual([
      { why: expect.stringContaining('`before`'), times: 1, first: 21 },
      { why: expect.stringContaining('`t`'), times: 19, first: 22 },
    ])
    const given = steps.map(one => (one.step === 21 ? { ...one, t: [21] } : one))
    expect(judged(rule, given, start()).steps).toEqual({ recorded: 30, checked: 29, wrong: 0 })
  })

  it('with a wrong count are wrong', () => {
    const steps = records(run(30), { every: 10 }).map(one => ({ ...one, t: [one.step + 1] }))
    expect(judged(rule, steps, undefined).finding).toMatchObject({ step: 1, variable: 'x' })
  })
})

describe('what is not shown is carried along from where it was known', () => {
  it('all state', () => {
    const judgement = judged(rule, records(run(300), { state: [] }), start())
    expect(judgement).toMatchObject({ steps: { checked: 300, wrong: 0 }, observed: 900, carried: ['m', 'v'] })
    expect(judgement.proving / judgement.observed).toBeGreaterThan(0.9)
    const faulty = judged(rule, records(run(300, late(200, { beta1: 0.8 })), { state: [] }), start())
    expect(faulty.finding).toMatchObject({ step: 200, variable: 'x' })
    expect(faulty.failing!.variables.map(({ known, got }) => [known, got !== undefined])).toEqual([
      ['carried', false],
      ['carried', false],
      ['recorded', true],
    ])
  })

  it('one variable', () => {
    expect(judged(rule, records(run(300), { state: ['m'] }), start())).toMatchObject({
      carried: ['v'],
      steps: { wrong: 0 },
    })
    const faulty = judged(rule, records(run(300, late(200, { beta2: 0.9 })), { state: ['m'] }), start())
    expect(faulty.finding).toMatchObject({ step: 200, variable: 'x' })
  })

  it('x, at all steps but some', () => {
    const shape = { x: (step: number) => step % 5 === 0 }
    expect(judged(rule, records(run(50), shape), start())).toMatchObject({
      carried: ['x'],
      steps: { checked: 50, wrong: 0 },
    })
    expect(judged(rule, records(run(50, late(22, { lr: 0.011 })), shape), start()).finding).toMatchObject({
      step: 25,
      variable: 'x',
    })
  })

  it('but not over a gap', () => {
    const steps = records(run(40), { state: [], every: 2 })
    const judgement = judged(rule, steps, start())
    expect(judgement.steps).toEqual({ recorded: 20, checked: 1, wrong: 0 })
    expect(judgement.unchecked).toEqual([{ why: 'state m is not recorded before it', times: 19, first: 3 }])
  })
})

describe('a parameter without a gradient', () => {
  const absent = (step: number) => step % 3 === 0
  const made = () => played({ steps: 30, state, element: () => adam(), absent })

  it('does not move, and is not counted', () => {
    expect(judged(rule, records(made()), start())).toMatchObject({ steps: { checked: 30, wrong: 0 }, unchecked: [] })
    expect(settleTrace(judged(rule, records(made(), { state: [] }), start())).verdict).toBe('pass')
  })

  it('is wrong where it moves', () => {
    const moved = made()
    moved[5] = { ...moved[5]!, after: { ...moved[5]!.after, x: moved[5]!.after.x.map(x => x * 2) } }
    expect(judged(rule, records(moved), start()).finding).toMatchObject({ step: 6, variable: 'x' })
  })

  it('in its first steps is as fresh as before', () => {
    const first = played({ steps: 9, state, element: () => adam(), absent: step => step < 4 })
    expect(settleTrace(judged(rule, records(first), start())).verdict).toBe('pass')
  })
})

describe('the state of a fresh parameter', () => {
  const sgd = () =>
    played({
      steps: 40,
      state: ['momentum_buffer'],
      element: () => momentum,
      hyper: () => ({ lr: 0.01, momentum: 0.9 }),
    })

  it("is the rule's: a momentum buffer that is not there yet starts at the first gradient", () => {
    expect(settleTrace(judged('sgd/pytorch', records(sgd()), start())).verdict).toBe('pass')
    expect(settleTrace(judged('sgd/pytorch', records(sgd(), { every: 4, t: null }), undefined)).verdict).toBe('pass')
    const resumed = records(sgd(), { before: true, t: null })
      .slice(10)
      .map((one, k) => ({ ...one, step: k + 1 }))
    expect(settleTrace(judged('sgd/pytorch', resumed, undefined)).verdict).toBe('pass')
  })

  it('that is another is found before anything was moved', () => {
    const [first, ...rest] = records(run(5), { before: true })
    const begun = {
      ...first!,
      before: { ...first!.before!, state: [{ m: new Float64Array(3), v: Float64Array.of(0, 0.1, 0) }] },
    }
    expect(judged(rule, [begun, ...rest], undefined).finding).toMatchObject({
      step: 1,
      variable: 'v before the step',
      index: 1,
    })
    const zeros = { ...begun, before: { ...begun.before, state: [{ m: new Float64Array(3), v: new Float64Array(3) }] } }
    expect(judged(rule, [zeros, ...rest], undefined).finding).toBeUndefined()
  })
})

describe('beside the steps', () => {
  it('what something else moved between two steps is told, and is no fault', () => {
    const made = run(10)
    const steps = records(made, { before: true, t: 'given' })
    const before = { ...steps[6]!.before!, x: [made[6]!.before.x.map((x, i) => (i === 1 ? 0.5 : x))] }
    const moved = adam()(0.5, made[6]!.gradient![1]!, 7, [made[6]!.before.state.m![1]!, made[6]!.before.state.v![1]!])
    const after = { ...steps[6]!.after, x: [made[6]!.after.x.map((x, i) => (i === 1 ? moved : x))] }
    const judgement = judged(rule, [...steps.slice(0, 6), { ...steps[6]!, before, after }], undefined)
    expect(judgement.moved).toEqual({ elements: 1, first: 7 })
    expect(judgement.finding).toBeUndefined()
    expect(judged(rule, steps, undefined).moved).toBeUndefined()
  })

  it('state that the rule does not have is named', () => {
    const steps = records(run(3)).map(one => ({
      ...one,
      after: { ...one.after, state: [{ ...one.after.state[0], z: start() }] },
    }))
    expect(judged(rule, steps, start()).strange).toEqual([['z', 'w']])
  })
})

describe('what was not observed does not pass', () => {
  it.each([
    ['no step', [], 'no step is recorded'],
    ['nothing after the steps', records(run(5), { state: [], x: () => false }), 'nothing could be checked'],
    ['only steps that nothing is known of', records(run(5), { before: false }).slice(2), 'nothing could be checked'],
  ])('%s', (_, steps, reason) => {
    expect(settleTrace(judged(rule, steps, start()))).toEqual({ verdict: 'unknown', reason })
  })

  it('steps that are too small to be seen', () => {
    const none = { ...hyper, lr: 0 }
    const made = played({ steps: 5, state: [], element: () => x => x, hyper: () => none })
    expect(settleTrace(judged(rule, records(made, { state: [] }), start()))).toEqual({
      verdict: 'unknown',
      reason: 'every interval was unbounded or wider than the update itself',
    })
  })

  it('a trace that could not be read to its end, unless a wrong step came first', () => {
    expect(settleTrace(judged(rule, records(run(5)), start()), 'line 7: half')).toEqual({
      verdict: 'unknown',
      reason: 'line 7: half',
    })
    const wrong = judged(rule, records(run(5, late(3, { lr: 1 }))), start())
    expect(settleTrace(wrong, 'line 7: half')).toEqual({ verdict: 'fail', reason: 'line 7: half' })
  })
})

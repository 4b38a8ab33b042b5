import { describe, expect, test } from 'vitest'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive, Malformed, setupOf } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Gradients, HyperValues, Played, Run, Subject } from '../../src/subject/subject.ts'

const bits = (...values: number[]): string => arrayToBits(values, 'float64')

const scenario = (fields: Partial<Scenario> = {}): Scenario => ({
  name: 'own',
  rule: 'sgd/lecture',
  format: 'float64',
  groups: [
    {
      hyper: { lr: 0.5 },
      params: [
        { name: 'a', value: bits(1, 2) },
        { name: 'b', value: bits(3) },
      ],
    },
  ],
  steps: 3,
  gradients: [
    [bits(1, 1), bits(1)],
    [bits(1, 1), null],
    [bits(1, 1), bits(1)],
  ],
  ...fields,
})

const sgd = ruleSubject(findRule('sgd/lecture'))
const withRun = (run: Partial<Run>): Subject => ({
  name: 'own',
  formats: ['float64'],
  open: () => ({ step: () => [Float64Array.of(0, 0), Float64Array.of(0)], ...run }),
})
const iterates = ({ steps }: { steps: Played[] }) => steps.map(({ x }) => x?.map(values => [...values]))

describe('a scenario becomes a trace', () => {
  test('with every iterate, the gradients that were given, and the hyper-parameters in force', async () => {
    const trace = await drive(sgd, scenario())
    expect(iterates(trace)).toEqual([
      [[0.5, 1.5], [2.5]],
      [[0, 1], [2.5]],
      [[-0.5, 0.5], [2]],
    ])
    expect(trace.steps[1]!.gradients).toEqual([Float64Array.of(1, 1), null])
    expect(trace.steps.map(({ hyper }) => hyper)).toEqual([[{ lr: 0.5 }], [{ lr: 0.5 }], [{ lr: 0.5 }]])
  })

  test('in which a change takes effect in its own step', async () => {
    const trace = await drive(sgd, scenario({ changes: [{ step: 2, group: 0, hyper: { lr: 1 } }] }))
    expect(iterates(trace).map(step => step![0]![0])).toEqual([0.5, -0.5, -1.5])
    expect(trace.steps.map(({ hyper }) => hyper[0]!.lr)).toEqual([0.5, 1, 1])
  })

  test('in which a change before the first step is made first', async () => {
    const trace = await drive(sgd, scenario({ changes: [{ step: 1, group: 0, hyper: { lr: 1 } }] }))
    expect(iterates(trace)[0]![0]).toEqual([0, 1])
  })

  test('where many steps at once are cut at each change', async () => {
    const calls: (number | HyperValues)[] = []
    const subject = withRun({
      set: (_, hyper) => void calls.push(hyper),
      steps: (many: Gradients[]) => {
        calls.push(many.length)
        return many.map(() => ({ x: [Float64Array.of(0, 0), Float64Array.of(0)] }))
      },
    })
    const changes = [
      { step: 2, group: 0, hyper: { lr: 1 } },
      { step: 3, group: 0, hyper: { lr: 2 } },
    ]
    await drive(subject, scenario({ changes }))
    expect(calls).toEqual([1, { lr: 1 }, 1, { lr: 2 }, 1])
    calls.length = 0
    await drive(subject, scenario())
    expect(calls).toEqual([3])
  })

  test('on a problem, whose gradient is taken at the iterate', async () => {
    const gradients = { problem: 'quadratic', coefficients: [bits(1, 0.5), bits(2)] }
    const trace = await drive(sgd, scenario({ gradients, steps: 2 }))
    expect(iterates(trace)).toEqual([
      [[0.5, 1.5], [0]],
      [[0.25, 1.125], [0]],
    ])
  })

  test('on a problem, whose gradient is taken ahead of the iterate where the run says so', async () => {
    const subject = withRun({ point: () => [Float64Array.of(7, 8), Float64Array.of(9)] })
    const trace = await drive(subject, scenario({ gradients: { problem: 'quadratic' }, steps: 1 }))
    expect(trace.steps[0]!.gradients).toEqual([Float64Array.of(7, 8), Float64Array.of(9)])
  })

  test('with gradients in the numbers of the format', async () => {
    const float32 = scenario({
      format: 'float32',
      groups: [{ hyper: { lr: 0 }, params: [{ name: 'a', value: arrayToBits([0.1], 'float32') }] }],
      gradients: { problem: 'quadratic', coefficients: [arrayToBits([0.1], 'float32')] },
      steps: 1,
    })
    const [step] = (await drive(sgd, float32)).steps
    expect(step!.gradients[0]![0]).toBe(Math.fround(Math.fround(0.1) * Math.fround(0.1)))
  })

  test('that keeps what was seen, whatever the subject does to its arrays afterwards', async () => {
    const x = [Float64Array.of(0, 0), Float64Array.of(0)]
    const subject = withRun({
      step: gradients => {
        for (const values of [...gradients, ...x]) values?.fill((values[0] ?? 0) + 1)
        return x
      },
    })
    const trace = await drive(subject, scenario())
    expect(iterates(trace).map(step => step![0]![0])).toEqual([1, 2, 3])
    expect(trace.steps[0]!.gradients[0]).toEqual(Float64Array.of(1, 1))
  })

  test('and the run is closed, also when a step throws', async () => {
    let closed = 0
    const close = () => void closed++
    await drive(withRun({ close }), scenario())
    await expect(drive(withRun({ close, step: () => Promise.reject(new Error('gone')) }), scenario())).rejects.toThrow(
      'gone',
    )
    expect(closed).toBe(2)
  })
})

describe('what is no trace is refused', () => {
  const state = { m: Float64Array.of(1) }
  test.each<[string, Partial<Run>, Partial<Scenario>, RegExp]>([
    ['too few arrays', { step: () => [Float64Array.of(0, 0)] }, {}, /iterates of 2 parameters, got 1 arrays/],
    [
      'too short an iterate',
      { step: () => [Float64Array.of(0), Float64Array.of(0)] },
      {},
      /Parameter a: expected 2 numbers, got 1/,
    ],
    [
      'state of another length',
      { observe: () => ({ state: [state, state] }) },
      {},
      /State m of parameter a: expected 2 numbers, got 1/,
    ],
    ['fewer steps than were asked for', { steps: () => [] }, {}, /Expected 3 steps, got 0/],
    [
      'no way to change a rate',
      {},
      { changes: [{ step: 2, group: 0, hyper: { lr: 1 } }] },
      /cannot change a hyper-parameter/,
    ],
  ])('%s', async (_, run, fields, message) => {
    const driven = drive(withRun(run), scenario(fields))
    await expect(driven).rejects.toThrow(message)
    await expect(driven).rejects.toBeInstanceOf(Malformed)
  })
})

test('a setup has the numbers of the scenario, negative zero included', () => {
  const { groups } = setupOf(scenario({ groups: [{ hyper: {}, params: [{ name: 'a', value: bits(-0, 5e-324) }] }] }))
  expect(Object.is(groups[0]!.params[0]!.value[0], -0)).toBe(true)
  expect(groups[0]!.params[0]!.value[1]).toBe(5e-324)
})

import { describe, expect, test } from 'vitest'
import { idOf, type RunRecord, type Task } from '../../../src/train/study/record.ts'
import { pointsOf } from '../../../src/train/study/space.ts'
import type { Study } from '../../../src/train/study/study.ts'
import { choose, finalTasks, searchTasks } from '../../../src/train/study/tasks.ts'

describe('points of a search space', () => {
  test('go from end to end in the first, equally far apart by the logarithm', () => {
    expect(pointsOf({ lr: { log: [0.001, 10] } }, 5)).toEqual([
      { lr: 0.001 },
      { lr: 0.01 },
      { lr: 0.1 },
      { lr: 1 },
      { lr: 10 },
    ])
  })

  test('are radical inverses in the others: 1/2, 1/4, 3/4, 1/8 in base 2, then 1/3, 2/3, 1/9, 4/9 in base 3', () => {
    const points = pointsOf({ lr: { linear: [0, 3] }, a: { linear: [0, 1] }, b: { linear: [0, 9] } }, 4)
    expect(points).toEqual([
      { lr: 0, a: 0.5, b: 3 },
      { lr: 1, a: 0.25, b: 6 },
      { lr: 2, a: 0.75, b: 1 },
      { lr: 3, a: 0.125, b: 4 },
    ])
  })

  test('take every value of a list about equally often', () => {
    const taken = pointsOf({ lr: { values: [1, 2] } }, 4).map(({ lr }) => lr)
    expect(taken).toEqual([1, 1, 2, 2])
  })
})

const study: Study = {
  id: 's',
  title: '',
  question: '',
  caution: '',
  arms: [
    { name: 'a', rule: 'sgd/pytorch', hyper: { momentum: 0 }, run: { epochs: 7 }, space: { lr: { log: [0.1, 10] } } },
    { name: 'b', rule: 'adam/pytorch', hyper: {}, run: {}, space: {} },
  ],
  search: { budget: 3, seed: 9, run: { epochs: 2 } },
  seeds: [1, 2],
  watch: { gradientNoise: 5 },
}

const recorded = (task: Task, accuracy: number, outcome: RunRecord['outcome'] = 'finished'): RunRecord => ({
  record: 'lockstep-run-1',
  id: JSON.stringify(task),
  ...task,
  outcome,
  machine: { engine: 'wasm', device: '', versions: {} },
  data: { name: 'synthetic', fingerprint: 'f' },
  lockstep: '0',
  ended: '',
  seconds: 0,
  figures: [{ epoch: 1, step: 1, metric: 'validation_accuracy', value: accuracy }],
})

describe('the runs of a study', () => {
  test('search on images set aside, under the seed of the search, arms that have a space alone', () => {
    const tasks = searchTasks(study)
    expect(tasks.map(({ arm, run }) => [arm, run.hyper, run.seed, run.evaluate, run.epochs])).toEqual(
      [0.1, 1, 10].map(lr => ['a', { momentum: 0, lr }, 9, 'validation', 2]),
    )
  })

  test('count on the test images: every arm under every seed, with what the search chose', () => {
    const chosen = choose(
      study,
      searchTasks(study).map((task, k) => recorded(task, [0.3, 0.5, 0.4][k]!)),
    )
    expect(chosen).toEqual(
      new Map<string, object>([
        ['a', { momentum: 0, lr: 1 }],
        ['b', {}],
      ]),
    )
    const tasks = finalTasks(study, chosen)
    expect(tasks.map(({ arm, run }) => [arm, run.seed, run.evaluate, run.hyper])).toEqual([
      ['a', 1, 'test', { momentum: 0, lr: 1 }],
      ['b', 1, 'test', {}],
      ['a', 2, 'test', { momentum: 0, lr: 1 }],
      ['b', 2, 'test', {}],
    ])
    expect(tasks[0]!.watch).toEqual({ gradientNoise: 5 })
  })

  test('a diverged run is not chosen, however well it did before; where all diverged that is said', () => {
    const tasks = searchTasks(study)
    const some = tasks.map((task, k) => recorded(task, 0.9 - k / 10, k === 0 ? 'diverged' : 'finished'))
    expect(choose(study, some).get('a')).toEqual({ momentum: 0, lr: 1 })
    expect(() =>
      choose(
        study,
        tasks.map(task => recorded(task, 0.9, 'diverged')),
      ),
    ).toThrow(/a diverged.*widen its space/)
  })
})

test('a run is known by all that its figures depend on, in whatever order that was written', () => {
  const [task] = searchTasks(study) as [Task]
  const data = { name: 'synthetic', fingerprint: 'f' }
  const id = idOf(task, 'wasm', data)
  const turned = Object.fromEntries(Object.entries(task).reverse()) as unknown as Task
  expect(idOf(turned, 'wasm', data)).toBe(id)
  const others = [
    idOf(task, 'native', data),
    idOf(task, 'wasm', { ...data, fingerprint: 'g' }),
    idOf({ ...task, run: { ...task.run, seed: 10 } }, 'wasm', data),
    idOf({ ...task, phase: 'final' }, 'wasm', data),
    idOf({ ...task, watch: { window: 3 } }, 'wasm', data),
  ]
  expect(new Set([id, ...others]).size).toBe(6)
})

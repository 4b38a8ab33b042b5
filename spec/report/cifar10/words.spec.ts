import { describe, expect, test } from 'vitest'
import { analyse } from '../../../src/report/cifar10/analysis.ts'
import { numbersOf } from '../../../src/report/cifar10/headline.ts'
import { type Statement, summaryOf } from '../../../src/report/cifar10/words.ts'
import type { RunRecord } from '../../../src/train/study/record.ts'
import type { Study } from '../../../src/train/study/study.ts'
import { engineRecords, engines, optimizerRecords, optimizers, remedies, remedyRecords } from './fake-study.ts'

const lines = (statements: readonly Statement[]): string[] =>
  statements.flatMap(({ text, list = [] }) => [text, ...list]).map(text => text.replaceAll('\u00a0', ' '))
const told = (study: Study, records: readonly RunRecord[]): string =>
  lines(summaryOf(analyse({ study, records }))).join('\n')

/** Two arms whose test accuracies are these, seed by seed. */
const two = (a: readonly number[], b: readonly number[], more: Partial<Study> = {}): [Study, RunRecord[]] => {
  const arms = optimizers.arms.filter(({ name }) => name === 'adam' || name === 'sgd')
  const { target: _, search: __, ...plain } = optimizers
  const study = { ...plain, arms, seeds: a.map((_value, k) => k + 1), ...more }
  const [some] = optimizerRecords().filter(({ phase }) => phase === 'final')
  const runs = (arm: string, values: readonly number[]): RunRecord[] =>
    values.map((value, k) => ({
      ...some!,
      arm,
      run: { ...some!.run, seed: k + 1 },
      figures: [{ epoch: 1, step: 391, metric: 'test_accuracy', value }],
    }))
  return [study, [...runs('adam', a), ...runs('sgd', b)]]
}

describe('the summary', () => {
  test('says by how much one is better, with interval and p', () => {
    // Differences of 1.9, 2.1, 2.0, 2.2, 1.8 points: mean 2, deviation sqrt(0.025), so t = 28.3 and 2.776 * 0.0707 = 0.196.
    const text = told(...two([0.719, 0.721, 0.72, 0.722, 0.718], [0.7, 0.7, 0.7, 0.7, 0.7]))
    expect(text).toContain('adam is better than sgd by 2.0 points (95 % interval 1.8..2.2, p < 0.001).')
  })

  test('says that no difference was found, and what would have been missed, where the test sees none', () => {
    // Differences of 1, -1, 2, -2, 0.5 points: mean 0.1, deviation 1.60; G*Power's 1.68 deviations of 5 pairs are 2.7 points.
    const text = told(...two([0.71, 0.69, 0.72, 0.68, 0.705], [0.7, 0.7, 0.7, 0.7, 0.7]))
    expect(text).toContain('no difference was found between adam and sgd')
    expect(text).toContain(
      'with 5 seeds, a true difference below 2.7 points is missed in more than one of five such studies',
    )
    expect(text).not.toContain('better')
  })

  test('claims nothing of what Holm’s correction takes back', () => {
    const analysis = analyse({ study: optimizers, records: optimizerRecords() })
    const claimed = lines(summaryOf(analysis)).flatMap(text => [...text.matchAll(/^(\w+) is better than (\w+) by/gm)])
    expect(claimed.length).toBeGreaterThan(0)
    for (const [, a, b] of claimed) {
      const comparison = analysis.comparisons.find(each => each.a === a && each.b === b)!
      expect(comparison.adjusted!).toBeLessThan(0.05)
    }
    const single = analysis.comparisons.filter(({ interval, found }) => interval!.low > 0 && !found)
    expect(single.length).toBeGreaterThan(0)
  })

  test('names the number that p was corrected for', () => {
    expect(told(optimizers, optimizerRecords())).toContain('with p after Holm’s correction for 28 comparisons')
  })

  test('tells a gap from the arm that is not the baseline', () => {
    const text = told(remedies, remedyRecords())
    expect(text).toMatch(/the gap of “with dropout” is smaller than that of plain by 1\d\.\d points \(95 % interval/)
    expect(text).toContain('“with dropout” is better than plain by')
    expect(text).toContain('plain is better than “sigmoid, naive initialization” by')
  })

  test('compares engines arm by arm', () => {
    expect(told(engines, engineRecords())).toMatch(/“?adam, batch normalization \(PyTorch\)”? and “?adam, batch/)
  })

  test('says what diverged, and does not rank it as the highest', () => {
    const records = optimizerRecords().map(record => {
      if (record.phase !== 'final' || record.arm !== 'rmsprop') return record
      const figures = record.figures.map(each => (each.metric === 'test_accuracy' ? { ...each, value: 0.99 } : each))
      return { ...record, figures }
    })
    const text = told(optimizers, records)
    expect(text).toContain('1 of 5 runs of rmsprop diverged')
    expect(text).not.toContain('rmsprop has the highest')
  })

  test('of an arm whose runs all diverged says that it has no means, and compares the others', () => {
    const records = optimizerRecords().map(record =>
      record.phase === 'final' && record.arm === 'rmsprop' ? { ...record, outcome: 'diverged' as const } : record,
    )
    const text = told(optimizers, records)
    expect(text).toContain('All 5 runs of rmsprop diverged')
    expect(text).toContain('Holm’s correction for 21 comparisons')
    expect(text).not.toContain('than rmsprop')
  })

  test('of one seed has neither interval nor comparison', () => {
    const text = told(...two([0.7], [0.6]))
    expect(text).toBe('adam has the highest mean test accuracy: 70.0 % (one seed: how it scatters is not known).')
  })

  test('of differences that are all the same makes no test', () => {
    const text = told(...two([0.75, 0.75], [0.5, 0.5]))
    expect(text).toContain('adam and sgd differ by the same in every seed, so that no test can be made.')
    expect(text).not.toContain('better')
  })

  test('says so where no run is finished, or not all are', () => {
    expect(told(optimizers, [])).toContain('nothing can be said')
    const [study, records] = two([0.7, 0.71, 0.72], [0.6, 0.61])
    expect(told(study, records)).toContain('Not all runs are made yet: sgd has 2 of 3.')
  })

  test('names all that came to the target in the fewest steps, and makes no test of it', () => {
    const [study, records] = two([0.7, 0.71], [0.7, 0.72], { target: 0.6 })
    expect(told(study, records)).toContain(
      'The fewest steps to 60.0 % test accuracy, measured after each epoch: 391 steps (epoch 1) in the median, with sgd and adam. No test was made of this.',
    )
    expect(told({ ...study, target: 0.9 }, records)).toContain('None came to 90.0 % test accuracy')
  })
})

test('the four numbers are those of the study', () => {
  const [highest, compared, runs, time] = numbersOf(analyse({ study: optimizers, records: optimizerRecords() }))
  expect(highest![0]).toMatch(/^7\d\.\d\u00a0%$/)
  expect(compared![0]).toMatch(/^\d+ of 28$/)
  expect(runs).toEqual(['40', 'runs on the test images, 1 diverged; 72 chose hyper-parameters before'])
  expect(time![0]).toMatch(/ h$/)
})

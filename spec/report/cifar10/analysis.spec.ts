import { describe, expect, test } from 'vitest'
import { analyse } from '../../../src/report/cifar10/analysis.ts'
import { curvesOf } from '../../../src/report/cifar10/curves.ts'
import type { RunRecord } from '../../../src/train/study/record.ts'
import { engineRecords, engines, optimizerRecords, optimizers, remedies, remedyRecords } from './fake-study.ts'

const records = optimizerRecords()
const analysis = analyse({ study: optimizers, records })
const of = (name: string, from = analysis) => from.groups.find(({ group }) => group.name === name)!

/** A record with one test accuracy after each epoch instead of its own. */
const measured = (record: RunRecord, accuracies: readonly number[]): RunRecord => ({
  ...record,
  figures: accuracies.map((value, k) => ({ epoch: k + 1, step: 391 * (k + 1), metric: 'test_accuracy', value })),
})

describe('a study is read', () => {
  test('arm by arm: its seeds, its diverged runs, its search', () => {
    expect(analysis.groups.map(({ group }) => group.name)).toEqual(optimizers.arms.map(({ name }) => name))
    expect(of('adam').accuracy!.n).toBe(5)
    expect([of('rmsprop').diverged, of('rmsprop').accuracy!.n]).toEqual([1, 4])
    expect(analysis.searches.map(({ tried }) => tried.length)).toEqual(Array(8).fill(9))
    expect(analysis.left).toEqual([])
  })

  test('with each pair of arms compared once, or each with the baseline', () => {
    expect(analysis.comparisons).toHaveLength(28)
    expect(new Set(analysis.comparisons.map(({ of: number }) => number))).toEqual(new Set([28]))
    const against = analyse({ study: remedies, records: remedyRecords() })
    expect(against.comparisons).toHaveLength(4)
    expect(against.comparisons.every(({ a, b }) => a === 'plain' || b === 'plain')).toBe(true)
    expect(against.gaps).toHaveLength(4)
  })

  test('with arms on several engines apart, compared within each and between them', () => {
    const both = analyse({ study: engines, records: engineRecords() })
    expect(both.groups.map(({ group }) => group.name)).toEqual([
      'adam (native)',
      'adam, batch normalization (native)',
      'adam (PyTorch)',
      'adam, batch normalization (PyTorch)',
    ])
    expect(both.comparisons).toHaveLength(4)
  })
})

describe('what does not belong together is left out, and said', () => {
  const finals = records.filter(({ phase }) => phase === 'final')
  const read = (changed: readonly RunRecord[]) => analyse({ study: optimizers, records: [...finals, ...changed] })
  const later = { ended: '2027-01-01T00:00:00.000Z' }

  test('runs of an arm that is gone, and of other studies', () => {
    const { left, groups } = read([
      { ...finals[0]!, arm: 'gone' },
      { ...finals[0]!, study: 'other' },
    ])
    expect(left).toEqual(['1 run left out: of arms that the study file no longer has.'])
    expect(groups).toHaveLength(8)
  })

  test('runs on other data than the latest', () => {
    const { left } = read([{ ...finals[0]!, ...later, data: { name: 'synthetic', fingerprint: 'other' } }])
    expect(left).toContain('40 runs left out: made on other data than the latest run.')
  })

  test('runs with other settings, and earlier ones of the same seed', () => {
    const again = { ...finals[0]!, ...later, run: { ...finals[0]!.run, epochs: 99 } }
    const { left, groups } = read([again])
    expect(left).toEqual(['5 runs left out: sgd was run again since, or with other settings.'])
    expect(groups[0]!.group.runs).toEqual([again])
  })
})

describe('the way to the target', () => {
  const own = records.filter(({ phase, arm }) => phase === 'final' && arm === 'adam')
  const toTarget = (accuracies: readonly (readonly number[])[]) =>
    of('adam', analyse({ study: optimizers, records: own.map((record, k) => measured(record, accuracies[k]!)) }))
      .toTarget!

  test('is the median over seeds, those that never came there included', () => {
    const way = toTarget([[0.6], [0.5, 0.6], [0.5, 0.5, 0.7], [0.5], [0.5, 0.61]])
    expect(way).toEqual({ reached: 4, step: 782, epoch: 2, examples: 100_000 })
  })

  test('is not told where half of the runs or fewer came there', () => {
    expect(toTarget([[0.6], [0.6], [0.5], [0.5], [0.5]])).toEqual({ reached: 2 })
  })
})

describe('a search', () => {
  const runs = records.filter(({ phase, arm }) => phase === 'search' && arm === 'sgd').slice(0, 3)
  const made = (values: readonly (number | undefined)[]): RunRecord[] =>
    runs.map((record, k) => ({
      ...record,
      outcome: values[k] === undefined ? 'diverged' : 'finished',
      figures: [{ epoch: 1, step: 1, metric: 'validation_accuracy', value: values[k] ?? 0.6 }],
    }))

  test('counts a run that diverged as guessing, whatever it had measured before', () => {
    const [search] = analyse({ study: optimizers, records: made([0.4, undefined, 0.7]) }).searches
    expect(search!.tried.map(({ accuracy }) => accuracy)).toEqual([0.4, 0.1, 0.7])
    // Of two of three: 0.4, 0.7, 0.7.
    const [one, two, three] = search!.bestOf
    expect([one, two, three]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.6, 12), expect.closeTo(0.7, 12)])
  })
})

describe('curves', () => {
  const own = records.filter(({ phase, arm }) => phase === 'final' && arm === 'adam').slice(0, 3)
  const groupOf = (runs: readonly RunRecord[]) => [{ name: 'adam', arm: optimizers.arms[6]!, engine: 'native', runs }]

  test('are means over the seeds that got so far, with their interval', async () => {
    const runs = [measured(own[0]!, [0.46875, 0.5]), measured(own[1]!, [0.5, 0.75]), measured(own[2]!, [0.53125])]
    const [curve] = await curvesOf(groupOf(runs), metric => metric === 'test_accuracy')
    const [first, second] = curve!.points
    expect(first).toMatchObject({ step: 391, epoch: 1, n: 3, mean: 0.5, examples: 50_000 })
    // The table's quantile of t with 2 degrees of freedom is 4.303, to three digits; the deviation is 1/32.
    const error = 0.03125 / Math.sqrt(3)
    expect(Math.abs(first!.high! - (0.5 + 4.303 * error))).toBeLessThanOrEqual(0.0005 * error)
    expect(second).toMatchObject({ step: 782, epoch: 2, n: 2, mean: 0.625 })
  })

  test('have neighbours averaged where there are more points than can be told apart', async () => {
    const figures = Array.from({ length: 1000 }, (_, k) => ({ epoch: 1, step: k + 1, metric: 'batch_loss', value: k }))
    const [curve] = await curvesOf(groupOf([{ ...own[0]!, figures }]), metric => metric === 'batch_loss')
    expect(curve!.points).toHaveLength(80)
    // Values 0 to 11 are in the first eightieth of 1,000 steps.
    expect(curve!.points[0]).toMatchObject({ step: 12, mean: 5.5, n: 1 })
    expect(curve!.points.at(-1)!.step).toBe(1000)
  })

  test('of a metric that nobody measured are none', async () => {
    expect(await curvesOf(groupOf(own), () => false)).toEqual([])
  })
})

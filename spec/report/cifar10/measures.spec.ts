import { describe, expect, test } from 'vitest'
import {
  bySeed,
  examplesAt,
  gapOf,
  hyperOf,
  imagesOf,
  last,
  rateOf,
  reached,
  ruleName,
  speedOf,
} from '../../../src/report/cifar10/measures.ts'
import type { RunSpec } from '../../../src/train/loop/run.ts'
import type { Figure, RunRecord } from '../../../src/train/study/record.ts'
import { optimizerRecords } from './fake-study.ts'

const [some] = optimizerRecords().filter(({ phase }) => phase === 'final')
const figure = (epoch: number, metric: string, value: number): Figure => ({ epoch, step: 391 * epoch, metric, value })
const record = (figures: readonly Figure[], run: Partial<RunSpec> = {}, more: Partial<RunRecord> = {}): RunRecord => ({
  ...some!,
  ...more,
  run: { ...some!.run, ...run },
  figures,
})

const trained = record([
  figure(1, 'images_per_second', 900),
  figure(1, 'train_accuracy', 0.5),
  figure(1, 'test_accuracy', 0.48),
  figure(2, 'images_per_second', 100),
  figure(2, 'train_accuracy', 0.75),
  figure(2, 'test_accuracy', 0.625),
  figure(3, 'images_per_second', 940),
  figure(3, 'train_accuracy', 0.875),
  figure(3, 'test_accuracy', 0.625),
])

describe('a run', () => {
  test('overfits by training minus test accuracy at its end', () => {
    expect(gapOf(trained)).toBe(0.25)
    expect(gapOf(record([figure(1, 'test_accuracy', 0.5)]))).toBeUndefined()
  })

  test('reaches a target where it is first measured to be as high', () => {
    expect(reached(trained, 0.6)).toMatchObject({ epoch: 2, step: 782 })
    expect(reached(trained, 0.625)).toMatchObject({ epoch: 2 })
    expect(reached(trained, 0.7)).toBeUndefined()
  })

  test('is as fast as its middle epoch, whatever slowed one down', () => {
    expect(speedOf(trained)).toBe(900)
  })

  test('that diverged is in no mean', () => {
    const lost = record(trained.figures, { seed: 99 }, { outcome: 'diverged' })
    expect([...bySeed([trained, lost], last('test_accuracy'))]).toEqual([[trained.run.seed, 0.625]])
  })
})

describe('the images that a run has seen', () => {
  test('are those of whole epochs and whole batches of the next: the last batch of an epoch is smaller', () => {
    // 50,000 images in 391 steps of 128, the last of which has 80.
    expect(examplesAt(trained, 390)).toBe(49_920)
    expect(examplesAt(trained, 391)).toBe(50_000)
    expect(examplesAt(trained, 393)).toBe(50_256)
  })

  test('are all of them in every step of a full batch, one in a step of single examples', () => {
    expect(examplesAt(record([], { batch: 'full' }), 3)).toBe(150_000)
    expect(examplesAt(record([], { batch: 1 }), 7)).toBe(7)
  })

  test('are nine tenths where the rest is set aside, and as many as the subset has', () => {
    expect(imagesOf(record([], { evaluate: 'validation' }))).toBe(45_000)
    expect(imagesOf(record([], { subset: 1000 }))).toBe(1000)
  })

  test('are estimated from the steps of an epoch on other data, and unknown where that says nothing', () => {
    const other = { data: { name: 'synthetic', fingerprint: 'f' } }
    expect(imagesOf(record([{ epoch: 2, step: 32, metric: 'train_loss', value: 1 }], { batch: 64 }, other))).toBe(1024)
    expect(imagesOf(record([], { batch: 'full' }, other))).toBeUndefined()
  })
})

describe('the rule of a run', () => {
  const text = `
title: Plain descent
source: spec
id: plain/spec
hyper: { lr: { default: '0.25' } }
step: x = x - lr * g
`

  test('is called by its id, with all hyper-parameters', () => {
    expect(ruleName(trained.run)).toBe('sgd/pytorch')
    expect(hyperOf({ ...trained.run, rule: 'adam/pytorch', hyper: { lr: 0.5 } })).toMatchObject({ lr: 0.5, beta1: 0.9 })
    expect(rateOf({ ...trained.run, rule: 'adam/pytorch', hyper: {} })).toBe(0.001)
  })

  test('is read from its text where it is a user’s own', () => {
    expect(ruleName({ ...trained.run, rule: text })).toBe('plain/spec')
    expect(rateOf({ ...trained.run, rule: text, hyper: {} })).toBe(0.25)
  })

  test('may be one that Lockstep does not know: a class of somebody’s, a text of another version', () => {
    const own = { ...trained.run, rule: 'my_opt.py:MyOpt', hyper: { lr: 3 } }
    expect([ruleName(own), rateOf(own)]).toEqual(['my_opt.py:MyOpt', 3])
    expect(ruleName({ ...own, rule: 'not a\nrule' })).toBe('a rule file')
    expect(rateOf({ ...own, rule: 'not a\nrule' })).toBe(3)
  })
})

import { describe, expect, test } from 'vitest'
import { analyse } from '../../../src/report/cifar10/analysis.ts'
import { linesOf, widthOf } from '../../../src/report/cifar10/plots/labels.ts'
import { ink, palette, paper, plotStyle } from '../../../src/report/cifar10/plots/palette.ts'
import { extentOf, logTicks, place, spreadOut } from '../../../src/report/cifar10/plots/scale.ts'
import { type Drawing, draw, file } from '../../../src/report/cifar10/plots/svg.ts'
import { plotsOf } from '../../../src/report/cifar10/plots.ts'
import type { RunRecord } from '../../../src/train/study/record.ts'
import type { Study } from '../../../src/train/study/study.ts'
import {
  batches,
  batchRecords,
  engineRecords,
  engines,
  optimizerRecords,
  optimizers,
  remedies,
  remedyRecords,
} from './fake-study.ts'

const drawn = async (study: Study, records: readonly RunRecord[]): Promise<Drawing[]> =>
  draw(await plotsOf(analyse({ study, records })))
const all = {
  optimizers: await drawn(optimizers, optimizerRecords()),
  remedies: await drawn(remedies, remedyRecords()),
  batches: await drawn(batches, batchRecords()),
  engines: await drawn(engines, engineRecords()),
}
const every = Object.values(all).flat()
const names = (drawings: readonly Drawing[]): string[] => drawings.map(({ name }) => name)
const common = ['accuracy', 'loss', 'test-loss', 'final-accuracy', 'overfitting', 'speed']

describe('a study has the plots that it has data for', () => {
  test.each<[keyof typeof all, string[]]>([
    ['optimizers', [...common, 'learning-rate', 'best-of-k']],
    ['remedies', [...common, 'gradient-norms-start', 'gradient-norms-end']],
    ['batches', [...common, 'loss-by-examples', 'loss-by-steps', 'gradient-noise']],
    ['engines', common],
  ])('%s', (id, expected) => {
    expect(names(all[id])).toEqual(expected)
  })

  test('and none without runs', async () => {
    expect(await drawn(optimizers, [])).toEqual([])
  })

  test('of a single run of one epoch, those that one point makes sense in', async () => {
    const [run] = optimizerRecords().filter(({ phase }) => phase === 'final')
    const short = { ...run!, figures: run!.figures.filter(({ epoch }) => epoch === 1) }
    expect(names(await drawn(optimizers, [short]))).toEqual(['loss', 'final-accuracy', 'overfitting', 'speed'])
  })
})

describe('a drawing', () => {
  test('has no number that is none, and nothing that is fetched', () => {
    for (const { svg, name } of every) {
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity|null/)
      expect(svg, name).not.toMatch(/<script|<image|href=|url\((?!#)/)
    }
  })

  test('names every arm, in one line or two', () => {
    for (const [study, drawings] of [
      [optimizers, all.optimizers],
      [remedies, all.remedies],
    ] as const)
      for (const { svg, name } of drawings)
        for (const arm of study.arms) for (const line of linesOf(arm.name)) expect(svg, name).toContain(`>${line}</t`)
  })

  test('has titles with units on its axes', () => {
    const text = (name: string): string => all.optimizers.find(each => each.name === name)!.svg
    expect(text('accuracy')).toContain('test accuracy (%)')
    expect(text('loss')).toContain('(nats)')
    expect(text('overfitting')).toContain('(percentage points)')
    expect(text('speed')).toContain('images per second')
    expect(text('learning-rate')).toContain('learning rate')
  })

  test('is drawn in colours that the style knows on dark paper', () => {
    const known = new Set([ink, ...palette].map(({ light }) => light))
    for (const { svg } of every)
      for (const [, colour] of svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]+)"/g)) expect(known).toContain(colour)
    for (const { light, dark } of palette) expect(plotStyle).toContain(`[stroke="${light}"]{stroke:${dark}}`)
  })

  test('is small', () => {
    for (const { svg, name } of every) expect(svg.length, name).toBeLessThan(40_000)
  })

  test('as a file has its own paper, a size, and a description', () => {
    const text = file(all.optimizers[0]!)
    expect(text).toMatch(/^<svg [^>]*width="\d+" height="\d+"/)
    expect(text).toMatch(/<title>Test accuracy<\/title><desc>.*95 % t-intervals/)
    expect(text).toContain(`fill="${paper.light}" class="paper"`)
  })
})

/** WCAG 2.1, relative luminance and contrast. */
const luminance = (colour: string): number => {
  const [r, g, b] = [1, 3, 5].map(at => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

test('every colour has the contrast of 3 that WCAG asks of lines, on light and on dark paper', () => {
  for (const { light, dark } of palette) {
    expect(contrast(light, paper.light), light).toBeGreaterThanOrEqual(3)
    expect(contrast(dark, paper.dark), dark).toBeGreaterThanOrEqual(3)
  }
  expect(contrast(ink.light, paper.light)).toBeGreaterThan(7)
  expect(contrast(ink.dark, paper.dark)).toBeGreaterThan(7)
})

describe('places', () => {
  test('are linear, or by logarithm, and from above where upright', () => {
    expect(place({ log: false, domain: [0, 10] }, 2.5, 100)).toBe(25)
    expect(place({ log: false, domain: [0, 10] }, 2.5, 100, true)).toBe(75)
    expect(place({ log: true, domain: [1, 100] }, 10, 100)).toBeCloseTo(50, 12)
  })

  test('of labels are moved apart as little as that takes, and stay inside', () => {
    expect(spreadOut([10, 50], 15, 100)).toEqual([10, 50])
    expect(spreadOut([50, 51, 10], 15, 100)).toEqual([50, 65, 10])
    expect(spreadOut([99, 98, 97], 15, 100)).toEqual([100, 85, 70])
  })

  test('cover all values, also where all are the same or none is positive', () => {
    const { domain } = extentOf([2, 2])
    expect(domain[0]).toBeLessThan(2)
    expect(domain[1]).toBeGreaterThan(2)
    expect(extentOf([], true).domain).toEqual([1, 10])
    expect(extentOf([0, -1], true).domain).toEqual([1, 10])
  })

  test('are named at powers of ten, at 2 and 5 times them where there are few, and at every other where there are many', () => {
    expect(logTicks({ log: true, domain: [0.5, 2000] })).toEqual([1, 10, 100, 1000])
    expect(logTicks({ log: true, domain: [1.5, 30] })).toEqual([2, 5, 10, 20])
    expect(logTicks({ log: true, domain: [0.9, 2e8] })).toEqual([1, 100, 10_000, 1e6, 1e8])
    expect(logTicks({ log: false, domain: [0, 1] })).toBeUndefined()
  })
})

test('a long name is broken in two, and its width is that of the longer part', () => {
  expect(linesOf('adam')).toEqual(['adam'])
  expect(linesOf('with batch normalization')).toEqual(['with batch', 'normalization'])
  expect(linesOf('adam, batch normalization (PyTorch)')).toHaveLength(2)
  expect(widthOf('momentum')).toBeGreaterThan(widthOf('nesterov'))
})

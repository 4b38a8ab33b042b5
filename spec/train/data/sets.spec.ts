import { describe, expect, it } from 'vitest'
import { epochOrder } from '../../../src/train/data/order.ts'
import { splitImages, subsetOf } from '../../../src/train/data/split.ts'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'

const labels = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7) % 10)
const countsOf = (indices: Uint32Array): number[] =>
  Array.from({ length: 10 }, (_, label) => indices.reduce((n, i) => n + Number(labels[i] === label), 0))

describe('the validation split', () => {
  const { train, validation } = splitImages(labels, 5000, 1)

  it('shares out all images, each once, with the same share of every class', () => {
    expect(new Set([...train, ...validation]).size).toBe(50_000)
    expect(train.length + validation.length).toBe(50_000)
    expect(countsOf(validation)).toEqual(Array(10).fill(500))
    expect(countsOf(train)).toEqual(Array(10).fill(4500))
  })

  it('is the same for the same seed, and another for another', () => {
    const text = (seed: number) => splitImages(labels, 5000, seed).validation.join()
    expect(text(1)).toBe(validation.join())
    expect(text(2)).not.toBe(validation.join())
  })

  it('takes as many as were asked for where classes do not share evenly', () => {
    const few = Uint8Array.from([0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2])
    expect(splitImages(few, 5, 0).validation).toHaveLength(5)
    expect(splitImages(few, 0, 0).train).toHaveLength(11)
    expect(() => splitImages(few, 12, 0)).toThrow('Expected 0 to 11')
  })

  it('a subset has the same share of every class', () => {
    expect(countsOf(subsetOf(train, labels, 1000, 4))).toEqual(Array(10).fill(100))
    expect(subsetOf(train, labels, 90_000, 4).join()).toBe(train.join())
  })
})

describe('the order of an epoch', () => {
  const indices = Uint32Array.from({ length: 1000 }, (_, i) => 3 * i)

  it('visits every image once', () => {
    expect(epochOrder(indices, 1, 1).sort()).toEqual(indices)
  })

  it('is the same for the same seed and epoch, on every machine', () => {
    expect(epochOrder(indices, 1, 1)).toEqual(epochOrder(indices, 1, 1))
    expect(epochOrder(indices, 1, 2)).not.toEqual(epochOrder(indices, 1, 1))
    expect(epochOrder(indices, 2, 1)).not.toEqual(epochOrder(indices, 1, 1))
    // Recorded once; an order that was exported has to be found again by every later version.
    expect([...epochOrder(Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1, 1)]).toEqual([5, 1, 0, 9, 2, 7, 6, 4, 3, 8])
  })

  it('puts every image into every place about equally often', () => {
    const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0))
    for (let seed = 0; seed < 5000; seed++) {
      for (const [place, image] of epochOrder(Uint32Array.of(0, 1, 2, 3, 4), seed, 1).entries())
        counts[place]![image]! += 1
    }
    // Binomial with n p = 1000: five standard deviations of 28.
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(800))
  })
})

describe('synthetic images', () => {
  const data = syntheticImages(1, { train: 200, test: 50 })

  it('are the same bytes for the same seed, on every machine', () => {
    expect(syntheticImages(1, { train: 200, test: 50 }).fingerprint).toBe(data.fingerprint)
    expect(syntheticImages(2, { train: 200, test: 50 }).fingerprint).not.toBe(data.fingerprint)
    // Recorded once; figures of different machines are compared by it.
    expect(data.fingerprint).toBe('97cd78e929c2fc16a5f3e53ffd09370c8f6573abf92631e65c894496946bfc18')
  })

  it('say that they are no photographs, and have ten classes of one size', () => {
    expect(data.notice).toContain('synthetic')
    expect(data.classes).toHaveLength(10)
    expect([...data.train.labels].filter(label => label === 3)).toHaveLength(20)
    expect(data.train.count + data.test.count).toBe(250)
  })
})

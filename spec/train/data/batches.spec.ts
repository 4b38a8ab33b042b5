import { describe, expect, it } from 'vitest'
import { Batches, momentsOf, shiftOf, standardTable } from '../../../src/train/data/batches.ts'
import { readCifar } from '../../../src/train/data/cifar.ts'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import { realCifar } from './fixture.ts'

const { train } = syntheticImages(3, { train: 60, test: 10 })
const indices = Uint32Array.from({ length: train.count }, (_, i) => i)
const moments = momentsOf(train, indices)
const table = standardTable(moments)

/** A pixel of an image by its place in the file, black beyond the border. */
function pixel(index: number, y: number, x: number, channel: number): number {
  if (x < 0 || x > 31 || y < 0 || y > 31) return 0
  return train.records[index * 3073 + 1 + channel * 1024 + y * 32 + x]!
}
const standard = (value: number, channel: number): number =>
  Math.fround((value / 255 - moments.mean[channel]!) / moments.std[channel]!)

describe.skipIf(realCifar === undefined)('the training images of CIFAR-10', () => {
  it('have the published mean and standard deviation', async () => {
    const { train: real } = await readCifar(realCifar!)
    const { mean, std } = momentsOf(
      real,
      Uint32Array.from({ length: real.count }, (_, i) => i),
    )
    // As computed when the copy was put together, to six digits; 93 of its images are not exact.
    expect(mean.map(m => m.toFixed(6))).toEqual(['0.491400', '0.482158', '0.446531'])
    expect(std.map(s => s.toFixed(6))).toEqual(['0.247030', '0.243484', '0.261587'])
  })
})

describe('a batch', () => {
  it('has mean 0 and variance 1 over the images that it was standardised by', () => {
    const batch = new Batches(train, table, train.count)
    batch.fill(indices)
    for (const channel of [0, 1, 2]) {
      const own = batch.pixels.filter((_, at) => at % 3 === channel)
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length
      const square = own.reduce((sum, value) => sum + value * value, 0) / own.length
      // Each of the values was rounded to binary32, by less than 2^-24 of at most 5; their mean is off by no more.
      expect(Math.abs(mean)).toBeLessThan(5 * 2 ** -24)
      expect(Math.abs(square - 1)).toBeLessThan(2 * 25 * 2 ** -24)
    }
  })

  it('has every pixel in its place, moved and mirrored as it was told', () => {
    const shifts = [
      { right: 0, down: 0, mirrored: false },
      { right: 3, down: -2, mirrored: false },
      { right: -4, down: 4, mirrored: true },
      { right: 0, down: 0, mirrored: true },
    ]
    const batch = new Batches(train, table, 4)
    batch.fill(Uint32Array.of(7, 0, 23, 59), index => shifts[[7, 0, 23, 59].indexOf(index)]!)
    for (const [k, index] of [7, 0, 23, 59].entries()) {
      const { right, down, mirrored } = shifts[k]!
      const expected = Float32Array.from({ length: 3072 }, (_, at) => {
        const [channel, x, y] = [at % 3, Math.floor(at / 3) % 32, Math.floor(at / 96)]
        const [fromX, fromY] = [x - right, y - down]
        const outside = fromX < 0 || fromX > 31
        return standard(outside ? 0 : pixel(index, fromY, mirrored ? 31 - fromX : fromX, channel), channel)
      })
      expect(batch.pixels.slice(k * 3072, (k + 1) * 3072)).toEqual(expected)
      expect(batch.labels[k]).toBe(index % 10)
    }
  })

  it('uses one array for all batches', () => {
    const batch = new Batches(train, table, 2)
    const { pixels } = batch
    batch.fill(Uint32Array.of(1, 2))
    const before = pixels.slice()
    batch.fill(Uint32Array.of(3, 4))
    expect(batch.pixels).toBe(pixels)
    expect(pixels).not.toEqual(before)
  })
})

describe('augmentation', () => {
  const shifts = Array.from({ length: 40_500 }, (_, index) => shiftOf(5, 2, index))

  it('is even over 81 places and two sides', () => {
    const counts = new Map<string, number>()
    for (const { right, down, mirrored } of shifts) {
      const place = `${right} ${down} ${mirrored}`
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
    expect(counts.size).toBe(162)
    // Binomial with n p = 250: standard deviation 15.8; of 162 places one is beyond 5 of them once in 10,000 seeds.
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(5 * Math.sqrt(250))
  })

  it('depends on seed, epoch and image alone', () => {
    expect(shiftOf(5, 2, 17)).toEqual(shifts[17])
    expect(shifts.slice(0, 9)).not.toEqual(Array.from({ length: 9 }, (_, index) => shiftOf(5, 3, index)))
    expect(shifts.slice(0, 9)).not.toEqual(Array.from({ length: 9 }, (_, index) => shiftOf(6, 2, index)))
  })
})

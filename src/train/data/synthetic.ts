import { createHash } from 'node:crypto'
import { below, mixed, words } from '../../numbers/random.ts'
import { channels, type DataSet, type Images, labelsOf, plane, recordBytes, side } from './images.ts'
import { purposes } from './order.ts'

/** What tells a class from the others: the direction of its stripes, and their period in pixels. */
const directions = [
  { name: 'upright', right: 2, down: 0 },
  { name: 'level', right: 0, down: 2 },
  { name: 'falling', right: 1, down: 1 },
  { name: 'rising', right: 1, down: -1 },
  { name: 'steep', right: 2, down: 1 },
] as const
const periods = [
  { name: 'fine', pixels: 12 },
  { name: 'coarse', pixels: 26 },
] as const
const classes = periods.flatMap(period => directions.map(direction => ({ period, direction })))

/** How strong the stripes are, how much of the class shows in the mean colour, and how strong the noise is, of 255. */
const contrast = { least: 14, spread: 26 }
const tint = 6
const noise = 48
/** Height and width of the part of an image that is striped. */
const patch = 18

/**
 * A set shaped like CIFAR-10 that needs no download: striped images in ten classes, told apart by the direction and width
 * of stripes whose place, phase, colour and contrast are random, in noise. It is made with whole numbers only, so that a seed gives
 * the same bytes on every machine. Figures on it say nothing about CIFAR-10.
 */
export function syntheticImages(seed: number, count: { train: number; test: number }): DataSet {
  const train = makeImages(mixed(seed, purposes.synthetic, 0), count.train)
  const test = makeImages(mixed(seed, purposes.synthetic, 1), count.test)
  return {
    name: 'synthetic',
    train,
    test,
    classes: classes.map(({ period, direction }) => `${period.name} ${direction.name} stripes`),
    fingerprint: createHash('sha256').update(train.records).update(test.records).digest('hex'),
    notice: 'synthetic images, not CIFAR-10: the figures show that everything runs, and nothing else',
  }
}

function makeImages(seed: number, count: number): Images {
  const records = new Uint8Array(count * recordBytes)
  for (let i = 0; i < count; i++) {
    const record = records.subarray(i * recordBytes, (i + 1) * recordBytes)
    record[0] = i % classes.length
    paint(record, words(mixed(seed, i)))
  }
  return { records, labels: labelsOf(records), count }
}

/** One period of a wave that needs no library function: from -1 up to 1 and back. */
const waves = periods.map(({ pixels }) =>
  Float64Array.from({ length: pixels }, (_, at) => (4 * Math.min(at, pixels - at)) / pixels - 1),
)

function paint(record: Uint8Array, next: () => number): void {
  const label = record[0]!
  const { period, direction } = classes[label]!
  const wave = waves[periods.indexOf(period)]!
  const phase = below(next, 2 * period.pixels)
  const strength = Array.from({ length: channels }, () => contrast.least + below(next, contrast.spread))
  const [left, top] = [below(next, side - patch + 1), below(next, side - patch + 1)]
  const base = Array.from({ length: channels }, (_, c) => 90 + below(next, 60) + ((label >> c) & 1 ? tint : -tint))
  for (let p = 0; p < plane; p++) {
    const x = p % side
    const y = Math.floor(p / side)
    // Four periods more, so that no place is negative.
    const at = (x * direction.right + y * direction.down + phase + 4 * period.pixels) % period.pixels
    const inside = x >= left && x < left + patch && y >= top && y < top + patch
    const height = inside ? wave[at]! : 0
    const word = next()
    for (let c = 0; c < channels; c++) {
      const grain = ((((word >>> (8 * c)) & 0xff) - 128) * noise) / 128
      const value = base[c]! + strength[c]! * height + grain
      record[1 + c * plane + p] = Math.max(0, Math.min(255, Math.floor(value)))
    }
  }
}

import { mixed } from '../../numbers/random.ts'
import { channels, type Images, imageBytes, plane, recordBytes, side } from './images.ts'
import { purposes } from './order.ts'

/** Mean and standard deviation of each channel, of pixels from 0 to 1. */
export interface Moments {
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
}

/** The moments of the pixels of some images, from exact counts of the 256 values. */
export function momentsOf({ records }: Images, indices: Uint32Array): Moments {
  const counts = Array.from({ length: channels }, () => new Uint32Array(256))
  for (const index of indices) {
    for (const [channel, count] of counts.entries()) {
      const start = index * recordBytes + 1 + channel * plane
      const end = start + plane
      for (let at = start; at < end; at++) count[records[at]!]! += 1
    }
  }
  const pixels = indices.length * plane
  const means = counts.map(count => count.reduce((sum, n, value) => sum + n * value, 0) / pixels)
  const deviations = counts.map((count, channel) => {
    const square = count.reduce((sum, n, value) => sum + n * (value - means[channel]!) ** 2, 0) / pixels
    return Math.sqrt(square) / 255
  })
  return {
    mean: means.map(mean => mean / 255) as unknown as Moments['mean'],
    std: deviations as unknown as Moments['std'],
  }
}

/** The standardised value of each of 256 pixel values, 256 numbers a channel: (value / 255 - mean) / std, rounded once. */
export function standardTable({ mean, std }: Moments): Float32Array {
  const table = new Float32Array(channels * 256)
  for (let channel = 0; channel < channels; channel++) {
    for (let value = 0; value < 256; value++) {
      // An image set of one colour has no spread to divide by.
      table[channel * 256 + value] = (value / 255 - mean[channel]!) / (std[channel]! || 1)
    }
  }
  return table
}

/** How an image is moved: right and down by at most `pad` pixels, and whether it is mirrored first. */
export interface Shift {
  readonly right: number
  readonly down: number
  readonly mirrored: boolean
}

const pad = 4
const still: Shift = { right: 0, down: 0, mirrored: false }

/**
 * The augmentation of He et al. 2016, section 4.2: mirrored half of the time, and a crop of the image padded by 4 pixels.
 * It depends on seed, epoch and image alone, so that it is the same for every batch size and in every framework.
 */
export function shiftOf(seed: number, epoch: number, index: number): Shift {
  const word = mixed(seed, purposes.augment, epoch, index)
  const places = 2 * pad + 1
  return {
    right: (word % places) - pad,
    down: (Math.floor(word / places) % places) - pad,
    mirrored: Math.floor(word / places ** 2) % 2 === 1,
  }
}

/**
 * Batches of standardised images, [batch, 32, 32, 3] row by row, made in one array that every batch uses again: read a
 * batch before the next is filled. Pixels from beyond the border are black, as those of torchvision's RandomCrop are.
 */
export class Batches {
  readonly pixels: Float32Array
  readonly labels: Int32Array
  readonly #images: Images
  readonly #table: Float32Array
  readonly #black: Float32Array

  constructor(images: Images, table: Float32Array, size: number) {
    this.#images = images
    this.#table = table
    this.#black = Float32Array.from({ length: imageBytes }, (_, at) => table[(at % channels) * 256]!)
    this.pixels = new Float32Array(size * imageBytes)
    this.labels = new Int32Array(size)
  }

  /** Fills in the images with these indices; `shift` tells how each is moved. */
  fill(indices: Uint32Array, shift?: (index: number) => Shift): void {
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!
      this.labels[k] = this.#images.labels[index]!
      const moved = shift?.(index) ?? still
      if (moved.right === 0 && moved.down === 0 && !moved.mirrored) this.#copy(index, k * imageBytes)
      else this.#move(index, k * imageBytes, moved)
    }
  }

  #copy(index: number, to: number): void {
    const { pixels } = this
    const table = this.#table
    const { records } = this.#images
    const red = index * recordBytes + 1
    for (let p = 0; p < plane; p++) {
      const at = to + p * channels
      pixels[at] = table[records[red + p]!]!
      pixels[at + 1] = table[256 + records[red + plane + p]!]!
      pixels[at + 2] = table[512 + records[red + 2 * plane + p]!]!
    }
  }

  #move(index: number, to: number, { right, down, mirrored }: Shift): void {
    const { pixels } = this
    const table = this.#table
    const { records } = this.#images
    pixels.set(this.#black, to)
    const step = mirrored ? -1 : 1
    for (let y = Math.max(0, down); y < Math.min(side, side + down); y++) {
      const row = index * recordBytes + 1 + (y - down) * side
      const first = Math.max(0, right)
      let p = row + (mirrored ? side - 1 - (first - right) : first - right)
      let at = to + (y * side + first) * channels
      for (let x = first; x < Math.min(side, side + right); x++) {
        pixels[at] = table[records[p]!]!
        pixels[at + 1] = table[256 + records[p + plane]!]!
        pixels[at + 2] = table[512 + records[p + 2 * plane]!]!
        p += step
        at += channels
      }
    }
  }
}

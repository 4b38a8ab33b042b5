import { describe, expect, it } from 'vitest'
import { mixed, words } from '../../../src/numbers/random.ts'
import { purposes } from '../../../src/train/data/order.ts'
import { buildNetwork } from '../../../src/train/models/build.ts'
import { droppedBy, maskBits } from '../../../src/train/pytorch/masks.ts'

describe('the masks that are handed over', () => {
  it('are those of the hidden dense layers, in their order', () => {
    const network = buildNetwork('mlp', { dropout: 0.25 })
    expect(droppedBy(network)).toEqual([
      { rate: 0.25, units: 256 },
      { rate: 0.25, units: 128 },
    ])
    expect(droppedBy(buildNetwork('mlp'))).toEqual([])
  })

  it('keep a unit where the word of its place is not below the rate, chunk by chunk, each mask in bytes of its own', () => {
    const dropped = [
      { rate: 0.5, units: 3 },
      { rate: 0.25, units: 1 },
    ]
    // Five images in chunks of four: 12 and 4 units, then 3 and 1.
    const bits = maskBits(dropped, [{ images: 5, seed: 9 }], 4)
    const expected = [
      [9, 0, 12, 0.5],
      [9, 1, 4, 0.25],
      [13, 0, 3, 0.5],
      [13, 1, 1, 0.25],
    ].flatMap(([seed, layer, units, rate]) => {
      const next = words(mixed(seed!, purposes.dropout, layer!))
      const kept = Array.from({ length: units! }, () => next() >= rate! * 2 ** 32)
      return [0, 8]
        .filter(from => from < units!)
        .map(from => kept.slice(from, from + 8).reduceRight((byte, bit) => 2 * byte + Number(bit), 0))
    })
    expect([...bits]).toEqual(expected)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrayFromBits, arrayToBits, sameBits, toBits, ulpsBetween } from '../../src/numbers/bits.ts'

const formats = ['float32', 'float64'] as const
const numbers = { float32: fc.float(), float64: fc.double() } as const
const settings = { seed: 20261123, numRuns: 1000 }

describe.each(formats)('bits of %s', format => {
  it('of an array come back as the same numbers', () => {
    fc.assert(
      fc.property(fc.array(numbers[format], { maxLength: 8 }), values => {
        const again = arrayFromBits(arrayToBits(values, format), format)
        return again.length === values.length && values.every((value, i) => sameBits(again[i]!, value))
      }),
      settings,
    )
  })

  it('are refused with their length when digits are missing or foreign', () => {
    for (const text of ['0', '3f80000', '3f80000g', '0x3f8000', '3f800000 ', '-f800000', `${'0'.repeat(16)}1`]) {
      expect(() => arrayFromBits(text, format)).toThrow(new RegExp(`${format} .*\\(${text.length} characters\\)`))
    }
    expect(arrayFromBits('', format)).toHaveLength(0)
  })

  it('count the numbers between two: neighbours are 1 apart, distances add up, zeros are one', () => {
    const finite = numbers[format].filter(value => Number.isFinite(value))
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        const far = ulpsBetween(a, b, format)
        return far === ulpsBetween(b, a, format) && (far === 0) === (a === b) && far === ulpsBetween(-a, -b, format)
      }),
      settings,
    )
    expect(ulpsBetween(-0, 0, format)).toBe(0)
    expect(ulpsBetween(Number.NaN, 0, format)).toBeNaN()
  })
})

it('bits are big-endian, in lower case', () => {
  expect([toBits(1, 'float32'), toBits(-0, 'float32'), toBits(0.1, 'float64')]).toEqual([
    '3f800000',
    '80000000',
    '3fb999999999999a',
  ])
  expect(arrayFromBits('3F800000bf800000', 'float32')).toEqual(Float64Array.of(1, -1))
})

it.each([
  [1, 1 + 2 ** -23, 'float32', 1],
  [1, 1 - 2 ** -24, 'float32', 1],
  [1, 1 + 2 ** -52, 'float64', 1],
  [-(2 ** -149), 2 ** -149, 'float32', 2],
  [-5e-324, 5e-324, 'float64', 2],
  [1, 2, 'float32', 2 ** 23],
  [1, 2, 'float64', 2 ** 52],
  [Math.fround(1 - 0.999), Math.fround(1 - Math.fround(0.999)), 'float32', 111],
] as const)('%d and %d are %s numbers %d apart', (a, b, format, ulps) => {
  expect(ulpsBetween(a, b, format)).toBe(ulps)
})

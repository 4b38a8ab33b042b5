import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inWords, percent, shortest, ulps } from '../../src/report/numbers.ts'
import { finding } from './fake-report.ts'

test('the shortest text of a float32 number is read back as that number', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), value => {
      expect(Object.is(Math.fround(Number(shortest(value, 'float32'))), value)).toBe(true)
    }),
  )
})

test('0.1 as a float32 number is written 0.1', () => {
  expect(shortest(Math.fround(0.1), 'float32')).toBe('0.1')
})

test('what came is never shown inside what is shown as allowed', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  fc.assert(
    fc.property(
      number,
      fc.double({ min: 1e-12, max: 1, noNaN: true }),
      fc.double({ min: 1.5, max: 1e6, noNaN: true }),
      (centre, width, factor) => {
        const [low, high, got] = [centre - width, centre + width, centre + width * factor]
        fc.pre(low < high && got > high)
        const words = inWords({ ...finding, expected: centre, low, high, got })
        const [, from, to] = /^(.+)\.\.(.+)$/.exec(words.allowed)!
        expect(Number(words.got) < Number(from) || Number(words.got) > Number(to)).toBe(true)
        expect(from).not.toBe(to)
      },
    ),
  )
})

test('an interval that is open to one side says so', () => {
  expect(inWords({ ...finding, got: Number.NaN, low: 0, high: Number.POSITIVE_INFINITY }).allowed).toBe(
    'at least 0.0000',
  )
})

test('a share short of all is never rounded to all', () => {
  expect(percent(0.99999)).toBe('over 99.9 %')
  expect(percent(1)).toBe('100 %')
  expect(percent(0)).toBe('0 %')
  expect(percent(0.00001)).toBe('under 0.1 %')
})

test('distances are counted in words', () => {
  expect(ulps(1)).toBe('1 ulp')
  expect(ulps(37_912)).toBe('37,912 ulps')
  expect(ulps(4.6e14)).toBe('4.6e14 ulps')
})

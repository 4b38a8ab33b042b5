import { describe, expect, it } from 'vitest'
import { hyperValue, secondsValue } from '../../src/cli/options.ts'
import { timeoutsFrom } from '../../src/cli/subject-request.ts'

describe('a number that is typed is decimal, and one that binary64 has', () => {
  it.each<[string, number | boolean]>([
    ['lr=0.01', 0.01],
    ['lr=1e-8', 1e-8],
    ['lr=-.5', -0.5],
    ['lr=+1.', 1],
    ['lr=0e-999', 0],
    ['lr=true', true],
    ['lr=false', false],
  ])('%s is taken', (text, value) => {
    expect(hyperValue(text, { eps: 1 })).toEqual({ eps: 1, lr: value })
  })

  it.each([
    ['lr=1e400', 'too large for binary64'],
    ['lr=-1e400', 'too large for binary64'],
    ['lr=1e-400', 'too small for binary64'],
    ['lr=0x10', "'0x10' is not a decimal number"],
    ['lr=0b1', 'not a decimal number'],
    ['lr=Infinity', 'not a decimal number'],
    ['lr=NaN', 'not a decimal number'],
    ['lr=', 'Nothing is not a decimal number'],
    ['lr', 'Expected name=value'],
    ['=1', 'Expected name=value'],
  ])('%s is refused', (text, words) => {
    expect(() => hyperValue(text, {})).toThrow(words)
  })
})

describe('a time-out', () => {
  it.each(['0', '-1', 'soon', '', '0x10', '1e400'])('of %j is no number of seconds', text => {
    expect(() => secondsValue(text)).toThrow('Expected a number of seconds above 0')
  })

  it('that no timer can run for is told as that, not as one that is no number', () => {
    expect(() => secondsValue('1e9')).toThrow('at most 2000000 seconds (23 days)')
    expect(secondsValue('2e6')).toBeLessThan(2 ** 31)
  })

  it('holds for loading too, with time for imports', () => {
    expect(timeoutsFrom(2000)).toEqual({ hello: 30_000, request: 2000 })
    expect(timeoutsFrom(600_000)).toEqual({ hello: 600_000, request: 600_000 })
  })
})

import { describe, expect, it } from 'vitest'
import { contains, parseDomain } from '../../src/language/domain.ts'

describe('domains of hyper-parameters', () => {
  it.each([
    ['[0, 1)', [0, 0.5], [1, -Number.MIN_VALUE, Number.NaN]],
    ['(0, inf)', [Number.MIN_VALUE, 1e308], [0, Number.POSITIVE_INFINITY]],
    ['[0, inf]', [0, Number.POSITIVE_INFINITY], [-1]],
    ['(-inf, -1e-3]', [-1e300, -1e-3], [0, Number.NEGATIVE_INFINITY]],
    [' [-.5,.5] ', [-0.5, 0.5, 0], [0.6]],
  ])('%s has its ends open or closed as written', (text, inside, outside) => {
    const domain = parseDomain(text, 'lr')
    expect(inside.filter(value => !contains(domain, value))).toEqual([])
    expect(outside.filter(value => contains(domain, value))).toEqual([])
    expect(domain.text).toBe(text.trim())
  })

  it.each(['', '0, 1', '[0 1]', '[1, 0]', '[a, b]', '[0, 1', '[e, 1]', '[0, infinity)', '[inf, inf)'])(
    '%j is refused with an example',
    text => {
      expect(() => parseDomain(text, 'lr')).toThrow(/lr: .* is not an interval[\s\S]*\[0, 1\)/)
    },
  )
})

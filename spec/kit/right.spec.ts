import { describe, expect, test } from 'vitest'
import { describeResult, verify } from '../../src/kit/index.ts'
import { rightFormulas } from './gallery/right.ts'
import { rightArranged } from './gallery/right-arranged.ts'

const gallery = [...rightFormulas, ...rightArranged]

describe.each(['float32', 'float64'] as const)(
  'a right implementation in another order is not rejected, %s',
  format => {
    test.each(gallery)('$rule: $name', async ({ rule, hyper, create }) => {
      const { results } = await verify({ subjects: [create(format)], format, rules: [rule], hyper })
      expect(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown').map(describeResult)).toEqual(
        [],
      )
      expect(results.find(({ check }) => check === 'formula')).toMatchObject({ verdict: 'pass' })
    })
  },
)

test('the gallery has more than forty of them', () => expect(gallery.length).toBeGreaterThan(40))

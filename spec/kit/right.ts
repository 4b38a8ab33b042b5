import { describe, expect, test } from 'vitest'
import { describeResult, verify } from '../../src/kit/index.ts'
import { defaultSeed } from '../../src/kit/options.ts'
import type { Format } from '../../src/subject/subject.ts'
import { rightFormulas } from './gallery/right.ts'
import { rightArranged } from './gallery/right-arranged.ts'

/** The default, and two others: a gate must not depend on luck. */
const seeds = [defaultSeed, 1, 2]

/** Registers the claim that nothing right is rejected, in one format. */
export function nothingRightIsRejected(format: Format): void {
  describe.each(seeds)(`a right implementation in another order is not rejected, ${format}, seed %i`, seed => {
    test.each([...rightFormulas, ...rightArranged])('$rule: $name', async ({ rule, hyper, create }) => {
      const { results } = await verify({ subjects: [create(format)], format, rules: [rule], hyper, seed })
      expect(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown').map(describeResult)).toEqual(
        [],
      )
      expect(results.find(({ check }) => check === 'formula')).toMatchObject({ verdict: 'pass' })
    })
  })
}

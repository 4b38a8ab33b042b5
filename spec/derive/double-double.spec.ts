import { describe, expect, it } from 'vitest'
import { doubleDouble, fromText } from '../../src/derive/double-double.ts'
import { exact } from '../../src/derive/exact.ts'
import { Big, bigFromDouble } from '../../src/numbers/big.ts'
import type { DoubleDouble } from '../../src/numbers/double-double.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'
import { ruleWith } from '../language/helpers.ts'
import { plays } from './gallery/scenarios.ts'
import { hyperOf, run, stepperOf } from './runs.ts'

const big = ({ hi, lo }: DoubleDouble): Big => bigFromDouble(hi).plus(bigFromDouble(lo))

/** Where digits cancel (a centred variance) relative errors grow; then the size of what was subtracted is the measure. */
const digits = 22

describe('double-double follows 64 digits', () => {
  it.each(ruleIds().filter(id => !findRule(id).erratum))('%s', id => {
    const rule = findRule(id)
    for (const play of plays(Object.keys(rule.hyper), { centered: false }, 'float64', 6)) {
      const [quick, slow] = [doubleDouble, exact].map(meaning =>
        run(stepperOf<unknown, boolean>(rule, meaning as never), play.x0, play.gradients.slice(0, 8), play.hyper),
      )
      for (const [k, { x }] of quick!.entries()) {
        for (const [i, value] of x.entries()) {
          const wanted = slow![k]!.x[i] as Big
          const scale = Big.max(wanted.abs(), Math.abs(play.x0[i]!), '1e-12')
          expect(
            big(value as DoubleDouble)
              .minus(wanted)
              .abs()
              .div(scale)
              .lt(`1e-${digits}`),
            `${id} step ${k + 1}`,
          ).toBe(true)
        }
      }
    }
  })
})

describe('literals', () => {
  it.each([
    '0',
    '7',
    '0.1',
    '1e-8',
    '1.00000000000000000001',
    '9007199254740991.25',
    '123456789012345678901234567890',
    '2.5',
  ])('%s keeps about 32 digits', text => {
    const off = big(fromText(text)).minus(text).abs()
    expect(off.lte(new Big(text).times('1e-31'))).toBe(true)
  })
})

describe('operations that choose agree with those on 64 digits', () => {
  const values = [0, -0, 1, -1, 1e-20, 2e-20, Number.NaN]
  const texts = [
    'max(x, g)',
    'min(x, g)',
    'sign(x)',
    'abs(x)',
    'x < g ? 1 : 2',
    'x >= g ? 1 : 2',
    'x != g ? 1 : 2',
    'x == g and not (x > 0) ? 3 : 4',
    'x < 0 or g <= 0 ? 3 : 4',
    '2^0.5 * g',
    'beta1^t * g',
    'lr^-2 * g',
  ]
  it.each(texts)('%s', text => {
    const rule = ruleWith(`x = ${text}`)
    const x0 = values.flatMap(a => values.map(() => a))
    const g = values.flatMap(() => values)
    const quick = run(stepperOf(rule, doubleDouble), x0, [g], hyperOf(rule))[0]!.x
    const slow = run(stepperOf(rule, exact), x0, [g], hyperOf(rule))[0]!.x
    for (const [i, value] of quick.entries()) {
      const wanted = slow[i]!
      const close = big(value).minus(wanted).abs().lte(wanted.abs().times('1e-30'))
      expect(close || (Number.isNaN(value.hi) && wanted.isNaN()), `${x0[i]}, ${g[i]}`).toBe(true)
    }
  })
})

import { describe, expect, test } from 'vitest'
import { findRule } from '../../src/rules/lookup.ts'
import type { HyperValues } from '../../src/subject/subject.ts'
import { familyIds, files } from './recordings.ts'

const recordings = ['pytorch-ieee', 'pytorch'] as const
const places = ['mixed', 'tiny'].flatMap(gradients =>
  (['float32', 'float64'] as const).map(format => ({ gradients, format })),
)

/** The sets of hyper-parameters that are recorded of a family on some gradients in a format. */
const setsOf = (recording: string, family: string, place: (typeof places)[number]): HyperValues[] =>
  files
    .family(recording, family)!
    .records.filter(({ gradients, format }) => gradients === place.gradients && format === place.format)
    .map(({ hyper }) => hyper)

const options = ['weight_decay', 'maximize', 'amsgrad', 'centered']

describe.each(recordings)('%s: on mixed and on tiny gradients, in both formats', recording => {
  test.each(familyIds)('%s has every option of its rule switched on in some record', family => {
    const own = options.filter(name => name in findRule(`${family}/pytorch`).hyper)
    for (const place of places) {
      const sets = setsOf(recording, family, place)
      expect({ ...place, on: own.filter(name => sets.some(hyper => hyper[name])) }).toEqual({ ...place, on: own })
    }
  })

  test.each([
    { family: 'rmsprop', hyper: { centered: true, alpha: 0.5 } },
    { family: 'rmsprop', hyper: { centered: true, alpha: 0.4 } },
    ...['adam', 'adamw'].flatMap(family => [
      { family, hyper: { beta1: 0.5 } },
      { family, hyper: { beta1: 0.4 } },
    ]),
  ])('$family has $hyper: at weights of 1/2 and above torch.lerp takes its other form', ({ family, hyper }) => {
    for (const place of places) {
      expect(setsOf(recording, family, place)).toContainEqual(expect.objectContaining(hyper))
    }
  })
})

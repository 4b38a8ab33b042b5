import { expect, test } from 'vitest'
import { rightFormulas } from './gallery/right.ts'
import { rightArranged } from './gallery/right-arranged.ts'
import { nothingRightIsRejected } from './right.ts'

nothingRightIsRejected('float32')

test('the gallery has more than forty of them', () =>
  expect(rightFormulas.length + rightArranged.length).toBeGreaterThan(40))

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareFiles } from '../../src/cli/golden-files-check.ts'
import { workplace } from './command.ts'

/** A recording of one file, with its provenance and the bits of its records. */
function recording(python: string, ...bits: string[]): string {
  const directory = workplace()
  mkdirSync(join(directory, 'r'))
  const records = bits.map((x, k) => `{"id":"sgd/pytorch/${k + 1}","x":["${x}"]}`)
  writeFileSync(
    join(directory, 'r/sgd.json'),
    `{\n"provenance":{"python":"${python}"},\n"records":[\n${records.join(',\n')}\n]\n}\n`,
  )
  return directory
}

const compare = (a: string, b: string) => compareFiles(a, b, ['r/sgd.json'])

test('the same bytes are told as such', () => {
  expect(compare(recording('3.11', '00', '01'), recording('3.11', '00', '01'))).toEqual({
    outcome: 'holds',
    text: '1 file: the same bytes',
  })
})

test('the same records under another provenance hold, and that is said', () => {
  const { outcome, text } = compare(recording('3.11', '00'), recording('3.12', '00'))
  expect(outcome).toBe('holds')
  expect(text).toContain('provenance differs')
})

test('the first record with other bits is named', () => {
  expect(compare(recording('3.11', '00', '01'), recording('3.11', '00', '02'))).toEqual({
    outcome: 'deviates',
    text: 'r/sgd.json: record sgd/pytorch/2 has other bits',
  })
})

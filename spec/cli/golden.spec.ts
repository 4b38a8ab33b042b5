import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareFiles } from '../../src/cli/golden-files-check.ts'
import { vectorSteps } from '../../src/cli/golden-vectors-check.ts'
import { goldens, workplace } from './command.ts'

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

/** A directory with the vectors of one rule, edited; `rehash`: its manifest knows. */
function vectors(edit: (text: string) => string, rehash: boolean): string {
  const [directory, name] = [workplace(), 'sgd-lecture.json']
  const original = readFileSync(join(goldens, 'vectors', name), 'utf8')
  const text = edit(original)
  writeFileSync(join(directory, name), text)
  const hash = createHash('sha256')
    .update(rehash ? text : original)
    .digest('hex')
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ files: { [name]: hash } }))
  return directory
}

/** The first vector, whose rate is at its default, with a default that is none, or from a start that is another. */
const shifted = (text: string): string => text.replace('"x0": [ 9.999999974752427e-7 ]', '"x0": [ 1 ]')
const defaulted = (text: string): string => text.replace('"lr": 0.01 }', '"lr": 0.02 }')

test('the vectors that ship hold, every one of them', async () => {
  const steps = await vectorSteps(join(goldens, 'vectors'))
  expect(steps.map(({ outcome }) => outcome)).toEqual(['holds', 'holds'])
  expect(steps[1]!.text).toMatch(/^\d{3} vectors of \d+ rules: the formula stays within every interval/)
})

test('a vector whose bytes are others is named, and is not played', async () => {
  expect(await vectorSteps(vectors(shifted, false))).toEqual([
    {
      what: 'vectors, hashes',
      outcome: 'deviates',
      text: expect.stringMatching(/: sgd-lecture\.json\. .*npm run vectors/),
    },
  ])
})

test('a vector that the formula leaves is named, although its hash is right', async () => {
  const [hashes, replayed] = await vectorSteps(vectors(shifted, true))
  expect(hashes!.outcome).toBe('holds')
  expect(replayed).toMatchObject({
    outcome: 'deviates',
    text: expect.stringMatching(/allowed in sgd\/lecture, vector 1 unit, float32; .*npm run vectors/),
  })
})

test('a vector at a default that the rule no longer has is named', async () => {
  const [, replayed] = await vectorSteps(vectors(defaulted, true))
  expect(replayed!.text).toContain('sgd/lecture, vector 1 unit, whose default of lr is another')
})

test('goldens without vectors are no fault', async () => {
  expect(await vectorSteps(join(workplace(), 'vectors'))).toMatchObject([{ outcome: 'not checked' }])
})

import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { failed } from '../../src/checks/judgement.ts'
import type { GoldenRecord } from '../../src/guests/golden.ts'
import { GoldenFiles } from '../../src/guests/golden-files.ts'
import { recorded } from '../../src/guests/recorded.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { seeded } from '../rules/hyper-sets.ts'
import { familyIds, files, judge, type RecordingName, recordingNames } from './recordings.ts'

const paths = Object.keys(files.manifest)
const onDisk = readdirSync(files.directory, { recursive: true, encoding: 'utf8' })
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.json') && path !== 'manifest.json' && !path.startsWith('.'))

describe('the golden directory', () => {
  test('is listed in full by its manifest, but for the vectors, which have their own', () => {
    expect([...paths].sort()).toEqual(onDisk.filter(path => !path.startsWith('vectors/')).sort())
  })

  test('stays below 8 MB', () => {
    const sizes = [...onDisk, 'manifest.json'].map(path => statSync(join(files.directory, path)).size)
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(8e6)
  })

  test.each(recordingNames)('%s has every family, with records of its own rule in both formats', recording => {
    expect(files.familiesOf(recording).sort()).toEqual([...familyIds].sort())
    for (const family of familyIds) {
      const { rule, records } = files.family(recording, family)!
      expect(rule).toMatch(new RegExp(`^${family}/`))
      expect(new Set(records.map(record => record.rule))).toEqual(new Set([rule]))
      expect(new Set(records.map(record => record.format))).toEqual(new Set(['float32', 'float64']))
      expect(new Set(records.map(record => record.id)).size).toBe(records.length)
    }
  })

  test.each(recordingNames)('%s says where it comes from and how it was made', recording => {
    for (const family of familyIds) {
      expect(files.family(recording, family)!.provenance).toMatchObject({
        library: expect.stringMatching(/./),
        version: expect.stringMatching(/^\d+\.\d+/),
        python: expect.stringMatching(/^3\./),
        platform: expect.stringMatching(/./),
        flags: expect.any(Object),
        roots: expect.stringMatching(/./),
        powers: expect.stringMatching(/./),
        generator: expect.stringMatching(/\.py$/),
        generator_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
    }
  })

  test('names in each record every hyper-parameter of its rule, and no other', () => {
    for (const recording of recordingNames) {
      for (const { id, rule, hyper } of familyIds.flatMap(family => files.family(recording, family)!.records)) {
        expect({ id, hyper: Object.keys(hyper).sort() }).toEqual({
          id,
          hyper: Object.keys(findRule(rule).hyper).sort(),
        })
      }
    }
  })
})

const root = fileURLToPath(new URL('../../', import.meta.url))
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** Sources without which there would be no such recording: its table, the guest that played, and what both stand on. */
const needed = (recording: RecordingName): string[] => {
  const library = recording.replace('-ieee', '')
  const own = ['plan', 'play', 'random_bits', 'record', 'recordings', 'streams', `tables_${library}`]
  const guests = [`${library.replace('pytorch', 'torch')}_guest`, 'bits']
  return [...own.map(name => `golden/generator/${name}.py`), ...guests.map(name => `src/guests/python/${name}.py`)]
}

describe('the generator that lies here is the one that ran: edit it, and golden/generate.py has to run again', () => {
  test.each(recordingNames)('%s', recording => {
    for (const family of familyIds) {
      const { provenance } = files.family(recording, family)!
      const sources = provenance.sources as string[]
      const listing = sources.map(path => `${sha256(readFileSync(join(root, path)))}  ${path}\n`).join('')
      expect(sources).toEqual(expect.arrayContaining(needed(recording)))
      expect({ family, hash: sha256(listing) }).toEqual({ family, hash: provenance.generator_sha256 })
    }
  })
})

const copy = mkdtempSync(join(tmpdir(), 'lockstep-golden-edit-'))
afterAll(() => rmSync(copy, { recursive: true }))

const place = (path: string, bytes: Buffer | string): void => {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), bytes)
}
const original = (path: string): Buffer => readFileSync(join(files.directory, path))

/** Reads one file of a copy of the directory in which that file has these bytes; `rehash`: the manifest knows them. */
function read(path: string, bytes: Buffer, rehash: boolean): unknown {
  const hashes = rehash ? { ...files.manifest, [path]: sha256(bytes) } : files.manifest
  place('manifest.json', JSON.stringify({ schema: 'lockstep/manifest/1', files: hashes }))
  place('gradients.json', original('gradients.json'))
  place(path, bytes)
  const edited = new GoldenFiles(copy)
  const [recording, file] = path.split('/')
  return file ? edited.family(recording!, file.replace('.json', '')) : edited.gradients
}

describe('an edited file', () => {
  test.each(paths)('%s: one bit is enough to be refused', path => {
    const bytes = original(path)
    expect(read(path, bytes, false)).toBeDefined()
    const at = Math.floor(seeded(bytes.length)() * bytes.length)
    bytes[at]! ^= 1
    expect(() => read(path, bytes, false)).toThrow(/expected bytes with the sha256 [0-9a-f]{64}, got [0-9a-f]{64}/)
  })

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), /is no JSON .*Restore it/],
    ['empty', () => Buffer.from(''), /is no JSON/],
    ['of another kind', () => Buffer.from('{"schema":"safetensors"}'), /at schema expected "lockstep\/golden\/1"/],
    [
      'with bits that are no hexadecimal digits',
      (bytes: Buffer) => Buffer.from(`${bytes}`.replace(/"x":\["../, '"x":["zz')),
      /records\.0\.x\.0 .*zz/,
    ],
    [
      'with an iterate cut short',
      (bytes: Buffer) => Buffer.from(`${bytes}`.replace(/"x":\["......../, '"x":["')),
      /iterates that are not 8 float32 numbers/,
    ],
  ])('%s is refused with its name, even when the manifest knows it', (_, edit, message) => {
    const path = 'pytorch-ieee/adam.json'
    expect(() => read(path, edit(original(path)), true)).toThrow(message)
    expect(() => read(path, edit(original(path)), true)).toThrow(/pytorch-ieee\/adam\.json/)
  })
})

type Spot = { readonly bits: string; readonly put: (bits: string) => GoldenRecord }

/** Every recorded array of a record, with the record that has other bits in its place. */
function spots(record: GoldenRecord): Spot[] {
  const ofX = record.x.map((bits, k): Spot => ({ bits, put: other => ({ ...record, x: record.x.with(k, other) }) }))
  const ofState = Object.entries(record.state).flatMap(([step, variables]) =>
    Object.entries(variables).flatMap(([name, values]) =>
      values.flatMap((bits, k): Spot[] => {
        const put = (other: string) => ({
          ...record,
          state: { ...record.state, [step]: { ...variables, [name]: values.with(k, other) } },
        })
        return bits === null ? [] : [{ bits, put }]
      }),
    ),
  )
  return [...ofX, ...ofState]
}

/** Flips one bit of hexadecimal digits. */
const flip = (bits: string, digit: number, bit: number): string =>
  bits.slice(0, digit) + (Number.parseInt(bits[digit]!, 16) ^ bit).toString(16) + bits.slice(digit + 1)

describe('one bit of any value in a record on IEEE arithmetic', () => {
  test.each(familyIds)('%s: is found by the replay', async family => {
    const { records, ...rest } = files.family('pytorch-ieee', family)!
    const random = seeded(7)
    const upTo = (count: number): number => Math.floor(random() * count)
    const short = records.filter(({ steps }) => steps <= 24)
    for (let sample = 0; sample < 24; sample++) {
      const record = short[upTo(short.length)]!
      const choices = spots(record)
      // Half of the samples are of state, which is kept at a few steps only.
      const from = sample % 2 === 0 || choices.length === record.x.length ? 0 : record.x.length
      const { bits, put } = choices[from + upTo((from === 0 ? record.x.length : choices.length) - from)]!
      const edited = put(flip(bits, upTo(bits.length), 2 ** upTo(4)))
      const recording = { gradients: files.gradients, families: [{ ...rest, records: [edited] }] }
      const subject = recorded('edited', recording, ieee)
      const [scenario] = await subject.scenarios!(edited.rule)
      const judgement = judge(findRule(edited.rule), 'pytorch-ieee', await drive(subject, scenario!))
      expect({ record: record.id, found: failed(judgement) }).toEqual({ record: record.id, found: true })
    }
  })
})

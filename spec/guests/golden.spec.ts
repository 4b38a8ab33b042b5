import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseGolden, parseGradients } from '../../src/guests/golden.ts'
import { GoldenFiles, goldenSubject } from '../../src/guests/golden-files.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { golden, gradients } from './golden-sample.ts'

const shared = parseGradients(JSON.stringify(gradients), 'gradients.json')
const directory = mkdtempSync(join(tmpdir(), 'lockstep-golden-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('reading a golden file', () => {
  it('names the file when the text is cut off', () => {
    const text = JSON.stringify(golden)
    expect(() => parseGolden(text.slice(0, text.length / 2), 'golden/pytorch/momentum.json', shared)).toThrow(
      /golden\/pytorch\/momentum\.json: is no JSON.*golden generate/,
    )
  })

  it.each([
    ['another schema', { ...golden, schema: 'other/9' }, /at schema expected "lockstep\/golden\/1", got/],
    ['upper-case bits', changed({ x: ['BF800000bf80000000000000'] }), /records\.0\.x\.0/],
    [
      'iterates of another size',
      changed({ kept: [1], x: ['3f800000'] }),
      /record momentum.*iterates that are not 3 float32 numbers/,
    ],
    ['kept steps out of order', changed({ kept: [3, 1] }), /do not ascend/],
    ['unknown gradients', changed({ gradients: 'nowhere' }), /gradients "nowhere" are not in gradients\.json/],
    ['more steps than gradients', changed({ steps: 9 }), /9 steps, but only 3 gradients/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseGolden(JSON.stringify(file), 'momentum.json', shared)).toThrow(message)
  })
})

describe('the golden directory', () => {
  const files = () => new GoldenFiles(directory)
  const write = (path: string, value: unknown) => {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), JSON.stringify(value))
    return createHash('sha256').update(JSON.stringify(value)).digest('hex')
  }
  const hashes = {
    'gradients.json': write('gradients.json', gradients),
    'pytorch/momentum.json': write('pytorch/momentum.json', golden),
    'pytorch/never-read.json': '0',
  }
  write('manifest.json', { schema: 'lockstep/manifest/1', files: hashes })

  it('reads only the families that are asked for', async () => {
    const subject = goldenSubject(files(), 'pytorch', { arithmetic: ieee })
    expect(await subject.scenarios!('momentum/pytorch')).toHaveLength(2)
    expect(await subject.offers!('adam')).toEqual({ unsupported: 'pytorch holds no recording of adam' })
    expect(subject.version).toBe('torch 2.15.0')
    expect(files().familiesOf('pytorch')).toEqual(['momentum', 'never-read'])
  })

  it('refuses a file whose bytes are not those of the manifest', () => {
    write('manifest.json', { schema: 'lockstep/manifest/1', files: { ...hashes, 'pytorch/momentum.json': '00' } })
    expect(() => files().family('pytorch', 'momentum')).toThrow(
      /momentum\.json: expected bytes with the sha256 00, got [0-9a-f]{64}/,
    )
    write('manifest.json', { schema: 'lockstep/manifest/1', files: hashes })
  })

  it('names a file that the manifest lists and the disk lacks', () => {
    expect(() => files().family('pytorch', 'never-read')).toThrow(/never-read\.json: cannot be read/)
  })
})

function changed(patch: object) {
  return { ...golden, records: [{ ...golden.records[0]!, ...patch }] }
}
